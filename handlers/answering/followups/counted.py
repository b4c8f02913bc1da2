"""A counted part of something that is no document: 黎召阳讲的第二点, 活动内容第一项."""

from __future__ import annotations

import re

from handlers.answering.followups.intents import read_move
from handlers.model.turn import Context
from knowledge.language.tidy import plain, strip_punctuation
from knowledge.model.sources import Passage
from knowledge.sources.structure import Series

_NTH = re.compile(
    r"(?P<of>.{2,20}?)(?P<nth>(?:倒数)?第[一二三四五六七八九十\d]{1,3}(?:条|项|点|个|件|款|方面|部分|样).{0,12}|最后一?(?:条|项|点|个|件).{0,12})"
)
_SAID = re.compile(
    r"(?:在会上|会上)?(?:说|讲|提|谈|强调|要求|指出|列|写|规定)?(?:了|到|出|过)*(?:的|里面?|里头|中|下面|当中|那|这|工作|部分|内容)*$"
)
_CLAUSE = re.compile(r"第[一二三四五六七八九十百\d]{1,5}条")


def find_counted(context: Context, text: str) -> Passage | None:
    """Return the part that a text wants of what a person said, or of what stands under a heading; None when it names neither."""
    match = _NTH.fullmatch(strip_punctuation(text))
    move = read_move(match["nth"]) if match else None
    if match is None or move is None or move.kind != "nth" or _CLAUSE.search(match["of"]):
        return None
    found = (*_of_speaker(context, match["of"]), *_under_heading(context, match["of"]))
    series = next((series for series in found if _counts(series, move.measure)), None)
    return series.find(move.number) if series else None


def _counts(series: Series, measure: str) -> bool:
    """Return whether a part is counted by the word that was said; 一是 and （一） by any."""
    return series.measure == measure or (series.measure == "项" and measure != "段")


def _of_speaker(context: Context, said: str) -> tuple[Series, ...]:
    """Return what somebody who is named counts up, where the rest says no more than that it was said."""
    named = context.snapshot.analyzer.analyze(said).entities
    structure = context.snapshot.structure
    speakers = [s for s in structure.speakers.values() if s.name in named or s.organisation in named]
    names = context.snapshot.analyzer.names_as_written
    rest = plain(said)
    for name in sorted((n for n in names if n in rest), key=len, reverse=True):
        rest = rest.replace(name, "", 1)
    if len(speakers) != 1 or not _SAID.fullmatch(rest.strip("的 ")):
        return ()
    return structure.series_around(structure.said_by(speakers[0].id))


def _under_heading(context: Context, said: str) -> tuple[Series, ...]:
    """Return what stands counted under the one heading that a text names in full."""
    structure = context.snapshot.structure
    wanted = {plain(said), _SAID.sub("", plain(said))}
    found = [passage for words in wanted for passage in structure.headed(words)]
    return structure.series_inside(found) if len(found) == 1 else ()
