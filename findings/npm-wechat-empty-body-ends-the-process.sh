#!/bin/sh
# wechat 2.1.0 (npm, with xml2js 0.4.17, Node.js 20.20.2), the most used bot for WeChat Official Accounts on Node.
#
# Guess:     a signed push that can't be read is passed to `next(err)`, as the code reads, and costs that push alone.
# Behaviour: xml2js calls back with null, and no error, for an empty body; `result.xml` then throws inside the parser's
#            own event, nobody catches it, and the whole process ends. A body of nothing but broken XML does get to
#            `next(err)` and is a 500.
# Seen:      broken XML -> 500 | empty body -> no answer, process ended with code 1
# Why:       the library checks no timestamp, so whoever has seen one signed address may send it again with an empty
#            body, at any time, and stop the bot for everybody. Refuse an empty body before it, or run a supervisor.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund wechat@2.1.0 express@4.21.2 xml2js@0.4.17 >/dev/null 2>&1
cat >bot.cjs <<'JS'
const express = require("express");
const wechat = require("wechat");
const app = express();
app.use("/", wechat("token", (req, res) => res.reply("hello")));
const server = app.listen(0, "127.0.0.1", () => console.log(server.address().port));
JS
cat >seen.mjs <<'JS'
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
const bot = spawn(process.execPath, ["bot.cjs"], { stdio: ["ignore", "pipe", "ignore"] });
const ended = once(bot, "exit");
const [line] = await once(bot.stdout, "data");
const signature = createHash("sha1").update(["token", "1", "n"].sort().join("")).digest("hex");
const url = `http://127.0.0.1:${String(line).trim()}/?signature=${signature}&timestamp=1&nonce=n`;
const push = async (name, body) => {
  try {
    console.log(`${name} -> ${(await fetch(url, { method: "POST", body })).status}`);
  } catch {
    console.log(`${name} -> no answer, process ended with code ${(await ended)[0]}`);
  }
};
await push("broken XML", "<xml><a></xml>");
await push("empty body", "");
bot.kill();
JS
cat >expected <<'TXT'
broken XML -> 500
empty body -> no answer, process ended with code 1
TXT
node seen.mjs 2>/dev/null | tee seen
diff expected seen && echo "as described"
