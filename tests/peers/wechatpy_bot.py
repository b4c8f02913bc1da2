"""A bot as wechatpy's documentation has it, on Flask, echoing words: PORT TOKEN [APP_ID AES_KEY]."""

import sys
import warnings

from flask import Flask, abort, request

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from wechatpy import create_reply, parse_message
    from wechatpy.crypto import WeChatCrypto
    from wechatpy.exceptions import InvalidAppIdException, InvalidSignatureException
    from wechatpy.utils import check_signature

port, token, *key = sys.argv[1:]
app = Flask(__name__)


@app.route("/", methods=["GET", "POST"])
def wechat():
    given = [request.args.get(name, "") for name in ("timestamp", "nonce")]
    try:
        check_signature(token, request.args.get("signature", ""), *given)
    except InvalidSignatureException:
        abort(403)
    if request.method == "GET":
        return request.args.get("echostr", "")
    if request.args.get("encrypt_type", "raw") == "raw":
        return answer(request.data)
    crypto = WeChatCrypto(token, key[1], key[0])
    try:
        opened = crypto.decrypt_message(request.data, request.args.get("msg_signature", ""), *given)
    except (InvalidSignatureException, InvalidAppIdException):
        abort(403)
    return crypto.encrypt_message(answer(opened), given[1], given[0])


def answer(body):
    message = parse_message(body)
    words = message.content if message.type == "text" else f"收到 {message.type}"
    return create_reply(words, message).render()


app.run("127.0.0.1", int(port))
