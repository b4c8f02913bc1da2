"""The tray of uploads: whoever asks, and whatever they ask for, gets what they put there themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.editing.refused import Refused
from bot.web.admin.forms import Upload
from bot.web.admin.tray import Tray


@pytest.fixture
def tray(tmp_path: Path) -> Tray:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets/privacy_key").write_bytes(b'{"by": "editor", "name": "a", "became": ""}\nsecret')
    return Tray(tmp_path / "uploads")


@pytest.mark.parametrize(
    "name", ["../secrets/privacy_key", "", ".", "/etc/passwd", "a" * 31, "A" * 32, "a" * 32 + "\n"]
)
def test_no_name_leads_out_of_the_tray(tray: Tray, tmp_path: Path, name: str) -> None:
    tray.put(Upload("a.txt", b"mine"), "editor")
    with pytest.raises(Refused):
        tray.get(name, "editor")
    tray.drop(name)
    assert (tmp_path / "secrets/privacy_key").exists()
    assert len(list((tmp_path / "uploads").iterdir())) == 1


def test_upload_is_its_senders_alone(tray: Tray) -> None:
    name = tray.put(Upload("a.txt", b"mine"), "editor")
    assert tray.get(name, "editor").upload.data == b"mine"
    with pytest.raises(Refused):
        tray.get(name, "viewer")
    with pytest.raises(Refused):
        tray.settle(name, "viewer", "/documents")


def test_folder_of_uploads_is_shut_and_bounded(tray: Tray, tmp_path: Path) -> None:
    for number in range(45):
        tray.put(Upload(f"{number}.txt", b"x"), "editor")
    assert (tmp_path / "uploads").stat().st_mode & 0o777 == 0o700
    assert len(list((tmp_path / "uploads").iterdir())) <= 41
