"""What nobody unverified, and nothing hostile, passes at the platform's address."""

from __future__ import annotations

from bench.guards.mutant import Mutant

DOOR = (
    Mutant(
        "签名比较",
        "bot/wechat",
        "return hmac.compare_digest(expected",
        "return True or hmac.compare_digest(expected",
        "tests/bot/wechat/test_door.py",
    ),
    Mutant(
        "填充检查",
        "bot/wechat",
        "if not 1 <= n <= _MAX_PAD or",
        "if False and",
        "tests/bot/wechat",
    ),
    Mutant(
        "AppID 核对",
        "bot/wechat",
        "if not hmac.compare_digest(plain[end:]",
        "if False and not hmac.compare_digest(plain[end:]",
        "tests/bot/wechat",
    ),
    Mutant(
        "时间窗口",
        "bot/wechat",
        "if self.window_s and abs(",
        "if False and abs(",
        "tests/bot/wechat/test_door.py",
    ),
    Mutant(
        "明文模式不收密文",
        "bot/wechat",
        'if self.mode == "plain" and is_sealed:',
        "if False:",
        "tests/bot/wechat/test_door.py",
    ),
    Mutant(
        "安全模式不收明文（降级）",
        "bot/wechat",
        'if self.mode == "safe" and not is_sealed:',
        "if False:",
        "tests/bot/wechat/test_door.py",
    ),
    Mutant(
        "重复的参数",
        "bot/wechat",
        "if len(given) != len(query):",
        "if False:",
        "tests/bot/wechat/test_door.py",
    ),
    Mutant(
        "msg_signature",
        "bot/wechat",
        "if not (text and any(",
        "if not (text or any(",
        "tests/bot/wechat/test_door.py",
    ),
    Mutant(
        "echostr 的字符",
        "bot/wechat",
        "if not _ECHO.fullmatch(echo):",
        "if False:",
        "tests/bot/wechat/test_door.py",
    ),
    Mutant(
        "CDATA 里的 ]]>",
        "bot/wechat",
        'return text.replace("]]>", "]]]]><![CDATA[>")',
        "return text",
        "tests/bot/wechat",
    ),
    Mutant(
        "用户的话变成元素",
        "bot/wechat",
        "return _Reader(FIELDS, strict=True).read(text)",
        "return _Reader(FIELDS).read(text)",
        "tests/bot/wechat/test_xml.py",
    ),
    Mutant(
        "DOCTYPE 和实体",
        "bot/wechat",
        "parser.StartDoctypeDeclHandler = self._refuse\n        parser.EntityDeclHandler = self._refuse",
        "pass",
        "tests/bot/wechat",
    ),
    Mutant(
        "嵌套和个数",
        "bot/wechat",
        "if len(self._open) >= _MAX_DEPTH or self._n > _MAX_ELEMENTS:",
        "if False:",
        "tests/bot/wechat",
    ),
    Mutant(
        "声明里的编码",
        "bot/wechat",
        'expat.ParserCreate("utf-8")',
        "expat.ParserCreate()",
        "tests/bot/wechat/test_xml.py",
    ),
    Mutant(
        "正文大小",
        "bot/wechat",
        "if len(body) > self._max_body_bytes:",
        "if False:",
        "tests/door/test_first_light.py::test_oversized_body_is_refused_before_parsing",
    ),
)
