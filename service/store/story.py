"""Stories: texts that are nearly the same, found again by hashes that reveal nothing of them."""

import re
from collections.abc import Sequence
from hashlib import blake2b
from typing import Final

from rensa import RMinHash
from sqlalchemy import Connection, select, update

from service.store import rollups
from service.store.schema import documents, scorecards
from service.store.secret import digest

#: MinHash over runs of three words: 128 permutations in 32 bands of 4 (Broder 1997; Leskovec et al. 2014).
PERMUTATIONS: Final = 128
BANDS: Final = 32
SEED: Final = 0
_ROWS: Final = PERMUTATIONS // BANDS
#: Two texts of Jaccard similarity s share 32·s⁴ bands on average: four are what .6 gives, which is the
#: similarity from which training, too, holds two texts for one.
SHARED: Final = 4
#: Only so many bands are indexed, which nearly all texts above .7 find; then all are compared. A row for
#: each band would be most of the store, and most of the time to keep an answer.
INDEXED: Final = 12
#: How many documents, the oldest, one band may bring up: a phrase that all texts share costs no more.
_LOOKED_AT: Final = 16
_SHORT: Final = 2

#: Written as the drivers take it: with so many parameters SQLAlchemy takes longer than the database.
_CANDIDATES: Final = " UNION ALL ".join(
    "SELECT document_id FROM (SELECT document_id FROM story_bands WHERE band = ?"  # noqa: S608 (our numbers)
    f" ORDER BY document_id LIMIT {_LOOKED_AT}) AS band_{number}"
    for number in range(INDEXED)
)
_SEARCH: Final = f"SELECT id, story_id, sketch FROM documents WHERE id IN ({_CANDIDATES})"  # noqa: S608


def bands_of(text: str) -> list[bytes]:
    """Return the keyed hashes of a text's bands; none for a text without a word."""
    words = re.findall(r"\w+", text.casefold())
    if not words:
        return []
    sketch = RMinHash(num_perm=PERMUTATIONS, seed=SEED)
    runs = zip(words, words[1:], words[2:], strict=False)
    sketch.update(set(map(" ".join, runs)) or {" ".join(words)})
    rows = sketch.digest()
    parts = (rows[i : i + _ROWS] for i in range(0, PERMUTATIONS, _ROWS))
    key = digest(b"sw-band")
    return [
        blake2b(b"%d %r" % (number, part), key=key, digest_size=8).digest()
        for number, part in enumerate(parts)
    ]


def sketch_of(bands: Sequence[bytes]) -> bytes:
    """Return the beginnings of all bands: one is equal by chance once in 65,536 times."""
    return b"".join(band[:_SHORT] for band in bands)


def find_story(connection: Connection, bands: Sequence[bytes]) -> str | None:
    """Return the story of the document that shares most bands, of equals the oldest, or None."""
    if not bands:
        return None
    ours = sketch_of(bands)
    search = _SEARCH if connection.dialect.positional else _SEARCH.replace("?", "%s")
    found = connection.exec_driver_sql(search, tuple(bands[:INDEXED])).all()
    nearest = min(((-_shared(ours, row.sketch), row.id, row.story_id) for row in found), default=None)
    return nearest[2] if nearest and -nearest[0] >= SHARED else None


def _shared(one: bytes, other: bytes) -> int:
    """Count the bands that two sketches share."""
    return sum(one[i : i + _SHORT] == other[i : i + _SHORT] for i in range(0, len(one), _SHORT))


def pass_on_lead(connection: Connection, story_id: str) -> None:
    """Make the oldest document that is left of a story its lead, and name the story after it."""
    mine = documents.c.story_id == story_id
    heir = connection.scalar(select(documents.c.id).where(mine).order_by(documents.c.id).limit(1))
    if heir is None:
        return
    cards = connection.scalars(select(scorecards.c.id).where(scorecards.c.document_id == heir)).all()
    rollups.remove(connection, cards)
    connection.execute(update(documents).where(mine).values(story_id=heir))
    connection.execute(update(documents).where(documents.c.id == heir).values(lead=True))
    connection.execute(update(scorecards).where(scorecards.c.document_id == heir).values(lead=True))
    rollups.add(connection, cards)
