"use strict";
// Large letters, remembered by this browser as on the chat page. Without a script the link asks for the page in that size.
(() => {
  const root = document.documentElement;
  const kept = (value) => {
    try { return value === undefined ? localStorage.getItem("large") : localStorage.setItem("large", value); } catch { return ""; }
  };
  const asked = new URLSearchParams(location.search).has("large");
  if (asked) kept("yes");
  root.classList.toggle("large", asked || kept() === "yes");
  document.addEventListener("DOMContentLoaded", () => {
    const link = document.getElementById("size");
    const tell = () => { link.textContent = root.classList.contains("large") ? link.dataset.usual : link.dataset.large; };
    link.addEventListener("click", (event) => {
      event.preventDefault();
      kept(root.classList.toggle("large") ? "yes" : "");
      // An address that asks for large letters must not bring them back.
      history.replaceState(null, "", location.pathname);
      tell();
    });
    tell();
  });
})();
