"""The list of names that are followed over time, and of those that must not be."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, delete, insert, select
from ulid import ULID

from service.store import audit
from service.store.database import Database
from service.store.schema import followed
from service.store.targets import plain_name

#: How long the list may be: each name is compared with those of every text.
MAX_FOLLOWED: Final = 1_000
Entry = dict[str, Any]


class CannotFollow(ValueError):
    """A name cannot be put on the list; the message says why, without the name."""


def listed(connection: Connection) -> Sequence[Entry]:
    """Return the list, oldest entry first."""
    found = select(followed.c.id, followed.c.name, followed.c.barred, followed.c.created_at)
    return [dict(row) for row in connection.execute(found.order_by(followed.c.id)).mappings()]


def follow(database: Database, name: str, barred: bool, actor: str) -> Entry:
    """Put a name on the list, to be followed from now on, or never.

    Raises:
        CannotFollow: it is there already, in this or another spelling, or the list is full.
        StoreUnavailable: the database is locked or gone.

    """
    entry: Entry = {"id": str(ULID()), "name": name, "barred": barred, "created_at": datetime.now(UTC)}
    with database.begin() as connection:
        others = listed(connection)
        same = next((one for one in others if plain_name(one["name"]) == plain_name(name)), None)
        if same is not None:
            what = "must not be followed" if same["barred"] else "is followed already"
            raise CannotFollow(f"This name {what}; it has the id {same['id']}.")
        if len(others) >= MAX_FOLLOWED:
            raise CannotFollow(f"The list holds {MAX_FOLLOWED} names; take one off first.")
        connection.execute(insert(followed).values(**entry, created_by=actor))
        audit.record(connection, actor, "target.add", entry["id"], "barred" if barred else "followed")
    return entry


def unfollow(database: Database, entry_id: str, actor: str) -> bool:
    """Take a name off the list, with all that was kept of it; return False where there is no such entry.

    Raises:
        StoreUnavailable: the database is locked or gone.

    """
    with database.begin() as connection:
        # What hangs on it goes by the foreign keys: its scores and its roll-ups.
        gone = connection.execute(delete(followed).where(followed.c.id == entry_id)).rowcount == 1
        if gone:
            audit.record(connection, actor, "target.delete", entry_id, "done")
    if gone:
        database.forget_deleted()
    return gone
