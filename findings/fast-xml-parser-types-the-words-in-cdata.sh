#!/bin/sh
# fast-xml-parser 5.12.1 (npm, Node.js 20.20.2), the parser under many Node bots for WeChat Official Accounts.
#
# Guess:     a CDATA section is text, so <Content><![CDATA[007]]></Content> gives the string "007".
# Behaviour: with the default options the text of CDATA is guessed at like any other value: "007" is the number 7,
#            "1.0" is 1, "1e3" is 1000, "0x1F" is 31, "+8613800138000" loses its plus, "true" is a boolean. A number
#            too long to be exact stays a string, so MsgId is safe and the type of Content depends on what was typed.
#            `cdataPropName` keeps CDATA as it is, and so does `parseTagValue: false`.
# Seen:      "007" -> number 7 | "1.0" -> number 1 | "1e3" -> number 1000 | "0x1F" -> number 31
#            "+8613800138000" -> number 8613800138000 | "true" -> boolean true
#            "23456789012345678" -> string "23456789012345678" | parseTagValue false: "007" -> string "007"
# Why:       Content is what a user typed. The bot answers words that nobody wrote, an answer to a quiz ("1.0", "007")
#            is marked as another one, and `content.trim()` is a TypeError as soon as somebody sends a number.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund fast-xml-parser@5.12.1 >/dev/null
cat >seen.mjs <<'JS'
import { XMLParser } from "fast-xml-parser";
const push = (typed) =>
  "<xml><ToUserName><![CDATA[gh_0123456789ab]]></ToUserName><FromUserName><![CDATA[oUser]]></FromUserName>" +
  "<CreateTime>1790000020</CreateTime><MsgType><![CDATA[text]]></MsgType>" +
  `<Content><![CDATA[${typed}]]></Content><MsgId>23456789012345678</MsgId></xml>`;
const show = (typed, options) => {
  const value = new XMLParser(options).parse(push(typed)).xml.Content;
  console.log(`${JSON.stringify(typed)} -> ${typeof value} ${JSON.stringify(value)}`);
};
for (const typed of ["007", "1.0", "1e3", "0x1F", "+8613800138000", "true", "23456789012345678"]) show(typed);
show("007", { parseTagValue: false });
JS
cat >expected <<'TXT'
"007" -> number 7
"1.0" -> number 1
"1e3" -> number 1000
"0x1F" -> number 31
"+8613800138000" -> number 8613800138000
"true" -> boolean true
"23456789012345678" -> string "23456789012345678"
"007" -> string "007"
TXT
node seen.mjs | tee seen
diff expected seen && echo "as described"
