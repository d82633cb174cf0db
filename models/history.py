"""What was the bundle in use, when, and by whose act: one JSON object a line in history.jsonl."""

import json
import logging
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal

from models.durable import write_whole
from models.home import slantwise_home

Action = Literal["publish", "rollback", "found"]
log = logging.getLogger("slantwise.bundle")


@dataclass(frozen=True, slots=True)
class Entry:
    """One change of the bundle in use.

    ``found`` is a change that no command made: CURRENT was written by hand, or a command was killed.
    ``forced`` is the reason that was given for publishing against the gate, ``gate`` the sha256 of its
    decision.
    """

    at: str
    action: Action
    bundle: str
    sha256: str | None
    before: str | None
    who: str
    why: str = ""
    forced: str = ""
    gate: str | None = None


#: A version and the sha256 of its manifest, where that is known.
Known = tuple[str, str | None]
_NAMES: Final = frozenset(field.name for field in fields(Entry))
#: What may be null.
_OPEN: Final = frozenset({"sha256", "before", "gate"})


def read_history() -> list[Entry]:
    """Return every change, oldest first; a line that cannot be read is logged by its number and left out.

    Raises:
        OSError: the file is there and cannot be read.

    """
    file = _file()
    if not file.exists():
        return []
    entries = []
    for number, line in enumerate(file.read_text("utf-8", "replace").splitlines(), start=1):
        try:
            entries.append(_entry(json.loads(line)))
        except (ValueError, TypeError, RecursionError):
            log.warning("history.jsonl: line %d cannot be read", number)
    return entries


def told_history() -> list[Entry]:
    """Return every change for people to look at; where the file cannot be read none, and the log says why."""
    try:
        return read_history()
    except OSError as error:
        log.warning("history.jsonl cannot be read: %s", error.strerror)
        return []


def append(entry: Entry) -> None:
    """Add a change; the file is replaced whole, so that a crash leaves no half line.

    Raises:
        OSError: it cannot be written.

    """
    file = _file()
    told = file.read_bytes() if file.exists() else b""
    if told and not told.endswith(b"\n"):
        told += b"\n"
    write_whole(file, told + json.dumps(asdict(entry)).encode() + b"\n")


def now() -> str:
    """Return the time of an entry, in UTC."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def stack(entries: Iterable[Entry]) -> list[Known]:
    """Return what led to the bundle in use, oldest first: going back takes the last one off."""
    known: list[Known] = []
    for entry in entries:
        at = _last(known, entry.bundle)
        if entry.action != "publish" and at is not None:
            del known[at:]
        elif at == len(known) - 1:
            known.pop()
        known.append((entry.bundle, entry.sha256))
    return known


def rolled_back(entries: Sequence[Entry], version: str) -> Entry | None:
    """Return the change that went back from a bundle, unless the bundle was in use again since."""
    for entry in reversed(entries):
        if entry.action != "rollback" and entry.bundle == version:
            return None
        if entry.action == "rollback" and entry.before == version:
            return entry
    return None


def _last(known: Sequence[Known], version: str) -> int | None:
    return next((i for i in reversed(range(len(known))) if known[i][0] == version), None)


def _entry(told: Any) -> Entry:
    if not isinstance(told, dict):
        raise TypeError("no object")
    entry = Entry(**{name: value for name, value in told.items() if name in _NAMES})
    for name, value in asdict(entry).items():
        if not isinstance(value, str) and not (value is None and name in _OPEN):
            raise TypeError(f"{name} is no text")
    return entry


def _file() -> Path:
    return slantwise_home() / "history.jsonl"
