"""What was in use, and what going back leads to."""

import json
import logging
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from models.history import Entry, append, read_history, rolled_back, stack, told_history


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty home."""
    monkeypatch.setenv("SLANTWISE_HOME", str(tmp_path))
    return tmp_path


def acts(told: str) -> list[Entry]:
    """Read acts such as ``publish a, rollback b``; each comes after the bundle of the one before it."""
    entries: list[Entry] = []
    for act in told.split(", "):
        action, bundle = act.split()
        before = entries[-1].bundle if entries else None
        entries.append(Entry("2026-11-22T09:00:00Z", action, bundle, f"sha {bundle}", before, "me"))  # type: ignore[arg-type]
    return entries


@pytest.mark.parametrize(
    ("told", "left"),
    [
        ("found s", "s"),
        ("found s, publish a, publish b", "s a b"),
        ("found s, publish a, publish b, rollback a", "s a"),
        ("found s, publish a, publish b, rollback a, rollback s", "s"),
        ("found s, publish a, publish b, rollback s", "s"),
        ("found s, publish a, rollback s, publish b", "s b"),
        ("found s, publish a, publish b, publish a", "s a b a"),
        ("found s, publish a, publish b, publish a, rollback b", "s a b"),
        ("found s, publish s", "s"),
        ("found s, publish a, rollback s, rollback a", "s a"),
        ("found s, publish a, found s", "s"),
        ("found s, publish a, publish b, rollback a, found b", "s a b"),
    ],
)
def test_stack(told: str, left: str) -> None:
    """Publishing puts a bundle on top; going back, or finding it in CURRENT, uncovers it."""
    assert stack(acts(told)) == [(name, f"sha {name}") for name in left.split()]


@pytest.mark.parametrize(
    ("told", "left"),
    [
        ("found s, publish a", False),
        ("found s, publish a, rollback s", True),
        ("found s, publish a, rollback s, publish b", True),
        ("found s, publish a, rollback s, publish a", False),
        ("found s, publish a, rollback s, found a", False),
    ],
)
def test_rolled_back(told: str, left: bool) -> None:
    """Somebody went back from a bundle until it is in use again."""
    assert (rolled_back(acts(told), "a") is not None) is left


def test_round_trip(home: Path) -> None:
    """Entries come back as they were, whatever signs a reason has; each is one line."""
    entries = [*acts("found s, publish a")]
    entries.append(Entry("t", "publish", "b", None, "a", "uid 5", "why\n\u2028 \udc80 ü", "forced", "0" * 64))
    for entry in entries:
        append(entry)
    assert read_history() == entries
    assert len((home / "history.jsonl").read_bytes().splitlines()) == 3


@pytest.mark.parametrize(
    "wrong", [{"at": 5}, {"action": ["publish"]}, {"who": None}, {"before": {}}, {"forced": 1}, {"gate": 2}]
)
def test_entries_are_texts(home: Path, wrong: dict[str, Any]) -> None:
    """An entry that holds something else than text is none, so that nobody downstream trips over it."""
    (good,) = acts("found s")
    (home / "history.jsonl").write_text(json.dumps(asdict(good) | wrong) + "\n")
    append(good)
    assert read_history() == [good]


def test_a_file_that_cannot_be_read(home: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Who only looks is told nothing, and the log why; who would write is stopped."""
    (home / "history.jsonl").mkdir()
    assert told_history() == []
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    with pytest.raises(IsADirectoryError):
        read_history()


def test_unreadable_lines(home: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Lines that are no entry are named by number and left out, and stay where they are."""
    caplog.set_level(logging.WARNING, "slantwise.bundle")
    append(acts("found s")[0])
    good = (home / "history.jsonl").read_bytes()
    bad = b'\xff\n[1]\n{"action": "publish"}\n{"bundle": 5}\n' + b"[" * 100_000 + b"\n" + b'{"cut'
    (home / "history.jsonl").write_bytes(bad + b"\n" + good + b'{"cut')
    append(acts("found s, publish a")[1])
    assert [entry.bundle for entry in read_history()] == ["s", "a"]
    assert [int(message.split()[2]) for message in caplog.messages] == [1, 2, 3, 4, 5, 6, 8]
    assert (home / "history.jsonl").read_bytes().startswith(bad)
