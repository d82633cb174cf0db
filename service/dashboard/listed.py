"""What public lists say about publishers, read again when the file in SLANTWISE_HOME changes."""

import logging
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from models.home import slantwise_home
from models.listings import FACTS, FILE, Found, Listings, ListingsUnusable

log = logging.getLogger("slantwise.dashboard")


@dataclass(frozen=True, slots=True)
class Told:
    """One list's words on a publisher, as a page shows them: facts by name, None for what it leaves open."""

    name: str
    title: str
    address: str
    licence: str
    listed_on: str
    domain: str
    names: tuple[str, ...]
    facts: dict[str, tuple[str, ...] | None]


def listings() -> Listings | None:
    """Return the lists; None where they were never built, or cannot be read, which is logged."""
    path = slantwise_home() / FILE
    try:
        found = path.stat()
    except OSError:
        return None
    return _read(path.parent, found.st_mtime_ns, found.st_size)


def told_of(known: Listings | None, publisher: str | None) -> list[Told]:
    """Return what each list says of a publisher; nothing where it is unknown to all."""
    found = known and known.look_up(publisher)
    return _told(known, found) if known and found else []


def _told(known: Listings, found: Found) -> list[Told]:
    told = []
    for one in found.listings:
        source = known.sources[one.source]
        facts = {name: one.facts.get(name) for name in FACTS}
        told.append(
            Told(
                source.name,
                source.title,
                source.address,
                source.licence,
                one.listed_on,
                found.domain,
                one.names,
                facts,
            )
        )
    return told


@lru_cache(maxsize=2)
def _read(home: Path, changed: int, size: int) -> Listings | None:
    """Read the file once for each time it was changed."""
    try:
        return Listings.read(home)
    except ListingsUnusable as error:
        log.error("%s", error)
        return None
