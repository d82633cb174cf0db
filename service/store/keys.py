"""Keys as the store holds them: a keyed digest of each, never the key itself."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection, Row, insert, select, update
from ulid import ULID

from service.store.schema import keys
from service.store.secret import digest

#: So that a key which slipped into a file or a log is found by those who scan for secrets.
PREFIX: Final = "slw_"
_PERSON: Final = b"api-key"


@dataclass(frozen=True, slots=True)
class Key:
    """A key without what its holder sends."""

    id: str
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LiveKey:
    """A key that opens something, with the digest by which it is known."""

    id: str
    name: str
    scopes: frozenset[str]
    digest: bytes


def create_key(connection: Connection, name: str, scopes: Iterable[str]) -> tuple[Key, str]:
    """Make a key; return it and what its holder sends, which is written down nowhere."""
    token = PREFIX + secrets.token_urlsafe(32)
    key = Key(str(ULID()), name, tuple(scopes), datetime.now(UTC))
    row = {"id": key.id, "name": name, "scopes": " ".join(key.scopes), "created_at": key.created_at}
    connection.execute(insert(keys).values(digest=digest_of(token), **row))
    return key, token


def digest_of(token: str) -> bytes:
    """Return what is kept of a key: 32 bytes that only this installation can make."""
    return digest(_PERSON, token)


def list_keys(connection: Connection) -> Sequence[Key]:
    """Return every key there ever was, oldest first."""
    return [_key(row) for row in connection.execute(select(keys).order_by(keys.c.id))]


def live_keys(connection: Connection) -> Sequence[LiveKey]:
    """Return the keys that are not revoked."""
    live = select(keys).where(keys.c.revoked_at.is_(None)).order_by(keys.c.id)
    return [
        LiveKey(row.id, row.name, frozenset(row.scopes.split()), row.digest)
        for row in connection.execute(live)
    ]


def revoke_key(connection: Connection, key_id: str) -> bool:
    """End a key; return False where no live key has this id."""
    live = (keys.c.id == key_id) & keys.c.revoked_at.is_(None)
    changed = connection.execute(update(keys).where(live).values(revoked_at=datetime.now(UTC)))
    return changed.rowcount == 1


def _key(row: Row[tuple[object, ...]]) -> Key:
    return Key(row.id, row.name, tuple(row.scopes.split()), row.created_at, row.revoked_at)
