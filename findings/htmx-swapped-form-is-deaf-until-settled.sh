#!/usr/bin/env bash
# htmx 2.0.8 (npm htmx.org) in jsdom 26.1.0, a form whose answer puts a new form in its place (hx-swap="outerHTML").
#
# Guess:      a form that stands on the page works: its hx-trigger hears what is typed from the moment it can be seen.
# Behaviour:  the new form is in the document, at once, but htmx gives it its listeners only when it has settled, 20 ms later by
#             default. What is typed until then is kept by the field and heard by nobody: hx-trigger="input delay:…" does not begin to
#             wait, so no request follows. With "outerHTML settle:0ms" there is no such moment.
# Output seen: typed at htmx:afterSwap: 0 requests with the default, 1 with settle:0ms; typed 100 ms later: 1 with either.
# Why it matters: a form that checks itself while one types stays at the verdict on the words before. A browser driven by a test is that quick
#             nearly always, a person now and then on a slow machine, where 20 ms become seconds.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private": true}' >package.json
npm install --silent --no-audit --no-fund --ignore-scripts htmx.org@2.0.8 jsdom@26.1.0
cat >try.cjs <<'JS'
const fs = require("fs");
const http = require("http");
const { JSDOM } = require("jsdom");

const form = (swap) => `<form id="f" hx-post="/save" hx-swap="${swap}" hx-target="this"><input name="words">
  <div hx-post="/check" hx-trigger="input delay:10ms from:closest form" hx-swap="none"></div></form>`;
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

async function checks(swap) {
  let heard = 0;
  const server = http.createServer((request, response) => {
    if (request.url === "/check") heard += 1;
    response.end(request.url === "/save" ? form(swap) : "<p></p>");
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const url = `http://127.0.0.1:${server.address().port}/`;
  const { window } = new JSDOM(`<body>${form(swap)}</body>`, { url, runScripts: "outside-only", pretendToBeVisual: true });
  // Browsers need no result type here, jsdom does.
  const expression = window.XPathExpression.prototype;
  const evaluate = expression.evaluate;
  expression.evaluate = function (node) { return evaluate.call(this, node, 0, null); };
  window.eval(fs.readFileSync("node_modules/htmx.org/dist/htmx.min.js", "utf8"));
  await pause(200);
  const type = () => window.document.querySelector("input").dispatchEvent(new window.Event("input", { bubbles: true }));
  const swapped = new Promise((done) => window.document.body.addEventListener("htmx:afterSwap", done, { once: true }));
  window.document.body.addEventListener("htmx:afterSwap", () => Promise.resolve().then(type), { once: true });
  window.htmx.trigger("#f", "submit");
  await swapped;
  await pause(300);
  const early = heard;
  type();
  await pause(300);
  window.close();
  server.close();
  return [early, heard - early];
}

setTimeout(() => process.exit(1), 20_000).unref();
(async () => {
  const usual = await checks("outerHTML");
  const none = await checks("outerHTML settle:0ms");
  console.log("default settle:", usual.join(" then "), "| settle:0ms:", none.join(" then "));
  process.exitCode = usual.join() === "0,1" && none.join() === "1,1" ? 0 : 1;
})();
JS
node try.cjs
