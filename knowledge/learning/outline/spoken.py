"""Who says what in a text: questions with their answers, speeches, and what a line says that somebody said."""

from __future__ import annotations

import re

from knowledge.learning import marks
from knowledge.learning.outline.counted import take_words
from knowledge.learning.outline.open_text import SAID, OpenText, Rank
from knowledge.learning.outline.passages import ANSWER, Branch
from knowledge.learning.people import VERBS, named_in_heading, speaker_id_of

_MAX_NAMED_CHARS = 60
# What a report quotes ends with its quotation marks; who takes the floor goes on.
_QUOTED_REMARK = re.compile(rf"[^：:“”]{{2,40}}{VERBS}[：:]“[^”]*”[。]?")


def take_dialogue(here: OpenText, text: str) -> bool:
    """Open a question as the heading of its answer, or the answer under it."""
    if marks.question_of(text, reporters=here.is_dialogue):
        here.leave(Rank.QUESTION)
        n = sum(node.mark == "问" for node in here.open[-1].inside) + 1
        here.begin(Branch(Rank.QUESTION, "问", text, here.address(f"qa-{n}"), heads=True), text)
        return True
    asked = next((node for node in here.open if node.mark == "问"), None)
    if asked is None or not marks.is_answer(text):
        return False
    here.leave(Rank.ANSWER)
    here.begin(Branch(Rank.ANSWER, "答", ANSWER, here.address("answer"), heads=True))
    take_words(here, text)
    return True


def take_speech(here: OpenText, text: str, i: int) -> bool:
    """Open the speech of a person whom a line names as its heading: a caption, or a post and a name."""
    caption = text.startswith("▲")
    speaker = speaker_id_of(text, here.people) if caption else named_in_heading(text, here.people)
    if not speaker or i + 1 >= here.section.end or (not caption and len(text) > _MAX_NAMED_CHARS):
        return False
    here.leave(Rank.SPEECH)
    if not caption and _is_all_said(here, i):
        here.root.speaker = speaker
        here.root.inside.append(Branch(Rank.PARAGRAPH, "role", "讲话人", here.inner_address(), lines=[text]))
        return True
    heading = f"{here.people[speaker].name}讲话" if caption else text.rstrip("：:")
    here.begin(
        Branch(
            Rank.SPEECH,
            "▲" if caption else "讲话",
            heading,
            here.address(speaker),
            speaker=speaker,
            heads=True,
        ),
        text,
    )
    return True


def _is_all_said(here: OpenText, i: int) -> bool:
    """Return whether the one named above the text says all of it: nobody else is named below."""
    below = here.lines[i + 1 : here.section.end]
    return all(node.mark == "role" for node in here.root.inside) and not any(
        named_in_heading(line.text, here.people) or speaker_id_of(line.text, here.people) for line in below
    )


def take_said(here: OpenText, text: str, i: int) -> bool:
    """Put down what a person says: as far as the paragraph reaches, in a transcript until somebody else speaks."""
    speaker = speaker_id_of(text, here.people)
    following = here.following(i)
    if not speaker and text.startswith("“") and not _is_ascribed(text):
        speaker = here.inherited("speaker") or (
            speaker_id_of(following.text, here.people) if following else ""
        )
    if not speaker:
        return _take_role(here, text)
    turn = bool(SAID.match(text)) and not _QUOTED_REMARK.fullmatch(text)
    here.leave(Rank.TURN if turn or not any(node.speaker == speaker for node in here.open) else Rank.COUNTED)
    if not turn and here.inherited("speaker") not in ("", speaker):
        here.leave(Rank.SPEECH)
    n = sum(node.speaker == speaker for node in here.open[-1].inside) + 1
    name = "" if here.inherited("speaker") == speaker else f"{here.people[speaker].name}讲话"
    node = Branch(Rank.TURN, "讲话" if turn else "说", name, here.address(f"{speaker}-{n}"), speaker=speaker)
    node.article = here.inherited("article")
    if turn and following and not SAID.match(following.text) and not here.is_opening(following):
        here.begin(node)
        here.paragraph(text, -1)
    else:
        here.begin(node, text)
        if not here.leads(text):
            here.open.pop()
    return True


def _is_ascribed(text: str) -> bool:
    """Return whether a paragraph of quotations says itself whose they are, be it somebody without a post."""
    return bool(re.search(VERBS, re.sub("“[^”]*”", "", text)))


def _take_role(here: OpenText, text: str) -> bool:
    """Put down what somebody says who goes by a role only: the host of an interview, a reporter."""
    role = marks.role_of(text) if here.is_dialogue else ""
    if role:
        here.leave(Rank.QUESTION)
        here.open[-1].inside.append(Branch(Rank.PARAGRAPH, "讲话", role, here.inner_address(), lines=[text]))
    return bool(role)
