"""What asks and what denies, whatever is spoken of: the words that every reading of a sentence has in common.

A reading that needs more adds it beside these and says in its name for what; a word for all of them goes into
`tables/asking.txt` or `tables/negations.txt`.
"""

from __future__ import annotations

import re

from knowledge.language.tables import asking_words, negations

ASKING = "|".join(asking_words())
"""Alternatives of a pattern: with one of these a text asks for something, and is no yes/no question alone."""
DENYING = "".join(negations())
"""Characters of a set: any of these turns round what stands behind it."""
A_NOT_A = re.compile(r"(\w)[不没]\1")
"""管不管, 对不对: asks, and denies nothing."""

TAKES_EFFECT = "施行|试行|实施|生效|执行"
"""How a document says that it is in force from some day on, as a pattern."""
