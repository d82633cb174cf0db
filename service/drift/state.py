"""What the last check found: drift.json in SLANTWISE_HOME, which every worker and command reads."""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from models.durable import write_whole

FILE: Final = "drift.json"
LOCK: Final = "drift.lock"
FORMAT: Final = "slantwise-drift"
VERSION: Final = 1
DUE: Final = timedelta(minutes=59)
State = dict[str, Any]


def read_state(home: Path) -> State | None:
    """Return what the last check found, None where there was none, or nothing that can be read."""
    try:
        told = json.loads((home / FILE).read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return told if _known(told) else None


def _known(told: Any) -> bool:
    """Whether it is of our form: what the last check found by profile, and the alarms, are objects."""
    if not isinstance(told, dict) or (told.get("format"), told.get("version")) != (FORMAT, VERSION):
        return False
    profiles, alarms = told.get("profiles", {}), told.get("alarms", [])
    if not isinstance(profiles, dict) or not isinstance(alarms, list):
        return False
    return all(isinstance(one, dict) for one in (*profiles.values(), *alarms))


def write_state(home: Path, state: State) -> None:
    """Keep what a check found, for the owner's eyes.

    Raises:
        OSError: it cannot be written; what was there stands.

    """
    write_whole(home / FILE, json.dumps(state, indent=1).encode() + b"\n")


def is_fresh(state: State | None, now: datetime) -> bool:
    """Whether the last check is less than an hour ago, but for what a timer may be off."""
    try:
        age = now - datetime.fromisoformat(str((state or {}).get("checked_at")))
    except (ValueError, TypeError):
        return False
    return timedelta(0) <= age < DUE


@contextmanager
def one_at_a_time(home: Path) -> Iterator[None]:
    """Let one check run at a time, and wait for another to end.

    Raises:
        OSError: SLANTWISE_HOME cannot be written.

    """
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (home / LOCK).open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
