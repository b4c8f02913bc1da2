"""`qinglang users rename`: another key behind the names of users, and nobody notices."""

from __future__ import annotations

import re
from pathlib import Path

from tests.door.test_rights import contents, hash_of
from tests.outside import OutsideRedis
from tests.serving import Server, until


def test_key_of_the_user_hash_is_renewed_and_everybody_goes_on(tmp_path: Path) -> None:
    server = Server(tmp_path).start()
    try:
        wechat = server.wechat()
        wechat.say("oKeeper", "答题")
        wechat.say("oKeeper", "A")
        wechat.say("oKeeper", "承诺")
        (code,) = re.findall(r"编号：(\S+)", wechat.say("oKeeper", "我承诺"))
        refused = server.run("users", "rename")
        assert (refused.returncode, "先停掉" in refused.stderr) == (1, True)
        before = hash_of(server, "oKeeper")
    finally:
        server.stop()
    for _ in range(2):
        run = server.run("users", "rename")
        assert run.returncode == 0, run.stderr
        assert "换好了：1 个用户" in run.stdout
    assert (tmp_path / "data/secrets/privacy_key").stat().st_mode & 0o777 == 0o600
    server.start()
    try:
        held = contents(server)
        assert before not in str(held)
        assert hash_of(server, "oKeeper") in str(held)
        wechat = server.wechat()
        assert "第 2/10 题" in wechat.say("oKeeper", "继续")
        assert code in wechat.say("oReader", f"验证 {code}")
        assert "another than that" not in server.log
        wechat.say("oKeeper", "删除我的数据")
        wechat.say("oKeeper", "确认删除")
        assert "没有查到" in wechat.say("oReader", f"验证 {code}")
    finally:
        server.stop()


def test_key_that_stands_in_the_settings_is_renewed_there(tmp_path: Path) -> None:
    outside = OutsideRedis(tmp_path / "redis").start()
    settings = {"QINGLANG_REDIS__URL": outside.url, "QINGLANG_PRIVACY__KEY": "a" * 48}
    server = Server(tmp_path / "server", settings)
    try:
        server.start().wechat().say("oKeeper", "答题")
        server.stop()
        told = server.run("users", "rename")
        assert (told.returncode, "旧的->新的" in told.stderr) == (2, True)
        settings["QINGLANG_PRIVACY__KEY"] += "->" + "b" * 48
        assert "换好了：1 个用户" in server.run("users", "rename").stdout
        wechat = server.start().wechat()
        # On a busy machine Redis may not be heard within a push: who is told so says it again.
        until(lambda: "第 1/10 题" in wechat.say("oKeeper", "继续"))
        server.stop()
        settings["QINGLANG_PRIVACY__KEY"] = "c" * 48
        assert "不一样" in server.run("users", "rename").stderr
    finally:
        server.end()
        outside.kill()
