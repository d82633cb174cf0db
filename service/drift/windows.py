"""Stored scorecards of the last days and of the windows before them, summed up by publisher."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, select

from models.observed import Observed, Summary
from service.store.cards import unpack_whole
from service.store.schema import scorecards

#: Windows before the recent one, each as long as it: with seven days about a month.
EARLIER: Final = 4
#: Texts of one window that are read, where it has more: always the same, drawn by the chance in their ids.
MOST: Final = 2_000
_AT_ONCE: Final = 200

Publisher = str | None


@dataclass(slots=True)
class Window:
    """The texts of some days: how many there are, and those that were read, summed up by publisher."""

    first: date
    last: date
    texts: int = 0
    by_publisher: dict[Publisher, Summary] = field(default_factory=lambda: defaultdict(Summary))

    def whole(self) -> Summary:
        """Return the sum over all publishers."""
        return sum(self.by_publisher.values(), Summary())

    def of(self, publisher: Publisher) -> Summary:
        """Return the sum of one publisher, empty where it has no text here."""
        return self.by_publisher.get(publisher, Summary())


def read_windows(connection: Connection, bundle: str, profile: str, today: date, days: int) -> list[Window]:
    """Return the window that ends today and the EARLIER ones before it, the recent one first.

    One bundle and profile at a time; of near-duplicates the first text counts, of a text its newest
    scorecard. A text belongs to the day when it was published, or else first scored.
    """
    windows = [
        Window(today - timedelta(days * (back + 1) - 1), today - timedelta(days * back))
        for back in range(EARLIER + 1)
    ]
    c = scorecards.c
    found = select(c.id, c.day, c.publisher).where(
        c.bundle == bundle, c.profile == profile, c.newest, c.lead,
        c.day.between(windows[-1].first, today),
    )  # fmt: skip
    rows: dict[int, list[Row[*tuple[Any, ...]]]] = defaultdict(list)
    for row in connection.execute(found):
        rows[(today - row.day).days // days].append(row)
    for back, own in rows.items():
        windows[back].texts = len(own)
        for publisher, card in _read(connection, _drawn(own)):
            windows[back].by_publisher[publisher].add(card)
    return windows


def _drawn(rows: Sequence[Row[*tuple[Any, ...]]]) -> Sequence[Row[Any]]:
    # The last characters of an id are random, the first are its time.
    return rows if len(rows) <= MOST else sorted(rows, key=lambda row: row.id[::-1])[:MOST]


def _read(
    connection: Connection, rows: Iterable[Row[*tuple[Any, ...]]]
) -> Iterable[tuple[Publisher, Observed]]:
    publisher_of = {row.id: row.publisher for row in rows}
    ids = [*publisher_of]
    for start in range(0, len(ids), _AT_ONCE):
        some = scorecards.c.id.in_(ids[start : start + _AT_ONCE])
        cards = select(scorecards.c.id, scorecards.c.card).where(some)
        for one, card in connection.execute(cards):
            yield publisher_of[one], Observed.of(unpack_whole(card))


def profiles_of(connection: Connection, bundle: str, since: date) -> Sequence[str]:
    """Return the profiles of which there are texts of a bundle since a day."""
    c = scorecards.c
    found = select(c.profile).where(c.bundle == bundle, c.day >= since, c.newest).distinct()
    return sorted(connection.scalars(found))
