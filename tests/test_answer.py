"""What is worked out of an answer before it is kept: its identity, its day and its columns."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from made_answers import TEXT, keep, made_body, made_card, rows

from service.store.answer import FRAME_BITS
from service.store.database import Database
from service.store.keeping import Store
from service.store.schema import documents, scorecards


@pytest.fixture
def store(database: Database) -> Store:
    """Return a store."""
    return Store(database, 90)


@pytest.mark.parametrize(
    ("changes", "count"),
    [
        ({"publisher": "  The\u00a0 Post "}, 1),
        ({"url": "https://example.org/elsewhere", "targets": None}, 1),
        ({"text": None, "html": f"<p>{TEXT}</p>"}, 1),
        ({"publisher": "The Times"}, 2),
        ({"publisher": None}, 2),
        ({"title": None}, 2),
        ({"text": TEXT + "!"}, 2),
    ],
)
def test_what_makes_a_document(store: Store, changes: dict[str, Any], count: int) -> None:
    """A document is its publisher, title and text, however the publisher is spaced and the text is sent."""
    keep(store)
    keep(store, **changes)
    assert len(rows(store, documents, "id")) == count


@pytest.mark.parametrize(
    ("said", "day", "written"),
    [
        (None, date(2026, 11, 22), None),
        ("2026-11-20", date(2026, 11, 20), "2026-11-20"),
        ("20261120", date(2026, 11, 20), "2026-11-20"),
        ("2026-11-20T23:30:00", date(2026, 11, 20), "2026-11-20T23:30:00"),
        ("2026-11-20T23:30:00-05:00", date(2026, 11, 21), "2026-11-21T04:30:00+00:00"),
        ("0001-01-01T00:00:00+05:00", date(1, 1, 1), "0001-01-01T00:00:00+00:00"),
        ("9999-12-31T23:59:59.999999-05:00", date(9999, 12, 31), "9999-12-31T23:59:59.999999+00:00"),
        ("2026-11-20T23:30:00.12345678901234567890+01:00:30.123456", date(2026, 11, 20), None),
    ],
)
def test_day(store: Store, said: str | None, day: date, written: str | None) -> None:
    """A document counts for the day of its publication in UTC, or else for that of its first scoring."""
    keep(store, published_at=said)
    ((found, shown),) = rows(store, documents, "day", "published_at")
    assert (found, rows(store, scorecards, "day")) == (day, [day])
    assert shown == written or (written is None and said is not None and len(shown) <= 40)


def test_day_may_be_told_later(store: Store) -> None:
    """A date that comes with a later request holds for its scorecard and those that follow."""
    keep(store, published_at=None)
    keep(store)
    keep(store, published_at=None)
    days = [date(2026, 11, 22), date(2026, 11, 20), date(2026, 11, 20)]
    assert rows(store, scorecards, "day") == days
    assert rows(store, documents, "day") == days[-1:]


def test_columns_are_those_of_the_card(store: Store) -> None:
    """What may be filtered and counted by is the scorecard's own, frames by their bits."""
    card = made_card(made_body())
    keep(store)
    present = sum(1 << i for i, one in enumerate(card.frames) if one.present)
    assert [one.frame for one in card.frames] == [*FRAME_BITS]
    names = ("advocacy", "advocacy_label", "advocacy_reason", "source_type", "source_type_reason", "frames")
    judged = (card.advocacy.score, card.advocacy.label, None, card.source_type.label, None, present)
    assert rows(store, scorecards, *names) == [judged]
    other = ("frames_reason", "publisher", "language", "scored_share", "created_at")
    assert rows(store, scorecards, *other) == [
        (None, "The Post", "en", 1.0, datetime(2026, 11, 22, 9, tzinfo=UTC))
    ]


def test_undecided_frames_have_a_reason(store: Store) -> None:
    """Frames that were not scored have the reason of the advocacy head; scored but withheld, their own."""
    keep(store, text="Too short.")
    card = made_card(made_body())
    withheld = tuple(type(one)(one.frame, one.kind, one.score, None) for one in card.frames)
    strange = type(card)(**{name: getattr(card, name) for name in card.__slots__} | {"frames": withheld})
    store.keep(strange, made_body(), "scores")
    assert rows(store, scorecards, "frames", "frames_reason") == [(0, "too_short"), (0, "unlike_training")]
