"""docs/security.md tells what is so: its tests exist, its terms are the code's, its licences are all there."""

from __future__ import annotations

import re

from bot.config import Settings
from bot.process import lifetimes
from bot.store.retention import page
from tests.serving import ROOT

_PAGE = (ROOT / "docs/security.md").read_text(encoding="utf-8")
# These are obligations that a closed user of ours could not keep.
_STRICT = re.compile(r"\b(A?GPL|SSPL)|^？", re.IGNORECASE)


def test_every_named_test_exists() -> None:
    named = set(re.findall(r"`(?:[\w/]+\.py::)?(test_\w+)", _PAGE))
    defined = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^(?:async )?def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert len(named) > 20
    assert named <= defined, named - defined


def test_table_of_what_is_kept_is_the_codes() -> None:
    shown = _PAGE.partition("<!-- retention -->\n")[2].partition("<!-- /retention -->")[0]
    assert shown == page(lifetimes(Settings()))


def test_every_locked_package_has_its_licence_listed() -> None:
    text = (ROOT / "docs/licences.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^\| (\S+) \| \S+ \| (.+) \|$", text, re.MULTILINE))
    plain = {name.lower().replace("_", "-"): licence for name, licence in listed.items()}
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    # Those that are for other machines or Pythons alone can't be installed to be looked at.
    locked = {
        name.lower().replace("_", "-")
        for name, marker in re.findall(r"^([\w.-]+)==\S+(.*)$", lock, re.MULTILINE)
        if "win32" not in marker and "python_full_version" not in marker
    }
    assert locked <= plain.keys(), locked - plain.keys()
    assert not [name for name, licence in plain.items() if _STRICT.search(licence)]
