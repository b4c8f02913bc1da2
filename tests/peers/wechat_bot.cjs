// A bot as npm wechat's documentation has it, on Express, echoing words: PORT TOKEN [APP_ID AES_KEY].
const express = require("express");
const wechat = require("wechat");

const [port, token, appid, encodingAESKey] = process.argv.slice(2);
const config = appid ? { token, appid, encodingAESKey } : token;
const app = express();
app.use(
  "/",
  wechat(config, (req, res) => {
    const message = req.weixin;
    res.reply(message.MsgType === "text" ? message.Content : `收到 ${message.MsgType}`);
  }),
);
app.listen(Number(port), "127.0.0.1");
