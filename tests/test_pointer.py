"""CURRENT names a bundle, or nothing starts: what it may hold, and what is done with anything else."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from models import pointer
from models.bundle_files import BundleRejected


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a home with one local bundle, beside two shipped ones."""
    home, shipped = tmp_path / "home", tmp_path / "shipped"
    for folder in (home / "bundles" / "mine.2", shipped / "2026.11.9", shipped / "2026.11.10"):
        folder.mkdir(parents=True)
        (folder / "manifest.json").write_text("{}")
    monkeypatch.setattr(pointer, "SHIPPED", shipped)
    monkeypatch.setenv("SLANTWISE_HOME", str(home))
    monkeypatch.delenv("SLANTWISE_BUNDLE", raising=False)
    return home


def test_names_local_then_shipped(home: Path) -> None:
    """A version is looked up among the local bundles, then among the shipped ones; white space is no part."""
    (home / "CURRENT").write_text(" mine.2\r\n")
    assert pointer.current_bundle_path() == home / "bundles" / "mine.2"
    (home / "CURRENT").write_text("2026.11.9")
    assert pointer.current_bundle_path() == pointer.SHIPPED / "2026.11.9"


def test_what_is_being_written_is_not_shipped(home: Path) -> None:
    """A folder with a dot before its name is no bundle yet."""
    scratch = pointer.SHIPPED / ".2026.12.1.part"
    scratch.mkdir()
    (scratch / "manifest.json").write_text("{}")
    assert pointer.current_bundle_path() == pointer.SHIPPED / "2026.11.10"


def link_outside(home: Path) -> None:
    """Make a link to a folder elsewhere, named as a bundle."""
    (home / "elsewhere").mkdir()
    (home / "bundles" / "linked").symlink_to(home / "elsewhere")
    (home / "CURRENT").write_text("linked")


BROKEN: dict[str, tuple[Callable[[Path], object], str]] = {
    "empty": (lambda h: (h / "CURRENT").write_text(""), "CURRENT holds no version of a bundle"),
    "a missing bundle": (
        lambda h: (h / "CURRENT").write_text("mine.3"),
        "CURRENT names mine.3: no bundle mine.3 in SLANTWISE_HOME/bundles, nor shipped",
    ),
    "a path upwards": (
        lambda h: (h / "CURRENT").write_text("../../x"),
        "CURRENT holds no version of a bundle",
    ),
    "an absolute path": (
        lambda h: (h / "CURRENT").write_text("/etc"),
        "CURRENT holds no version of a bundle",
    ),
    "two lines": (
        lambda h: (h / "CURRENT").write_text("mine.2\nmine.2"),
        "CURRENT holds no version of a bundle",
    ),
    "a hidden folder": (
        lambda h: (h / "CURRENT").write_text(".incoming"),
        "CURRENT holds no version of a bundle",
    ),
    "no text": (
        lambda h: (h / "CURRENT").write_bytes(b"\xff\x00mine.2"),
        "CURRENT holds no version of a bundle",
    ),
    "a megabyte": (
        lambda h: (h / "CURRENT").write_text("m" * 1_000_000),
        "CURRENT holds no version of a bundle",
    ),
    "a folder": (lambda h: (h / "CURRENT").mkdir(), "CURRENT is no plain file"),
    "a pipe": (lambda h: os.mkfifo(h / "CURRENT"), "CURRENT is no plain file"),
    "a link": (lambda h: (h / "CURRENT").symlink_to(h / "nothing"), "CURRENT is no plain file"),
    "a linked bundle": (link_outside, "CURRENT names linked: bundles/linked is a link"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_pointer_is_refused(home: Path, name: str) -> None:
    """Whatever else CURRENT is or holds is refused by the file's name; the shipped one never steps in."""
    spoil, said = BROKEN[name]
    spoil(home)
    with pytest.raises(BundleRejected) as caught:
        pointer.current_bundle_path()
    assert str(caught.value) == said


def test_a_home_that_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home that cannot hold a pointer is refused, not taken for one without."""
    monkeypatch.delenv("SLANTWISE_BUNDLE", raising=False)
    monkeypatch.setenv("SLANTWISE_HOME", str(tmp_path / "file"))
    (tmp_path / "file").write_text("")
    with pytest.raises(BundleRejected, match=r"^CURRENT cannot be read: Not a directory$"):
        pointer.current_bundle_path()


@pytest.mark.parametrize("version", ["", "..", "../x", "a/b", "a b", ".a", "-a", "ä", "a" * 65, "a\n", "a\0"])
def test_odd_versions_are_refused(home: Path, version: str) -> None:
    """A version is never a path, a hidden name, an option, or longer than the store's column."""
    with pytest.raises(BundleRejected, match="at most 64"):
        pointer.bundle_folder(version)
