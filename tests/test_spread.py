"""The spread of advocacy scores: counted by steps, and never of few texts of a publisher."""

from datetime import date
from typing import Any

import pytest
from made_store import DAY, abstained, document_row, keep, keep_many, scorecard_row
from sqlalchemy import event

from service.store.answer import FRAME_BITS
from service.store.cells import Question
from service.store.database import Database
from service.store.spread import STEPS, spread


def ask(database: Database, **changes: Any) -> list[tuple[float, str | None, int]] | None:
    """Return steps by their lower ends, with labels and counts."""
    question = Question(**{"bundle": "b1", "profile": "accurate", **changes})
    with database.read() as connection:
        found = spread(connection, question)
    return None if found is None else [(one["low"], one["label"], one["texts"]) for one in found]


def test_steps_hold_their_lower_end(database: Database) -> None:
    """A score on a step's lower end is in it, 1 is in the last one, and labels are told apart."""
    for score, label in ((0.0, "not_advocacy"), (0.05, "not_advocacy"), (0.5, None), (1.0, "advocacy")):
        reason = None if label else "uncertain"
        keep_many(database, 2, advocacy=score, advocacy_label=label, advocacy_reason=reason)
    assert ask(database) == [
        (0.0, "not_advocacy", 2), (0.05, "not_advocacy", 2), (0.5, None, 2), (0.95, "advocacy", 2)
    ]  # fmt: skip


def test_what_has_no_score_is_in_no_step(database: Database) -> None:
    """Texts that could not be scored are left out."""
    keep_many(database, 3, **abstained("language"))
    assert ask(database) == []


def test_every_filter_holds(database: Database) -> None:
    """Days, publishers, source type, frame, bundle, profile and copies are looked at as in aggregates."""
    keep_many(database, 30)
    keep_many(database, 21, publisher="b.example", source_type="satire")
    keep_many(database, 4, lead=False, frames=FRAME_BITS["economic"])
    keep_many(database, 5, day=date(2026, 1, 1))
    document = document_row()
    with database.begin() as connection:
        keep(
            connection, document, scorecard_row(document, bundle="b0"), scorecard_row(document, newest=False)
        )

    def total(**changes: Any) -> int:
        return sum(number for _, _, number in ask(database, **changes) or ())

    assert total() == 56
    assert total(count="copies") == 60
    assert total(start=DAY) == total(end=DAY, start=DAY) == 51
    assert total(source_type="satire") == total(publishers=("b.example",)) == 21
    assert total(frame="economic", count="copies") == 4
    assert total(bundle="b0") == 1
    assert total(profile="fast") == 0


def test_few_texts_of_a_publisher_are_not_spread_out(database: Database) -> None:
    """Below 20 labelled texts of named publishers nothing is said; of all texts together it is."""
    keep_many(database, 19)
    assert ask(database, publishers=("a.example",)) is None
    assert ask(database) == [(0.25, "not_advocacy", 19)]
    keep_many(database, 1)
    assert ask(database, publishers=("a.example",)) == [(0.25, "not_advocacy", 20)]


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize(
    "changes", [{}, {"start": DAY, "count": "copies"}, {"publishers": ("a",)}, {"frame": "moral", "end": DAY}]
)
def test_no_row_is_read(database: Database, changes: dict[str, Any]) -> None:
    """The count is made in the index alone, so that a million scorecards take no longer than their keys."""
    asked: list[Any] = []
    question = Question(bundle="b1", profile="accurate", **changes)
    with database.read() as connection:
        event.listen(connection, "before_cursor_execute", lambda *told: asked.append(told[2:4]))
        spread(connection, question)
        statement, parameters = asked[-1]
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
    looked = [detail for *_, detail in plan if "scorecards" in detail]
    assert len(looked) == STEPS
    assert all("COVERING INDEX ix_scorecards_spread" in detail for detail in looked)
