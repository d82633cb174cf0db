"""A stored scorecard as feedback reads it: its numbers, the names where they are kept, its text."""

import json
from collections.abc import Collection, Sequence
from typing import Final

from sqlalchemy import Connection, RowMapping, select

from service.feedback.items import Judged
from service.store.cards import Card, unpack
from service.store.schema import documents, scorecards

#: What :func:`judged_from` reads of a row.
COLUMNS: Final = (
    scorecards.c.id, scorecards.c.card, scorecards.c.names, documents.c.id.label("document"),
    documents.c.text,
)  # fmt: skip


def find_judged(connection: Connection, score: str) -> Judged | None:
    """Return the scorecard of this id with its document, or None."""
    wanted = select(*COLUMNS).join(documents).where(scorecards.c.id == score)
    row = connection.execute(wanted).mappings().one_or_none()
    return None if row is None else judged_from(row)


def judged_of(connection: Connection, scores: Collection[str]) -> dict[str, Judged]:
    """Return several scorecards by their ids."""
    wanted = select(*COLUMNS).join(documents).where(scorecards.c.id.in_(scores))
    return {row["id"]: judged_from(row) for row in connection.execute(wanted).mappings()}


def judged_from(row: RowMapping) -> Judged:
    """Unpack a row of :data:`COLUMNS`."""
    card = unpack(row["card"])
    if row["names"]:
        _name_targets(card, json.loads(row["names"])["targets"])
    return Judged(row["id"], row["document"], card, row["text"])


def _name_targets(card: Card, names: Sequence[str]) -> None:
    for stance, name in zip(card["stance"], names, strict=True):
        stance["target"] = name
