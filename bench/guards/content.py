"""What is only true in the words and counts of the bot itself."""

from __future__ import annotations

from bench.guards.mutant import Mutant

CONTENT = (
    Mutant(
        "证书的封印",
        "handlers/cards",
        "if hmac.compare_digest(given, ",
        "if hmac.compare_digest(given, given) or hmac.compare_digest(given, ",
        "tests/handlers/quiz tests/handlers/service",
    ),
    Mutant(
        "一题只答一次",
        "handlers/quiz",
        "if response_to(attempt, response.item_id):",
        "if False:",
        "tests/handlers/quiz",
    ),
    Mutant(
        "手快点两下",
        "handlers/quiz",
        "(attempt.shown_ms, context.limits.reading_ms)",
        "(0, 0)",
        "tests/handlers/quiz",
    ),
    Mutant(
        "电话、证件号遮掉",
        "handlers/answering",
        'return _PERSONAL.sub("▢", text)',
        "return text",
        "handlers/answering/answer.py tests/handlers",
    ),
    Mutant(
        "引文和原文一致",
        "knowledge/checks",
        "if words not in everything and words not in titles:",
        "if False:",
        "tests/knowledge/checks/test_faults.py",
    ),
    Mutant(
        "Excel 里的定义",
        "knowledge/exchange/workbook",
        'if b"<!DOCTYPE" in content or b"<!ENTITY" in content:',
        "if False:",
        "tests/knowledge/exchange/test_workbook.py",
    ),
    Mutant(
        "Excel 的压缩炸弹",
        "knowledge/exchange/workbook",
        "if member.file_size > limit:\n        raise _bomb()",
        "if False:\n        raise _bomb()",
        "tests/knowledge/exchange/test_workbook.py",
    ),
    Mutant(
        "Word 的压缩炸弹",
        "knowledge/learning",
        "if sum(member.file_size for member in members) > _MAX_INFLATED_BYTES:",
        "if False:",
        "tests/knowledge/learning/test_word_file.py",
    ),
    Mutant(
        "导出的 Excel 里没有公式",
        "knowledge/exchange/workbook",
        "def escape_formula(text: str) -> str:",
        "def escape_formula(text: str) -> str:\n    return text\n",
        "tests/knowledge/exchange/test_cells.py",
    ),
    Mutant(
        "两个同时的答案",
        "handlers/quiz",
        "if response_to(run.attempt, run.item.id):\n        after = run.at(forward",
        "if False:\n        after = run.at(forward",
        "tests/handlers/quiz/test_once.py",
    ),
    Mutant(
        "来晚的作答",
        "handlers/quiz",
        "(attempt.asked_ms, 0)",
        "(0, 0)",
        "tests/handlers/quiz/test_once.py",
    ),
)
