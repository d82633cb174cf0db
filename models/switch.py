"""The switch from one bundle to another: one publisher at a time, the record first, then CURRENT."""

import fcntl
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from models import history, pointer
from models.bundle import Bundle
from models.bundle_files import BundleRejected
from models.durable import write_whole
from models.encoder import file_sha256
from models.gate_file import Decision
from models.history import Action, Entry
from models.home import slantwise_home

#: How long to wait while somebody else publishes.
PATIENCE_SECONDS: Final = 60.0


class PublishRefused(ValueError):
    """The bundle is sound and yet not published; the message says why."""


@dataclass(frozen=True, slots=True)
class Act:
    """Who changes the bundle in use and why; ``force`` is a reason to publish against the gate."""

    who: str
    why: str = ""
    force: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What is in use now and was before; ``skipped`` says why a roll-back passed bundles by."""

    bundle: str
    sha256: str
    before: str | None
    skipped: tuple[str, ...] = ()


def switch(
    action: Action, bundle: Bundle, act: Act, decision: Decision | None, entries: Sequence[Entry],
    skipped: tuple[str, ...] = (),
) -> Change:  # fmt: skip
    """Write the record, then CURRENT; what is in use already is not recorded again."""
    before = current_version()
    change = Change(bundle.version, bundle.sha256, before, skipped)
    recorded = before == bundle.version and history.stack(entries)[-1] == (before, bundle.sha256)
    if recorded and (slantwise_home() / pointer.POINTER).exists():
        return change
    gate = decision.digest if decision else None
    history.append(
        Entry(history.now(), action, bundle.version, bundle.sha256, before, act.who, act.why, act.force, gate)
    )
    write_whole(slantwise_home() / pointer.POINTER, bundle.version.encode() + b"\n")
    return change


def settled_history(who: str) -> list[Entry]:
    """Return the history, after adding to it what is in use and nobody recorded."""
    entries, current, sha256 = history.read_history(), current_version(), current_sha256()
    known = history.stack(entries)
    last, last_sha256 = known[-1] if known else (None, None)
    if current is not None and (current != last or (sha256 and last_sha256 not in (None, sha256))):
        why = "changed by hand, or by a command that did not finish" if entries else "the first record"
        entry = Entry(history.now(), "found", current, sha256, last, who, why)
        history.append(entry)
        entries.append(entry)
    return entries


def current_version() -> str | None:
    """Return the version in use, None where CURRENT cannot be read or nothing is shipped."""
    try:
        return pointer.read_pointer() or pointer.newest_shipped().name
    except BundleRejected:
        return None


def current_sha256() -> str | None:
    """Return the digest of the manifest of the bundle in use, None where there is none to read."""
    try:
        return file_sha256(pointer.pointed_bundle_path() / "manifest.json")
    except (BundleRejected, OSError):
        return None


@contextmanager
def publisher_lock() -> Iterator[None]:
    """Let one publisher at a time in; the lock of one that was killed is free at once.

    Raises:
        PublishRefused: somebody else still has it after ``PATIENCE_SECONDS``.

    """
    slantwise_home().mkdir(mode=0o700, parents=True, exist_ok=True)
    until = time.monotonic() + PATIENCE_SECONDS
    with (slantwise_home() / "publish.lock").open("a") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise PublishRefused("another publish or rollback is under way") from None
                time.sleep(0.05)
        yield
