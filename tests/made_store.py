"""Rows of a store, made without scoring anything: for tests of what reads and counts them."""

import random
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from sqlalchemy import Connection, insert
from ulid import ULID

from service.store import rollups
from service.store.database import Database
from service.store.schema import documents, scorecards

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
DAY = date(2026, 11, 20)
_numbers = count()


def document_row(**changes: Any) -> dict[str, Any]:
    """Return a document of which nothing but numbers is kept."""
    one = str(ULID())
    row = {
        "id": one, "identity": b"%032d" % next(_numbers), "story_id": one, "lead": True,
        "publisher": "a.example", "published_at": None, "day": DAY, "language": "en", "words": 300,
        "html": False, "text": None, "title": None, "url": None, "keep_until": None, "created_at": NOW,
    }  # fmt: skip
    return row | changes


def scorecard_row(document: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return a scorecard of a document: a news report, no advocacy, no frame."""
    row = {
        "id": str(ULID()), "document_id": document["id"], "created_at": NOW, "bundle": "b1",
        "profile": "accurate", "newest": True, "publisher": document["publisher"], "day": document["day"],
        "lead": document["lead"], "advocacy": 0.25, "advocacy_label": "not_advocacy", "advocacy_reason": None,
        "source_type": "news_report", "source_type_reason": None, "frames": 0, "frames_reason": None,
        "scored_share": 1.0, "card": b"", "names": None,
    }  # fmt: skip
    return row | changes


def keep(connection: Connection, document: dict[str, Any], *cards: dict[str, Any]) -> None:
    """Put a document and its scorecards into the store and count them."""
    connection.execute(insert(documents), [document])
    if cards:
        connection.execute(insert(scorecards), [*cards])
    rollups.add(connection, [card["id"] for card in cards])


def keep_many(database: Database, number: int, day: date = DAY, **changes: Any) -> None:
    """Keep so many documents, alike but for what a ``publisher`` or a ``lead`` in the changes says."""
    ours = {name: changes.pop(name) for name in ("publisher", "lead") if name in changes}
    with database.begin() as connection:
        for _ in range(number):
            document = document_row(day=day, **ours)
            keep(connection, document, scorecard_row(document, **changes))


def abstained(reason: str) -> dict[str, Any]:
    """Return the columns of a scorecard none of whose heads gave a label."""
    nulls = dict.fromkeys(("advocacy", "advocacy_label", "source_type"))
    reasons = dict.fromkeys(("advocacy_reason", "source_type_reason", "frames_reason"), reason)
    return {**nulls, **reasons}


def some_card(rng: random.Random, document: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return a scorecard with anything in it."""
    if rng.random() < 0.2:
        reason = rng.choice(["language", "too_short", "not_prose", "unlike_training", "no_head"])
        return scorecard_row(document, **abstained(reason), frames=rng.getrandbits(14), **changes)
    score = round(rng.random(), 6)
    unsure = rng.random() < 0.2
    label = None if unsure else "advocacy" if score > 0.5 else "not_advocacy"
    judged = {
        "advocacy": score, "advocacy_label": label, "advocacy_reason": "uncertain" if unsure else None,
        "source_type": rng.choice(["news_report", "satire", "press_release"]), "frames": rng.getrandbits(19),
    }  # fmt: skip
    return scorecard_row(document, **judged, **changes)
