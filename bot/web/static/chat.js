"use strict";
// The page of an official account: sends pushes through /chat/push and shows replies as a phone does.

const $ = (id) => document.getElementById(id);
const talk = $("talk"), scroller = talk.parentElement, input = $("text");
const STAMP_AFTER_MS = 300000;
const REPEATS = ["again", "at-once", "cut"];
const LINK = /<a href="([^"<>]*)">([^<>]*)<\/a>/g;
const SAY = {
  none: "（已收到，没有回复）", gone: "服务没有回应：它还在运行吗？看看启动它的终端", toMenu: "换成菜单", toKeys: "换成键盘",
  three: (same) => (same ? "同时推了三次，三次的回复一样" : "同时推了三次，三次的回复不一样！"), again: "又推了一次", cut: "第一次的回复没送到，同一条又推了一次",
  timing: (ms) => `从推送到收到回复 ${ms} 毫秒（签名、路上和验证都算）`, step: "步骤", took: "毫秒", calls: "问 Redis", user: (n) => `测试用户 ${n}`,
  modes: { plain: "明文", compat: "兼容", safe: "安全" }, outcomes: { answer: "直接回答", clarify: "反问", decline: "没有收录", command: "是口令，不查知识库" },
  steps: { door: "验签、解密", load: "读会话", decide: "想怎么答", commit: "记下", render: "写回复" },
  kinds: { subscribe: "关注了公众号", unsubscribe: "取消了关注", image: "［图片］", location: "［位置］成都市", scan: "扫了二维码", click: "点了菜单" },
};
let last = null, stamped = 0, about = { buttons: [], modes: [], scenes: [], accounts: {} };
// The page of a further account stands below its name, and so does what it asks for.
const HERE = location.pathname.replace(/[^/]*$/, "");

async function ask(path, body) {
  const options = body ? { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) } : {};
  return (await fetch(HERE + path, options)).json();
}

function line(kind, ...parts) {
  const now = Date.now();
  if (now - stamped > STAMP_AFTER_MS) {
    stamped = now;
    const time = document.createElement("li");
    time.className = "time";
    time.textContent = new Date(now).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit" });
    talk.append(time);
  }
  const item = document.createElement("li"), bubble = document.createElement("p");
  item.className = kind;
  if (!kind.includes("event")) bubble.className = "bubble";
  bubble.append(...parts);
  item.append(bubble);
  talk.append(item);
  scroller.scrollTop = scroller.scrollHeight;
  return item;
}

// A reply is text with at most links in it: lines to tap, which say their words, and pages.
function inBubble(text) {
  const parts = [];
  let from = 0;
  for (const found of text.matchAll(LINK)) {
    parts.push(text.slice(from, found.index));
    from = found.index + found[0].length;
    parts.push(linkTo(found[1].replaceAll("&amp;", "&"), found[2]));
  }
  return [...parts, text.slice(from)];
}

function linkTo(address, words) {
  if (address.startsWith("weixin://bizmsgmenu?")) {
    const asked = new URLSearchParams(address.split("?")[1]), button = document.createElement("button");
    button.type = "button";
    button.className = "tap";
    button.textContent = words;
    button.onclick = () => send({ kind: "text", text: asked.get("msgmenucontent"), key: asked.get("msgmenuid") });
    return button;
  }
  if (!/^https?:/.test(address)) return words;
  const link = document.createElement("a");
  Object.assign(link, { href: address, textContent: words, rel: "noreferrer", target: "_blank" });
  return link;
}

async function send(push) {
  const shown = push.kind === "text" || push.kind === "voice" ? push.text : SAY.kinds[push.kind];
  if (!push.repeated) line(push.kind === "text" || push.kind === "voice" || push.kind === "image" || push.kind === "location" ? "mine" : "event", shown);
  // An id of our own, so that the same message can be pushed again.
  const whole = { msg_id: String(Date.now() * 1000 + Math.floor(Math.random() * 1000)), user: $("user").value, mode: $("mode").value, ...push };
  const waiting = document.importNode($("sending").content, true).firstElementChild;
  talk.append(waiting);
  scroller.scrollTop = scroller.scrollHeight;
  try {
    const got = await ask("chat/push", whole);
    waiting.remove();
    show(got, whole);
  } catch {
    waiting.remove();
    line("other fault", SAY.gone);
  }
  last = whole;
  for (const id of REPEATS) $(id).disabled = false;
  if (push.kind === "text" && !push.repeated) why(push.text);
}

function show(got, push) {
  if (push.at_once) line("event", SAY.three(new Set(got.all).size === 1));
  else if (push.cut) line("event", SAY.cut);
  else if (push.repeated) line("event", SAY.again);
  if (got.fault) line("other fault", got.fault);
  else if (got.text === null) line("event", SAY.none);
  else line("other", ...inBubble(got.text));
  $("timing").textContent = got.ms === undefined ? "" : SAY.timing(got.ms);
  $("steps").replaceChildren(...stepTable(got.steps || []));
  $("sent").textContent = got.sent || "";
  $("received").textContent = got.received || "";
}

function rowOf(cell, ...words) {
  const row = document.createElement("tr");
  row.append(...words.map((said) => Object.assign(document.createElement(cell), { textContent: said })));
  return row;
}

// A step, how long it took, and what it asked Redis meanwhile.
function stepTable(steps) {
  if (!steps.length) return [];
  const table = document.createElement("table"), head = table.createTHead(), body = table.createTBody();
  head.append(rowOf("th", SAY.step, SAY.took, SAY.calls));
  for (const step of steps) body.append(rowOf("td", SAY.steps[step.name] || step.name, step.ms, step.calls.map((call) => `${call.name} ${call.ms}`).join("、")));
  for (const cell of head.rows[0].cells) cell.scope = "col";
  return [table];
}

async function why(text) {
  try {
    const found = await ask("chat/explain", { text });
    const lines = [SAY.outcomes[found.outcome] || found.outcome, ...(found.ids.length ? [found.ids.join("、")] : []), ...found.lines];
    $("why").replaceChildren(...lines.map((words) => Object.assign(document.createElement("p"), { textContent: words })));
  } catch { $("why").replaceChildren(); }
}

function pick(select, pairs, chosen) {
  select.replaceChildren(...pairs.map(([value, words]) => new Option(words, value, false, value === chosen)));
}

function users(chosen) {
  const n = Number(localStorage.getItem("users") || 1), run = localStorage.getItem("run") || newRun();
  pick($("user"), Array.from({ length: n }, (_, i) => [`oPage_${run}_${i + 1}`, SAY.user(i + 1)]), chosen || localStorage.getItem("user"));
}

function newRun() {
  const run = Math.random().toString(36).slice(2, 8);
  localStorage.setItem("run", run);
  return run;
}

function changeUser() {
  localStorage.setItem("user", $("user").value);
  talk.replaceChildren();
  stamped = 0;
  last = null;
  for (const id of REPEATS) $(id).disabled = true;
}

function enlarge(isLarge) {
  document.documentElement.classList.toggle("large", isLarge);
  $("large").setAttribute("aria-pressed", String(isLarge));
  localStorage.setItem("large", isLarge ? "yes" : "");
}

function menuButton(button) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = button.name;
  made.onclick = () => {
    if (button.buttons.length) return openSub(button, made);
    $("sub").hidden = true;
    if (button.url) window.open(button.url, "_blank", "noreferrer");
    else send({ kind: "click", key: button.key });
  };
  if (button.buttons.length) made.setAttribute("aria-expanded", "false");
  return made;
}

function openSub(button, opener) {
  const sub = $("sub"), isOpen = !sub.hidden && sub.dataset.of === button.name;
  for (const other of $("menu").children) other.setAttribute("aria-expanded", "false");
  sub.hidden = isOpen;
  sub.dataset.of = button.name;
  sub.dataset.at = !opener.previousSibling ? "first" : opener.nextSibling ? "middle" : "last";
  opener.setAttribute("aria-expanded", String(!isOpen));
  sub.replaceChildren(...button.buttons.map(menuButton));
}

$("form").onsubmit = (event) => {
  event.preventDefault();
  const text = input.value.trim();
  if (!text) return;
  input.value = "";
  send({ kind: "text", text });
};
input.onkeydown = (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); $("form").requestSubmit(); }
};
$("switch").onclick = () => {
  const toMenu = $("menu").hidden;
  $("menu").hidden = !toMenu;
  $("say").hidden = toMenu;
  $("sub").hidden = true;
  $("switch").setAttribute("aria-pressed", String(toMenu));
  $("switch").setAttribute("aria-label", toMenu ? SAY.toKeys : SAY.toMenu);
};
$("tools-toggle").onclick = () => $("tools-toggle").setAttribute("aria-expanded", String($("tools").classList.toggle("open")));
$("user").onchange = changeUser;
$("account").onchange = () => { location.href = $("account").value; };
$("new-user").onclick = () => {
  const n = Number(localStorage.getItem("users") || 1) + 1;
  localStorage.setItem("users", String(n));
  users(`oPage_${localStorage.getItem("run")}_${n}`);
  changeUser();
  send({ kind: "subscribe" });
};
for (const button of document.querySelectorAll("[data-kind]")) {
  button.onclick = () => {
    const kind = button.dataset.kind, key = kind === "scan" || "scene" in button.dataset ? $("scene").value : "";
    const text = kind === "voice" ? input.value.trim() : "";
    if (kind === "voice") input.value = "";
    send({ kind, key, text });
  };
}
$("again").onclick = () => last && send({ ...last, repeated: true, at_once: false, cut: false });
$("at-once").onclick = () => last && send({ ...last, repeated: true, at_once: true, cut: false, msg_id: String(Date.now() * 1000) });
$("cut").onclick = () => last && send({ ...last, repeated: true, at_once: false, cut: true, msg_id: String(Date.now() * 1000) });
$("large").onclick = () => enlarge(!document.documentElement.classList.contains("large"));

(async () => {
  enlarge(localStorage.getItem("large") === "yes");
  about = await ask("chat/about");
  const named = Object.entries(about.accounts), mine = named.find(([, place]) => place === about.here);
  if (named.length > 1) {
    $("accounts").hidden = false;
    $("here").textContent = ` · ${mine[0]}`;
    pick($("account"), named.map(([name, place]) => [place, name]), about.here);
  }
  users();
  pick($("mode"), about.modes.map((mode) => [mode, SAY.modes[mode]]));
  pick($("scene"), about.scenes.map((scene) => [scene, scene]));
  $("menu").replaceChildren(...about.buttons.map(menuButton));
  for (const id of REPEATS) $(id).disabled = true;
  send({ kind: "subscribe" });
})();
