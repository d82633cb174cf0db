"""The embedded store in one file, copied while it is served, and put back only when it is sound.

Beside a backup lies the secret of the installation, without which no document is known again and no
key opens. Whoever has both can tell whether a text was scored here: keep them apart.
"""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from models.durable import sync_folder
from models.home import slantwise_home
from service.store.database import Database
from service.store.files import (
    BackupRefused,
    alone,
    copy_private,
    explained,
    make_private,
    open_existing,
    sync_file,
    verify,
)
from service.store.secret import NAME as SECRET
from service.store.secret import digest_with


def backup(database: Database, target: Path, with_secret: bool = True) -> None:
    """Copy the store to a file that is not there yet, and its secret to another beside it.

    Raises:
        BackupRefused: it is no embedded store, the file exists, or the copy is not sound.
        OSError: the file cannot be written.

    """
    place, scratch = _embedded(database), _scratch(target)
    if target.exists():
        raise BackupRefused(f"{target} exists already")
    try:
        make_private(scratch)
        with (
            explained(str(place)),
            closing(open_existing(place)) as source,
            closing(open_existing(scratch)) as copy,
        ):
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
        verify(scratch)
        sync_file(scratch)
        if with_secret:
            _put_secret(slantwise_home() / SECRET, secret_beside(target))
        scratch.rename(target)
        sync_folder(target.parent)
    finally:
        scratch.unlink(missing_ok=True)


def restore(database: Database, source: Path) -> Path | None:
    """Put a backup in the place of the store; return the name under which an old store is kept.

    Raises:
        BackupRefused: it is not sound, newer than this program, or of another installation; the store
            is in use, damaged, or none that is embedded.
        OSError: it cannot be read or written; the old store stands.

    """
    place = _embedded(database)
    scratch = _scratch(place)
    database.close()
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        copy_private(source, scratch)
        _bring_secret(secret_beside(source), verify(scratch))
        with alone(place):
            kept = _keep(place) if place.exists() else None
            scratch.replace(place)
            sync_folder(place.parent)
    finally:
        scratch.unlink(missing_ok=True)
    return kept


def secret_beside(path: Path) -> Path:
    """Return where the secret of a backup lies."""
    return path.with_name(f"{path.name}.secret")


def _bring_secret(beside: Path, wanted: bytes) -> None:
    """Make sure that the installation has the secret of a store, if need be the one beside it."""
    ours = slantwise_home() / SECRET
    found = ours if ours.exists() else beside
    if not found.exists():
        raise BackupRefused(f"the secret of this store is missing: it belongs to {ours}")
    if digest_with(found.read_bytes(), b"check") != wanted:
        raise BackupRefused(f"{found} is not the secret of this store; move it away, and what needs it")
    if found is beside:
        copy_private(beside, ours)


def _put_secret(ours: Path, beside: Path) -> None:
    """Put a copy of the secret beside a backup; one that a broken run left is as good."""
    if not beside.exists():
        copy_private(ours, beside)
    elif beside.read_bytes() != ours.read_bytes():
        raise BackupRefused(f"{beside} exists already")


def _keep(place: Path) -> Path:
    """Give the store a second name, which stays when another takes its first."""
    kept = place.with_name(f"{place.name}.before-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}")
    kept.hardlink_to(place)
    sync_folder(place.parent)
    return kept


def _embedded(database: Database) -> Path:
    if not database.embedded:
        raise BackupRefused(
            f"{database.name} is not embedded: back it up with pg_dump, and SLANTWISE_HOME/secret with it"
        )
    return Path(str(database.url.database))


def _scratch(path: Path) -> Path:
    """Return where a file is written first, without what a crash left there."""
    scratch = path.with_name(f".{path.name}.part")
    scratch.unlink(missing_ok=True)
    return scratch
