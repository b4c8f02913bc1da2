"""The guards that `python -m bench.mutants` breaks: what each keeps off, and what is put in its place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """One guard: what it keeps off, where it stands, what is put in its place, and where the test should be."""

    name: str
    file: str
    old: str
    new: str
    tests: str


MUTANTS = (
    Mutant(
        "签名比较",
        "bot/wechat/crypto.py",
        "return hmac.compare_digest(expected",
        "return True or hmac.compare_digest(expected",
        "tests/bot/wechat/test_door.py",
    ),
    Mutant(
        "填充检查",
        "bot/wechat/crypto.py",
        "if not 1 <= n <= _MAX_PAD or",
        "if False and",
        "tests/bot/wechat",
    ),
    Mutant(
        "AppID 核对",
        "bot/wechat/crypto.py",
        "if not hmac.compare_digest(plain[end:]",
        "if False and not hmac.compare_digest(plain[end:]",
        "tests/bot/wechat",
    ),
    Mutant(
        "时间窗口",
        "bot/wechat/door.py",
        "if self.window_s and abs(",
        "if False and abs(",
        "tests/bot/wechat/test_door.py",
    ),
    Mutant(
        "明文模式不收密文",
        "bot/wechat/door.py",
        'if self.mode == "plain" and is_sealed:',
        "if False:",
        "tests/bot/wechat/test_door.py",
    ),
    Mutant(
        "安全模式不收明文（降级）",
        "bot/wechat/door.py",
        'if self.mode == "safe" and not is_sealed:',
        "if False:",
        "tests/bot/wechat/test_door.py",
    ),
    Mutant(
        "重复的参数",
        "bot/wechat/door.py",
        "if len(given) != len(query):",
        "if False:",
        "tests/bot/wechat/test_door.py",
    ),
    Mutant(
        "msg_signature",
        "bot/wechat/door.py",
        "if not (text and any(",
        "if not (text or any(",
        "tests/bot/wechat/test_door.py",
    ),
    Mutant(
        "echostr 的字符",
        "bot/wechat/door.py",
        "if not _ECHO.fullmatch(echo):",
        "if False:",
        "tests/bot/wechat/test_door.py",
    ),
    Mutant(
        "CDATA 里的 ]]>",
        "bot/wechat/xml.py",
        'return text.replace("]]>", "]]]]><![CDATA[>")',
        "return text",
        "tests/bot/wechat",
    ),
    Mutant(
        "用户的话变成元素",
        "bot/wechat/xml.py",
        "return _Reader(FIELDS, strict=True).read(text)",
        "return _Reader(FIELDS).read(text)",
        "tests/bot/wechat/test_xml.py",
    ),
    Mutant(
        "DOCTYPE 和实体",
        "bot/wechat/xml.py",
        "parser.StartDoctypeDeclHandler = self._refuse\n        parser.EntityDeclHandler = self._refuse",
        "pass",
        "tests/bot/wechat",
    ),
    Mutant(
        "嵌套和个数",
        "bot/wechat/xml.py",
        "if len(self._open) >= _MAX_DEPTH or self._n > _MAX_ELEMENTS:",
        "if False:",
        "tests/bot/wechat",
    ),
    Mutant(
        "声明里的编码",
        "bot/wechat/xml.py",
        'expat.ParserCreate("utf-8")',
        "expat.ParserCreate()",
        "tests/bot/wechat/test_xml.py",
    ),
    Mutant(
        "正文大小",
        "bot/wechat/endpoint.py",
        "if len(body) > self._max_body_bytes:",
        "if False:",
        "tests/door/test_first_light.py::test_oversized_body_is_refused_before_parsing",
    ),
    Mutant(
        "会话的版本",
        "bot/store/wire/scripts.py",
        "if version ~= ARGV[1] then return {'conflict'} end",
        "",
        "tests/bot/store/test_store.py",
    ),
    Mutant(
        "同一条推送只记一次",
        "bot/store/wire/scripts.py",
        "if reply then return {'replayed', reply} end",
        "",
        "tests/bot/store/test_store.py",
    ),
    Mutant(
        "重推得到原来的回复",
        "bot/store/wire/scripts.py",
        "if reply then return {1, reply} end",
        "",
        "tests/bot/store/test_store.py",
    ),
    Mutant(
        "来晚的提交",
        "bot/store/wire/scripts.py",
        "if now_ms > tonumber(ARGV[2]) then return {'late'} end",
        "",
        "tests/bot/store/test_store.py tests/bot/test_pipeline.py",
    ),
    Mutant(
        "会话的期限",
        "bot/store/wire/scripts.py",
        "redis.call('PEXPIRE', KEYS[1], ARGV[4])",
        "",
        "tests/bot/store/test_store.py tests/door/test_rights.py::test_every_key_about_a_user_has_an_end tests/door/test_rights.py::test_deleted_data_is_gone_and_statistics_stay",
    ),
    Mutant(
        "回复的期限",
        "bot/store/wire/scripts.py",
        "redis.call('SET', KEYS[2], ARGV[5], 'PX', ARGV[6])",
        "redis.call('SET', KEYS[2], ARGV[5])",
        "tests/bot/store/test_store.py tests/door/test_rights.py::test_every_key_about_a_user_has_an_end tests/door/test_rights.py::test_deleted_data_is_gone_and_statistics_stay",
    ),
    Mutant(
        "删除以后的版本",
        "bot/store/wire/scripts.py",
        "redis.call('INCR', KEYS[3])",
        "",
        "tests/bot/store/test_store.py",
    ),
    Mutant(
        "删除带走回复",
        "bot/store/wire/scripts.py",
        "redis.call('DEL', ARGV[9] .. push)",
        "",
        "tests/bot/store/test_store.py tests/door/test_rights.py::test_every_key_about_a_user_has_an_end tests/door/test_rights.py::test_deleted_data_is_gone_and_statistics_stay",
    ),
    Mutant(
        "限速",
        "bot/store/wire/scripts.py",
        "if place > limit then return {2, place - limit} end",
        "",
        "tests/door/test_rights.py::test_flood_is_told_once_then_acknowledged_and_harms_nobody_else",
    ),
    Mutant(
        "别人的卡片",
        "bot/store/wire/scripts.py",
        "then return {'conflict'} end\nend",
        "then end\nend",
        "tests/bot/store/test_store.py",
    ),
    Mutant(
        "发布不互相盖掉",
        "bot/releases/ledger.py",
        "if ARGV[1] ~= '*' and live ~= ARGV[1] then return {'conflict', live} end",
        "",
        "tests/bot/releases/test_releases.py",
    ),
    Mutant(
        "审批的状态",
        "bot/releases/ledger.py",
        "if state ~= ARGV[8] then return {'state', state} end",
        "",
        "tests/bot/releases/test_releases.py",
    ),
    Mutant(
        "第二个人",
        "bot/editing/review.py",
        "return _seen(a) == _seen(b)",
        "return False",
        "bot/editing/review.py",
    ),
    Mutant(
        "磁盘上的版本坏了",
        "bot/releases/disk.py",
        "return files if version_of(files) == version else None",
        "return files",
        "tests/bot/releases/test_releases.py",
    ),
    Mutant(
        "密钥文件的权限", "bot/config.py", "os.O_EXCL, 0o600", "os.O_EXCL, 0o644", "tests/bot/test_config.py"
    ),
    Mutant("不认识的设置", "bot/config.py", 'extra="forbid"', 'extra="ignore"', "tests/bot/test_config.py"),
    Mutant(
        "证书的封印",
        "handlers/cards/signed_codes.py",
        "if hmac.compare_digest(given, ",
        "if hmac.compare_digest(given, given) or hmac.compare_digest(given, ",
        "tests/handlers/quiz tests/handlers/service",
    ),
    Mutant(
        "一题只答一次",
        "handlers/quiz/attempt.py",
        "if response_to(attempt, response.item_id):",
        "if False:",
        "tests/handlers/quiz",
    ),
    Mutant(
        "手快点两下",
        "handlers/quiz/quiz.py",
        "return message.received_ms < attempt.shown_ms + context.limits.reading_ms",
        "return False",
        "tests/handlers/quiz",
    ),
    Mutant(
        "电话、证件号遮掉",
        "handlers/answering/answer.py",
        'return _PERSONAL.sub("▢", text)',
        "return text",
        "handlers/answering/answer.py tests/handlers",
    ),
    Mutant(
        "引文和原文一致",
        "knowledge/checks/check.py",
        "if words not in everything and words not in titles:",
        "if False:",
        "tests/knowledge/checks/test_faults.py",
    ),
    Mutant(
        "只剪断掉的末尾",
        "bot/store/server/mending.py",
        "    if cut is None:\n        raise _damaged(folder, last)",
        "    cut = cut or _Cut(0, 0, '')",
        "tests/bot/store/test_mending.py",
    ),
    Mutant(
        "旧程序不开新数据",
        "bot/store/server/origin.py",
        "if data.writer and not _may_follow(program, data):",
        "if False:",
        "tests/bot/store/test_origin.py",
    ),
    Mutant(
        "备份被改过",
        "bot/backup/sealed_file.py",
        "!= digest:",
        "== b'':",
        "tests/bot/backup/test_sealed_file.py",
    ),
    Mutant(
        "备份没有写完",
        "bot/backup/sealed_file.py",
        'raise BadBackup("备份文件不完整（没有写完，或者没有复制完）")',
        "return True, b''",
        "tests/door/test_backup.py::test_file_that_is_no_whole_backup_is_told_and_nothing_is_written",
    ),
    Mutant(
        "提交没有回音就再看一次",
        "bot/pipeline.py",
        "except (Unsettled, StoreDown):\n                if doubt.said",
        "except StoreDown:\n                if doubt.said",
        "tests/door/test_lost_word.py::test_answer_whose_commit_lost_its_word_is_told_as_it_was_recorded",
    ),
    Mutant(
        "集群换槽时客户端的错误",
        "bot/store/wire/client.py",
        "            raise _as_lost(error) from error\n\n\ndef _as_lost",
        "            raise\n\n\ndef _as_lost",
        "tests/door/test_lost_word.py::test_answers_while_slots_move_in_a_cluster_are_told_as_they_were_recorded",
    ),
    Mutant(
        "清空的 Redis 不退回内容",
        "bot/releases/held.py",
        "        if await self._ledger.record(version):\n            return False",
        "        return False",
        "tests/door/test_emptied_redis.py",
    ),
    Mutant(
        "后台任务不因错误结束",
        "bot/app.py",
        '        except Exception:\n            log.exception("background work failed")',
        '        except ZeroDivisionError:\n            log.exception("background work failed")',
        "tests/bot/test_app.py",
    ),
    Mutant(
        "会丢数据的 Redis",
        "bot/store/wire/eviction.py",
        "    if not policies:\n",
        "    if policies or not policies:\n",
        "tests/door/test_evicting_redis.py",
    ),
)
