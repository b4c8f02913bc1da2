"use strict";
// What a page can't do without a script: leave no half-written form unnoticed, and send no form twice.
(() => {
  let unsaved = false;
  document.addEventListener("input", (event) => {
    if (event.target.closest("form[data-keep]")) unsaved = true;
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    if (form.matches("[data-keep]")) unsaved = false;
    if (form.method === "post" && !form.hasAttribute("hx-post")) form.dataset.sent = "yes";
    if (form.elements.once) sessionStorage.setItem(`sent ${form.elements.once.value}`, "yes");
  });
  // Back from another page, the form may be sent again; what is done once is past, and the page says what is so now.
  window.addEventListener("pageshow", () => {
    for (const form of document.forms) {
      delete form.dataset.sent;
      if (form.elements.once && sessionStorage.getItem(`sent ${form.elements.once.value}`)) location.reload();
    }
  });
  window.addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    if (event.detail.xhr.getResponseHeader("HX-Redirect")) unsaved = false;
  });
  // A file that the server would not take is told before it is sent.
  document.addEventListener("change", (event) => {
    const field = event.target;
    if (!field.matches("input[type=file][data-max-bytes]")) return;
    const file = field.files[0];
    const wrong = file && file.size > Number(field.dataset.maxBytes) ? field.dataset.tooLarge : "";
    field.setCustomValidity(wrong);
    field.closest("div").querySelector(".problem").textContent = wrong;
    const said = field.closest("div").querySelector("[data-chosen]");
    said.textContent = file ? file.name : said.dataset.chosen;
  });
  // On a phone the sections of the menu unfold.
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button.sections") : null;
    if (button) button.setAttribute("aria-expanded", String(document.getElementById("sections").classList.toggle("open")));
  });
  // Where a row of a table becomes a card, each line is called as its column.
  document.addEventListener("htmx:load", (event) => {
    for (const table of event.target.querySelectorAll("table.roomy")) {
      const names = [...table.tHead.rows[0].cells].map((cell) => cell.textContent);
      for (const row of table.tBodies[0].rows) for (const cell of row.cells) if (cell.tagName === "TD") cell.dataset.label = names[cell.cellIndex];
    }
  });
  // What was to come and was refused is awaited no longer; why, stands above.
  document.addEventListener("htmx:responseError", (event) => {
    for (const awaited of event.target.querySelectorAll(".busy:not(.busy-only)")) awaited.remove();
  });
  // One option is right, or several are, as the kind says.
  document.addEventListener("change", (event) => {
    if (event.target.name !== "kind") return;
    const type = event.target.value === "multiple" ? "checkbox" : "radio";
    for (const right of event.target.form.querySelectorAll("[name=right]")) right.type = type;
  });
  // Words that are selected in a source become a line of the quotes; where they stand, the server finds.
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button[data-quote]") : null;
    if (!button) return;
    const chosen = window.getSelection(), words = chosen.toString().trim();
    const from = chosen.anchorNode && chosen.anchorNode.parentElement;
    const hint = button.parentElement.querySelector(".hint");
    hint.textContent = "";
    if (!words || !from || !from.closest(".source")) { hint.textContent = button.dataset.selectFirst; return; }
    if (words.includes("\n")) { hint.textContent = button.dataset.oneParagraph; return; }
    // An item quotes one place alone.
    const only = button.dataset.quote;
    const field = document.querySelector(`textarea[name=${only || "quotes"}]`);
    field.value = only ? words : `${field.value.trimEnd()}\n${words}`.trimStart();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  for (const kind of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
      const place = event.target instanceof Element ? event.target.closest(".drop") : null;
      if (!place) return;
      event.preventDefault();
      place.classList.toggle("over", kind === "dragover");
      const field = place.querySelector("input");
      if (kind === "drop" && event.dataTransfer.files.length) {
        field.files = event.dataTransfer.files;
        field.dispatchEvent(new Event("change", { bubbles: true }));
      }
    });
  }
  document.addEventListener("htmx:sendError", () => {
    const said = document.getElementById("said");
    const line = document.createElement("p");
    line.className = "fault"; line.role = "alert";
    line.textContent = document.body.dataset.offline;
    said.replaceChildren(line);
  });
})();
