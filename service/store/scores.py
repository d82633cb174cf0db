"""Kept scorecards, read back: a list with filters, and one of them as it was answered."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, or_, select

from service.store.answer import FRAME_BITS
from service.store.cards import Card, unpack
from service.store.schema import documents, scorecards

#: Of a document that was scored very often, so many other scorecards are named.
MAX_VERSIONS: Final = 100
_EQUAL: Final = ("publisher", "profile", "source_type", "advocacy_label", "language")
_LISTED: Final = (
    "id", "created_at", "bundle", "profile", "newest", "publisher", "day", "language", "advocacy",
    "advocacy_label", "advocacy_reason", "source_type", "source_type_reason", "frames", "scored_share",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filters:
    """What is listed; None lets everything through, an empty publisher texts without one.

    ``publishers`` are those of which one must be the publisher; none lets everything through.
    """

    publisher: str | None = None
    publishers: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    bundle: str | None = None
    profile: str | None = None
    source_type: str | None = None
    advocacy_label: str | None = None
    abstained: bool | None = None
    frame: str | None = None
    language: str | None = None

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        """Give what must hold of a scorecard."""
        card = scorecards.c
        for name in _EQUAL:
            if (value := getattr(self, name)) is not None:
                yield card[name] == (value or None)
        if self.publishers:
            named = card.publisher.in_([name for name in self.publishers if name])
            yield or_(named, card.publisher.is_(None)) if "" in self.publishers else named
        if self.bundle is not None:
            # Not the bare column: its indexes seem to help, and then every row is fetched and sorted.
            yield card.bundle.concat("") == self.bundle
        if self.since is not None:
            yield card.day >= self.since
        if self.until is not None:
            yield card.day <= self.until
        if self.abstained is not None:
            yield card.advocacy_label.is_(None) if self.abstained else card.advocacy_label.is_not(None)
        if self.frame is not None:
            yield card.frames.bitwise_and(FRAME_BITS[self.frame]) != 0


def list_scores(connection: Connection, filters: Filters, limit: int, before: str | None) -> list[Card]:
    """Return what is kept of up to ``limit`` scorecards, the newest first, each older than ``before``."""
    older = () if before is None else (scorecards.c.id < before,)
    # The narrow index finds the ids; only for those are rows read.
    ids = select(scorecards.c.id).where(*filters.conditions(), *older)
    ids = ids.order_by(scorecards.c.id.desc()).limit(limit)
    listed = select(*(scorecards.c[name] for name in _LISTED), documents.c.title, documents.c.words)
    listed = listed.join(documents).where(scorecards.c.id.in_(ids)).order_by(scorecards.c.id.desc())
    return [_summary(row) for row in connection.execute(listed)]


def find_score(connection: Connection, scorecard_id: str) -> Card | None:
    """Return a scorecard as it was answered, with null for the text and the names that are not kept."""
    found = select(scorecards, documents.c.title, documents.c.text).join(documents)
    row = connection.execute(found.where(scorecards.c.id == scorecard_id)).first()
    return None if row is None else {**rebuilt(row), "versions": _versions(connection, row)}


def _summary(row: Row[*tuple[Any, ...]]) -> Card:
    return {
        "id": row.id, "created_at": _moment(row.created_at),
        "model": {"bundle": row.bundle, "profile": row.profile},
        "document": {
            "title": row.title, "publisher": row.publisher, "day": row.day.isoformat(),
            "language": row.language, "words": row.words, "scored_share": row.scored_share,
        },
        "advocacy": {
            "score": row.advocacy, "label": row.advocacy_label,
            "abstained": row.advocacy_label is None, "reason": row.advocacy_reason,
        },
        "source_type": {
            "label": row.source_type, "abstained": row.source_type is None, "reason": row.source_type_reason,
        },
        "frames": [frame for frame, bit in FRAME_BITS.items() if row.frames & bit],
        "newest": row.newest,
    }  # fmt: skip


def rebuilt(row: Row[*tuple[Any, ...]]) -> Card:
    """Return the answer from a row of a scorecard with its document's title and text."""
    card = unpack(row.card)
    names = json.loads(row.names) if row.names else {"targets": [None] * len(card["stance"]), "warnings": []}
    card["document"] |= {"title": row.title, "publisher": row.publisher}
    if "text" in card["document"]:
        card["document"]["text"] = row.text
    for position, (stance, name) in enumerate(zip(card["stance"], names["targets"], strict=True)):
        stance |= {"target": name, "position": position}
    for shown in card["evidence"]:
        shown["text"] = None if row.text is None else row.text[shown["start"] : shown["end"]]
        shown.setdefault("target", None)  # what older versions kept
    kept = "scores" if row.text is None else "text"
    about = {"id": row.id, "created_at": _moment(row.created_at)}
    return {**about, **card, "warnings": names["warnings"], "day": row.day.isoformat(), "kept": kept}


def _versions(connection: Connection, row: Row[*tuple[Any, ...]]) -> list[Card]:
    """Return the other scorecards of the document, the newest first."""
    card = scorecards.c
    others = select(card.id, card.created_at, card.bundle, card.profile)
    others = others.where(card.document_id == row.document_id, card.id != row.id)
    found = connection.execute(others.order_by(card.id.desc()).limit(MAX_VERSIONS))
    return [{**one._mapping, "created_at": _moment(one.created_at)} for one in found]


def _moment(moment: datetime) -> str:
    """Write a time as scorecards do."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
