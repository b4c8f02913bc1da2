"""A bot as WeRoBot's documentation has it, echoing words: PORT TOKEN [APP_ID AES_KEY]."""

import sys
import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from werobot import WeRoBot

port, token, *key = sys.argv[1:]
robot = WeRoBot(token=token, **dict(zip(("app_id", "encoding_aes_key"), key, strict=False)))
robot.config["SESSION_STORAGE"] = False


@robot.text
def echo(message):
    return message.content


@robot.subscribe
def subscribe():
    return "欢迎"


robot.run(server="wsgiref", host="127.0.0.1", port=int(port))
