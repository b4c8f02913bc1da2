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
        "return message.received_ms < attempt.shown_ms + context.limits.reading_ms",
        "return False",
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
)
