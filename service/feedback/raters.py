"""Who gave a vote: a keyed hash of a pseudonym, apart for each key that speaks for raters."""

import unicodedata
from collections.abc import Sequence
from typing import Final

from sqlalchemy import ColumnElement, Connection, delete, select

from service.store.audit import record
from service.store.database import Database
from service.store.keys import list_keys
from service.store.schema import feedback
from service.store.secret import SIZE, digest

_PERSON: Final = b"sw-rater"
#: The space of raters who came without a key: on this machine, or through an open door.
NO_KEY: Final = ""
#: Hexadecimal digits by which a rater is shown and named.
CODE_LENGTH: Final = 12


def rater_hash(space: str, pseudonym: str) -> bytes:
    """Return what is kept of a rater.

    ``space`` is the id of the key that the vote came with, so that nobody else can speak as this
    rater. Case, width and spaces around the pseudonym do not matter.
    """
    plain = unicodedata.normalize("NFKC", pseudonym).casefold().strip()
    return digest(_PERSON, space, plain)


def rater_code(rater: bytes) -> str:
    """Return the short code by which a rater is told from others; it leads back to no pseudonym."""
    return rater.hex()[:CODE_LENGTH]


def has_code(code: str) -> ColumnElement[bool]:
    """Return the condition that a vote is of the rater with this code."""
    start = bytes.fromhex(code)
    return feedback.c.rater.between(start.ljust(SIZE, b"\0"), start.ljust(SIZE, b"\xff"))


def erase_rater(database: Database, pseudonym: str, actor: str) -> int:
    """Delete every vote of a pseudonym, whichever key or file it came with; return how many there were.

    The audit is not told whose they were.
    """
    with database.begin() as connection:
        spaces = {NO_KEY, *(key.id for key in list_keys(connection)), *_imports(connection)}
        hashes = [rater_hash(space, pseudonym) for space in sorted(spaces)]
        found = connection.execute(delete(feedback).where(feedback.c.rater.in_(hashes))).rowcount
        record(connection, actor, "feedback.erase", None, f"erased {found}")
    database.forget_deleted()
    return found


def _imports(connection: Connection) -> Sequence[str]:
    """Return the places that votes were imported from: their raters are kept apart, too."""
    return connection.scalars(select(feedback.c.source).distinct()).all()
