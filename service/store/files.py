"""SQLite's file as a file: whether it is sound, who has it open, and copies that only its owner reads."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any, Final

from models.durable import sync_folder
from service.store.revision import REVISIONS

_BUSY: Final = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


class BackupRefused(RuntimeError):
    """A backup cannot be made or put back; the message says why. Nothing was changed."""


def verify(path: Path) -> bytes:
    """Check every page of a store and its schema; return the digest that its secret makes.

    Raises:
        BackupRefused: it is damaged, no store, or none that this program knows.

    """
    uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    with explained("the backup"), closing(sqlite3.connect(uri, uri=True)) as found:
        if _only(found, "PRAGMA integrity_check") != "ok":
            raise BackupRefused("the backup is damaged")
        revision = _only(found, "SELECT version_num FROM alembic_version")
        if revision not in REVISIONS:
            raise BackupRefused(f"the backup is at {revision}, which this program does not know")
        return bytes(_only(found, "SELECT value FROM install WHERE name = 'secret'"))


@contextmanager
def alone(place: Path) -> Iterator[None]:
    """Hold a store that nobody else has open, with its log written back into it."""
    with ExitStack() as held:
        if place.exists():
            connection = held.enter_context(closing(open_existing(place, 0)))
            with explained(str(place)):
                connection.execute("PRAGMA journal_mode=DELETE")
                connection.execute("BEGIN EXCLUSIVE")
        if place.with_name(f"{place.name}-wal").exists():
            raise BackupRefused(f"{place}-wal is left of another store; move it away first")
        yield


@contextmanager
def explained(what: str) -> Iterator[None]:
    """Say of which file SQLite speaks, and what helps."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if (getattr(error, "sqlite_errorcode", 0) & 0xFF) in _BUSY:
            raise BackupRefused(f"{what} is in use; stop the server first") from None
        raise BackupRefused(f"{what} is no sound store: {error}") from None


def open_existing(path: Path, wait_seconds: float = 5) -> sqlite3.Connection:
    """Open a file that is there."""
    uri = f"{path.absolute().as_uri()}?mode=rw"
    return sqlite3.connect(uri, uri=True, timeout=wait_seconds, isolation_level=None)


def _only(connection: sqlite3.Connection, statement: str) -> Any:
    """Return the one value that a statement finds.

    Raises:
        BackupRefused: it finds none, or more.

    """
    found = connection.execute(statement).fetchmany(2)
    if len(found) != 1:
        raise BackupRefused("the backup is damaged")
    return found[0][0]


def copy_private(source: Path, target: Path) -> None:
    """Copy a file for its owner only: it is there whole, or not at all."""
    scratch = target.with_name(f".{target.name}.part")
    scratch.unlink(missing_ok=True)  # what a crash left
    try:
        make_private(scratch)
        shutil.copyfile(source, scratch)
        sync_file(scratch)
        scratch.rename(target)
    finally:
        scratch.unlink(missing_ok=True)
    sync_folder(target.parent)


def make_private(path: Path) -> None:
    """Make an empty file that only its owner can read."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def sync_file(path: Path) -> None:
    """Bring a file to disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
