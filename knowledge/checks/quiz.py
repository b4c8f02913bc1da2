"""What must hold for quiz items and papers."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence

from knowledge.checks.base import Checked
from knowledge.language.tidy import strip_punctuation
from knowledge.model.bank import Item
from knowledge.model.problems import Mark, Problem
from knowledge.quiz.hints import key_words, said_in
from knowledge.quiz.told_answers import item_number, marked_option, told_answers
from knowledge.reading.papers import COMMANDS, MODE_WORDS, main_papers
from knowledge.reading.quiz import LETTERS

BLANK = "____"
MAX_FACE_BYTES = 800
MAX_WHY_BYTES = 240
MAX_KEY_SHARE = 0.3
MAX_TRUTH_SHARE = 0.6
# 专项, 错题 and 考考你 ask what there is of a track, of what was wrong, of what was just told.
_DRAWS_WHAT_THERE_IS = frozenset({"topic", "missed", "probe"})
_MIN_WORD = 2
_MIN_KEYS = 20
_MIN_CONTEXT = 4
_LINK = re.compile(r"(?:https?://|ftp://|www\.)[!-~]+", re.IGNORECASE)
_CLAUSE = re.compile(r"[^,，。；;：:！!？?\n]+")


def _plain(text: str) -> str:
    # Not `tidy`: that is for what users type, and cuts.
    return strip_punctuation(unicodedata.normalize("NFKC", text).lower())


def items_can_be_asked(c: Checked) -> Iterator[Problem]:
    """Each item has the key that its kind needs, different options, and fits a chat message."""
    for item in c.content.items.values():
        yield from _key_fits_kind(c, item)
        yield from _options_differ(c, item)
        for name, text, limit in _limits(item):
            if len(text.encode()) > limit:
                message = f"{name} 太长（{len(text.encode())} 字节，最多 {limit}）"
                yield c.problem(
                    ("item", item.id, name), item.mark, "too-long", message, "缩短题干、选项或说明"
                )
        if item.track not in c.content.tracks:
            yield _unknown_track(c, ("item", item.id, "track"), item.mark, item.track)


def _limits(item: Item) -> Iterator[tuple[str, str, int]]:
    yield "stem", "\n".join((item.stem, *item.options)), MAX_FACE_BYTES
    yield "why", item.why, MAX_WHY_BYTES
    yield "hint", item.hint, MAX_WHY_BYTES


def hints_keep_the_key(c: Checked) -> Iterator[Problem]:
    """No hint has words of the answer, in whatever punctuation."""
    for item in c.content.items.values():
        if word := said_in(item.hint, key_words(item)):
            yield c.problem(
                ("item", item.id, "hint"),
                item.mark,
                "hint-tells",
                f"提示里有答案“{word}”",
                "换一个不带答案的说法；不写 hint 就提示出处",
            )


def _unknown_track(c: Checked, path: tuple[str, ...], mark: Mark, track: str) -> Problem:
    hint = f"只能是 {'、'.join(c.content.tracks)}；新的领域先写进 quiz/papers.yaml 的 tracks"
    return c.problem(path, mark, "wrong-value", f"领域“{track}”不认识", hint)


def _key_fits_kind(c: Checked, item: Item) -> Iterator[Problem]:
    def bad(message: str, hint: str, name: str = "key") -> Problem:
        return c.problem(("item", item.id, name), item.mark, "bad-key", message, hint)

    if not (item.key or item.accepted):
        return  # reading said so

    if item.kind in ("single", "truefalse") and len(item.key) != 1:
        yield bad("这种题只能有一个答案", "只写一个")
    if item.kind == "multiple" and not 2 <= len(item.key) < len(item.options):
        yield bad("多选题至少有两个答案，也至少有一个错误选项", "改 key 或 options")
    if item.kind == "fill" and item.stem.count(BLANK) != 1:
        yield bad("填空题的题干里要有一处空", f"用 {BLANK}（四个下划线）表示", "stem")
    if item.kind == "fill" and _plain(item.accepted[0]) in _plain(item.stem):
        yield bad("题干里已经写出了答案", "换一个空，或改题干", "stem")
    if item.kind == "truefalse":
        if _plain(item.claim) not in _plain(item.stem):
            yield bad(f"题干里没有“{item.claim}”", "claim 写题干里决定对错的那几个字", "claim")
        if (item.key == (0,)) != (_plain(item.claim) == _plain(item.truth)):
            hint = "key: true 不写 truth；key: false 时 truth 写原文在这个位置的字"
            yield bad("key 和 truth 对不上", hint)


def _few_options_cure(item: Item) -> str:
    listed = any(sign in option for option in item.options for sign in "、，；")
    return "选项之间要用英文逗号，或一行一个" if listed else "补上选项"


def _options_differ(c: Checked, item: Item) -> Iterator[Problem]:
    path: tuple[str, ...] = ("item", item.id, "options")
    if item.kind in ("single", "multiple") and len(item.options) < 2:
        yield c.problem(path, item.mark, "too-few-options", "选项至少要有两个", _few_options_cure(item))
    seen: list[str] = []
    for i, option in enumerate(item.options):
        if _plain(option) in seen:
            path = ("item", item.id, "option", str(i))
            yield c.problem(path, item.mark, "duplicate-option", f"选项“{option}”重复", "换一个选项")
        seen.append(_plain(option))


def keys_are_proven(c: Checked) -> Iterator[Problem]:
    """The quoted words contain the key, punctuation aside."""
    for item in c.content.items.values():
        for words in item.proven:
            if _plain(words) not in _plain(item.source.text):
                message = f"引文里没有答案“{words}”"
                hint = "答案用原文的字，或引用能证明它的那一句"
                yield c.problem(("item", item.id, "key"), item.mark, "key-not-proven", message, hint)


def distractors_are_wrong(c: Checked) -> Iterator[Problem]:
    """No wrong option, put where the key stands in its sentence, gives words of any source."""
    sources = [_plain(source.text) for source in c.content.sources.values()]
    for item in c.content.items.values():
        for i, wrong in _distractors(item) if item.key else ():
            made = [_put(item.source.text, words, wrong) for words in item.proven]
            stands = any(text and any(text in source for source in sources) for text in made)
            if stands or (item.kind == "multiple" and _plain(wrong) in _plain(item.source.text)):
                path = ("item", item.id, "claim") if i is None else ("item", item.id, "option", str(i))
                message = f"“{wrong}”放到答案的位置上，也是原文的话"
                yield c.problem(path, item.mark, "distractor-true", message, "换一个在原文里不成立的")


def _distractors(item: Item) -> Iterator[tuple[int | None, str]]:
    if item.kind == "truefalse":
        if item.claim != item.truth:
            yield None, item.claim
        return
    yield from ((i, option) for i, option in enumerate(item.options) if i not in item.key)


def _put(quote: str, words: str, wrong: str) -> str:
    """Return the clause of `quote` around `words` with `wrong` in their place; "" when they don't stand there.

    A clause that is hardly more than the words themselves is widened to the whole quote.
    """
    plain = _plain(words)
    clauses = [clause for clause in map(_plain, _CLAUSE.findall(quote)) if plain in clause]
    place = clauses[0] if clauses and len(clauses[0]) - len(plain) >= _MIN_CONTEXT else _plain(quote)
    return place.replace(plain, _plain(wrong), 1) if plain in place else ""


def no_letter_is_favoured(c: Checked) -> Iterator[Problem]:
    """Over the bank no letter is the key too often, and neither 正确 nor 错误 is."""
    items = list(c.content.items.values())
    rules: tuple[tuple[tuple[str, ...], float, Sequence[str]], ...] = (
        (("single", "multiple"), MAX_KEY_SHARE, LETTERS),
        (("truefalse",), MAX_TRUTH_SHARE, ("true", "false")),
    )
    for kinds, limit, names in rules:
        keys = Counter(i for item in items if item.kind in kinds for i in item.key)
        if keys.total() < _MIN_KEYS:
            continue
        index, most = keys.most_common(1)[0]
        if most > limit * keys.total():
            last = [item for item in items if item.kind in kinds and index in item.key][-1]
            message = f"题库里 {names[index]} 是答案的有 {most}/{keys.total()}，超过 {limit:.0%}"
            hint = "把一些题的选项换个顺序" if len(kinds) > 1 else "把一些题改成相反的说法"
            yield c.problem(("item", last.id, "key"), last.mark, "favoured-letter", message, hint)


def excluded_items_exist(c: Checked) -> Iterator[Problem]:
    """Each id in `excludes` is another item's."""
    for item in c.content.items.values():
        for i, other in enumerate(item.excludes):
            if other == item.id or other not in c.content.items:
                near = difflib.get_close_matches(
                    other, [*c.content.items.keys() - {item.id}], n=1, cutoff=0.6
                )
                hint = f"是不是 {near[0]}？" if near else "改正，或删掉"
                path = ("item", item.id, "exclude", str(i))
                yield c.problem(path, item.mark, "unknown-item", f"没有别的题叫 {other}", hint)


def items_tell_no_answer(c: Checked) -> Iterator[Problem]:
    """No stem has its answer in brackets or at its end, no option a mark, and no stem the number of a paper."""
    for item in c.content.items.values():
        path = ("item", item.id, "stem")
        for told in told_answers(item.stem, item.kind, item.options, item.key, item.accepted):
            message = f"题干里写着答案“{told.words}”" + ("" if told.is_key else "，和 key 不一样")
            hint = "换成空括号（ ），或删掉" if told.is_key else "看看哪个对；不是答案就去掉括号"
            yield c.problem(path, item.mark, "answer-in-stem", message, hint)
        if number := item_number(item.stem):
            message = f"题干以题号“{number.strip()}”开头，每份试卷的题号不同"
            yield c.warning(path, item.mark, "item-number", message, "删掉题号")
        for i, option in enumerate(item.options):
            if marked_option(option) != option:
                at = ("item", item.id, "option", str(i))
                message = f"选项“{option}”标着对错"
                yield c.problem(at, item.mark, "answer-in-stem", message, "删掉记号")


def items_carry_no_link(c: Checked) -> Iterator[Problem]:
    """No text of an item has an address: a reply that carries one may be blocked."""
    for item in c.content.items.values():
        texts = [
            ("stem", item.stem),
            ("why", item.why),
            ("hint", item.hint),
            *(("options", option) for option in item.options),
        ]
        for name, text in texts:
            if link := _LINK.search(text):
                message = f"这里有网址“{link.group()[:40]}”，聊天里不能发"
                yield c.problem(("item", item.id, name), item.mark, "raw-link", message, "删掉，或者写成名称")


def papers_can_be_drawn(c: Checked) -> Iterator[Problem]:
    """The filters of each paper leave as many items as it draws, and there is one to practise with.

    A base without a single item needs no paper, and its papers wait for the first one.
    """
    for paper in c.content.papers.values():
        for track in paper.tracks:
            if track not in c.content.tracks:
                yield _unknown_track(c, ("paper", paper.id, "tracks"), paper.mark, track)
        n_sure = len(_groups([item for item in c.content.items.values() if paper.admits(item)]))
        if c.content.items and paper.mode not in _DRAWS_WHAT_THERE_IS and n_sure < paper.n_items:
            message = (
                f"试卷 {paper.id} 要抽 {paper.n_items} 题，题库里只有 {n_sure} 题合用（互相排斥的算一题）"
            )
            path = ("paper", paper.id, "n_items")
            yield c.problem(path, paper.mark, "too-few-items", message, "减少 n_items，或补题")
    days = [paper for paper in c.content.papers.values() if paper.mode == "daily"]
    for paper in days[1:]:
        message = f"每日一答已经有 {days[0].id} 这一份，连续几天只记一份的"
        path = ("paper", paper.id, "mode")
        yield c.problem(path, paper.mark, "wrong-value", message, "换一个 mode，或删掉一份")
    if c.content.items and all(paper.mode != "practice" for paper in c.content.papers.values()):
        message = "没有 mode 为 practice 的试卷"
        yield Problem("quiz/papers.yaml", 0, 0, "missing-paper", message, "“答题”要用它，请补上")


def words_start_one_paper(c: Checked) -> Iterator[Problem]:
    """What starts a paper, its title included, starts no other one, and is no answer to an item."""
    starts: dict[str, str] = {}
    starts_a_mode = {form for forms in MODE_WORDS.values() for form in forms}
    for paper in main_papers(c.content.papers).values():
        starts |= dict.fromkeys(MODE_WORDS[paper.mode], paper.id)
    for paper in c.content.papers.values():
        for word in paper.words:
            written: tuple[str, ...] = ("paper", paper.id, "word", word)
            path = written if written in c.marks else ("paper", paper.id, "title")
            other = starts.setdefault(word, paper.id)
            if other != paper.id:
                message, hint = f"“{word}”已经是试卷 {other} 的说法", "换一个说法；标题也是一种说法"
                yield c.problem(path, paper.mark, "duplicate-word", message, hint)
            if word in COMMANDS and word not in starts_a_mode:
                message, hint = f"“{word}”是别的命令，开始不了试卷", "换一个说法；标题也是一种说法"
                yield c.problem(path, paper.mark, "wrong-value", message, hint)
            if len(word) < _MIN_WORD:
                message, hint = f"“{word}”太短，会和答案混在一起", "至少两个字"
                yield c.problem(path, paper.mark, "wrong-value", message, hint)


def _groups(items: list[Item]) -> list[set[str]]:
    """Return the items in groups that are linked by `excludes`: every draw gets at least one of each."""
    groups: list[set[str]] = []
    for item in items:
        linked = {item.id, *item.excludes}
        touching = [group for group in groups if group & linked]
        groups = [group for group in groups if not group & linked] + [linked.union(*touching)]
    return groups
