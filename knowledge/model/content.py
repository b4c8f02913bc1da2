"""The types of the knowledge base: frozen values, tuples and no behaviour that does I/O.

A `Problem` is what an editor sees; everything else is what a published release is made of.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Files = Mapping[str, str]
"""A content folder as data: relative POSIX path → text. Its hash is the identity of a release."""


UNFINISHED = "待填写"
"""What stands in a draft for what its editor must still fill in."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake in a content file, where it stands, and what to do about it.

    `line` and `column` count from 1, as editors do; 0 means the file as a whole. `code` is stable
    and documented in `docs/editors.md`; `message` and `hint` are Chinese sentences. A "warning" asks
    for a look and holds nothing up; an "error" must go before anything is published.
    """

    file: str
    line: int
    column: int
    code: str
    message: str
    hint: str
    severity: str = "error"


class KnowledgeError(Exception):
    """A content folder that cannot become a release; `problems` holds every mistake, sorted."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(f"{len(problems)} problem(s) in the content")
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a record began: file, and line and column counted from 1."""

    file: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Speaker:
    """A person whose words a source reports; `post` is worded as the source words it, "" when it doesn't say."""

    id: str
    name: str
    post: str
    organisation: str


@dataclass(frozen=True, slots=True)
class SourceKind:
    """How sources of one kind are cited; one that nobody describes is a document in 《》 and nothing more.

    An `event` is told of rather than issued: what is said there is said *at* it. The title of a `plain` kind is no title of
    a document, and stands without 《》; a `labelled` kind is named behind the title.
    """

    event: bool = False
    plain: bool = False
    labelled: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """A primary document, word for word; `text` is the body without front matter and headings.

    Its bare sentences answer where no entry does, unless `answers` is False.
    `date`, `publisher` and `rights` are "" where nobody knows them; `number` is the issuer's own (临教办〔2024〕17号),
    `effective` the day since which it is in force, "" for a document without one. `repealed_by` is the source that says of
    this one that it is no longer in force, "" when none does.
    """

    id: str
    title: str
    kind: str
    date: str
    publisher: str
    rights: str
    text: str
    speakers: Mapping[str, Speaker]
    mark: Mark
    answers: bool = True
    number: str = ""
    effective: str = ""
    repealed_by: str = ""

    @property
    def day(self) -> str:
        """The day to tell it from an older or newer document by; "" when nobody knows one."""
        return self.date or self.effective


@dataclass(frozen=True, slots=True)
class Passage:
    """An addressable span of a source, e.g. `self-discipline#article-3.4`.

    `text` equals `source.text[start:end]` exactly. `article` is the clause number as written in
    the heading attribute (`"3"`, `"3.4"`), `""` outside numbered clauses; `speaker` is a speaker
    id of the source or `""`. Where `answers` is False only entries send its words, never a bare sentence. `outer` are
    the headings that it stands under, the outermost first.
    """

    id: str
    source_id: str
    heading: str
    start: int
    end: int
    text: str
    speaker: str
    article: str
    mark: Mark
    answers: bool = True
    outer: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a passage that an answer sends unchanged: all of it, or one fragment."""

    passage_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One FAQ answer: how people ask it, and the official words it sends.

    `gap` marks an entry that says honestly that the source does not give something (it only
    mentions it, say); its reply contains 没有收录. `about` maps an aspect (speaker, organisation,
    document, article, topic) to the values it is about. It is served from `valid_from` to `valid_to`,
    both days included; "" leaves that end open.
    """

    id: str
    question: str
    phrasings: tuple[str, ...]
    lead: str
    quotes: tuple[Quote, ...]
    about: Mapping[str, tuple[str, ...]]
    related: tuple[str, ...]
    gap: bool
    status: str
    owner: str
    review_by: str
    mark: Mark
    valid_from: str = ""
    valid_to: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A question with what it must lead to: one of `entry_ids`, or an entry that sends all the words of `says`.

    Neither of them means that no entry may be sent. A case that is a `must` holds every release up; the
    others are a labelled set, which measures.
    """

    question: str
    entry_ids: tuple[str, ...]
    says: tuple[str, ...]
    must: bool
    mark: Mark


@dataclass(frozen=True, slots=True)
class Protected:
    """Words that must stand as they are: a person's name, their post, or a fixed phrase.

    `person` is whose post it is; `wrong` lists forms that are mistakes wherever they stand.
    """

    words: str
    kind: str
    person: str
    wrong: tuple[str, ...]
    mark: Mark


@dataclass(frozen=True, slots=True)
class Item:
    """One quiz question; `key` holds indexes into `options` as written in the file, before shuffling.

    `kind` is single, multiple, truefalse or fill. A truefalse item has the options 正确 and 错误, never
    shuffled; `claim` is the words of its stem that decide, `truth` what the source has in their place
    (equal when the key is 正确). A fill item has no options: `accepted` holds the answers that count, the
    one shown first. Items that `excludes` names never share a paper with this one. `hint` is what who asks for one
    gets, "" for the place of its source.
    """

    id: str
    kind: str
    stem: str
    options: tuple[str, ...]
    key: tuple[int, ...]
    why: str
    source: Quote
    track: str
    tags: tuple[str, ...]
    difficulty: int
    mark: Mark
    accepted: tuple[str, ...] = ()
    claim: str = ""
    truth: str = ""
    excludes: tuple[str, ...] = ()
    hint: str = ""

    @property
    def proven(self) -> tuple[str, ...]:
        """The words that the quoted passage must contain for the key to be right."""
        if self.kind == "truefalse":
            return (self.truth,)
        return self.accepted[:1] if self.kind == "fill" else tuple(self.options[i] for i in self.key)


@dataclass(frozen=True, slots=True)
class Paper:
    """A rule for drawing, marking and closing; empty filters let everything through, 0 means no limit.

    `mode` is how it is drawn and closed, one of `reading.papers.MODE_WORDS`. `words` start it, without punctuation;
    its title is the first of them.
    `partial` is how a multiple item is marked: "none" (only the whole key counts) or "share" (a part of
    the key earns its share, a wrong option nothing). `feedback` is "each" (after every answer) or "end".
    Hours are minutes after midnight in China; `opens_on` and `closes_on` are days (2026-12-31), both included.
    """

    id: str
    title: str
    n_items: int
    tracks: tuple[str, ...]
    pass_line: float
    mark: Mark
    mode: str = "practice"
    words: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    difficulties: tuple[int, ...] = ()
    partial: str = "none"
    feedback: str = "each"
    until_mistake: bool = False
    item_time_s: int = 0
    paper_time_s: int = 0
    attempts_per_day: int = 0
    cool_down_s: int = 0
    opens_at: int = 0
    closes_at: int = 1440
    opens_on: str = ""
    closes_on: str = ""

    def admits(self, item: Item) -> bool:
        """Return whether the paper may draw `item`."""
        return (
            (not self.tracks or item.track in self.tracks)
            and (not self.tags or any(tag in self.tags for tag in item.tags))
            and (not self.kinds or item.kind in self.kinds)
            and (not self.difficulties or item.difficulty in self.difficulties)
        )


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words editors keep: names and their other names, filler to strip, terms for segmentation.

    `aliases` maps each canonical name to its other names; `kinds` maps a canonical name to what it
    is (person, organisation, document, topic). `unknown` lists names people may ask about that the
    knowledge does not have (卫健委 …), `facts` lists what people ask for that no source gives
    (电话, 年龄 …). `posts` are the ends of titles that the language's own list lacks.
    """

    aliases: Mapping[str, tuple[str, ...]]
    kinds: Mapping[str, str]
    words: tuple[str, ...]
    filler: tuple[str, ...]
    unknown: tuple[str, ...]
    facts: tuple[str, ...]
    posts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WordList:
    """Words to be found in what people write, and longer ones in which they stand only by chance."""

    words: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Care:
    """What people say when somebody is in danger, and what is quoted to who wants to report.

    All are sayings (`language.speech.sayings`) with their sets put in. `says` and `hints` have them by kind of danger; a hint
    counts for nothing beside one of `unless`. `allowed` are passed over wherever they stand; `asking` says that the
    documents are asked about, `about` that a word, a rule or a play is, unless one of `present` tells of people at hand.
    `others` say that somebody else is
    meant, `better` that all is well again; a message with one of `unnoted` is never noted as unanswered.
    """

    says: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    hints: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unless: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    asking: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    present: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    better: tuple[str, ...] = ()
    unnoted: tuple[str, ...] = ()
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True)
class Intent:
    """What people say to the bot and not to the knowledge: `says` are sayings, each a whole message, `like` plain examples.

    It is answered with one of `replies`, in turn, or read as if the command `say` had been typed.
    """

    id: str
    says: tuple[str, ...]
    replies: tuple[str, ...]
    say: str
    mark: Mark
    like: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Button:
    """A button of the custom menu: `key` for words that it says, `url` for a page, or buttons below it."""

    name: str
    key: str = ""
    url: str = ""
    buttons: tuple[Button, ...] = ()
    mark: Mark = Mark("menu.yaml", 0, 0)


@dataclass(frozen=True, slots=True)
class Content:
    """A parsed content folder, checked or not; the identity `version` is a hash of its files.

    `tracks` maps the tracks of the bank, in their order, to the other names each goes by.
    `menu` maps the keys of `buttons` to the words a tap stands for, `scenes` the scenes of QR codes to theirs.
    """

    version: str
    sources: Mapping[str, Source]
    passages: Mapping[str, Passage]
    entries: Mapping[str, Entry]
    items: Mapping[str, Item]
    papers: Mapping[str, Paper]
    tracks: Mapping[str, tuple[str, ...]]
    lexicon: Lexicon
    replies: Mapping[str, str]
    menu: Mapping[str, str]
    cases: tuple[Case, ...] = ()
    protected: tuple[Protected, ...] = ()
    buttons: tuple[Button, ...] = ()
    scenes: Mapping[str, str] = field(default_factory=dict)
    care: Care = Care()
    intents: Mapping[str, Intent] = field(default_factory=dict)
    sensitive: WordList = WordList()
    pledge: tuple[Quote, ...] = ()
    source_kinds: Mapping[str, SourceKind] = field(default_factory=dict)

    def kind_of(self, source: Source) -> SourceKind:
        """Return how the source's kind is cited."""
        return self.source_kinds.get(source.kind, SourceKind())
