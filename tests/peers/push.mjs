// Seals a push with @wecom/crypto, posts it, verifies and opens the reply. One JSON object on stdin, one on stdout.
import { decrypt, encrypt, getSignature } from "@wecom/crypto";
import { readFileSync } from "node:fs";

const field = (xml, name) => new RegExp(`<${name}>(?:<!\\[CDATA\\[)?(.*?)(?:\\]\\]>)?</${name}>`, "s").exec(xml)?.[1];

const { url, token, appId, aesKey, message, compat } = JSON.parse(readFileSync(0, "utf8"));
const timestamp = String(Math.floor(Date.now() / 1000));
const nonce = String(Math.floor(Math.random() * 1e10));
const sealed = encrypt(aesKey, message, appId);
const query = new URLSearchParams({
  timestamp,
  nonce,
  signature: getSignature(token, timestamp, nonce, ""),
  encrypt_type: "aes",
  msg_signature: getSignature(token, timestamp, nonce, sealed),
});
const shown = compat ? message.replace(/<\/?xml>/g, "") : "";
const body = `<xml>${shown}<Encrypt><![CDATA[${sealed}]]></Encrypt></xml>`;
const response = await fetch(`${url}?${query}`, { method: "POST", body });
const xml = await response.text();
const reply = field(xml, "Encrypt") ?? "";
const expected = getSignature(token, field(xml, "TimeStamp"), field(xml, "Nonce"), reply);
const opened = reply ? decrypt(aesKey, reply) : { message: xml, id: "" };
process.stdout.write(
  JSON.stringify({
    status: response.status,
    type: response.headers.get("content-type"),
    signed: expected === field(xml, "MsgSignature"),
    xml: opened.message,
    appId: opened.id,
  }),
);
