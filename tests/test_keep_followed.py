"""What is kept of names that are followed, where names are not kept."""

from typing import Any

import pytest
from made_answers import made_body, made_card
from made_store import NOW
from sqlalchemy import insert, select

from service.store.database import Database
from service.store.keeping import Store
from service.store.schema import followed, target_scores
from service.store.targets import plain_name

NAMES = {"a": "ALDO  brandt", "b": "Ines Halloran", "c": "Tomas Reyk", "d": "Bra\u0301s"}


def kept(database: Database, targets: list[str], mode: Any, barred: str = "") -> list[tuple[Any, ...]]:
    """Follow some names, keep an answer about some targets, and return what is kept of them."""
    rows = [
        {"id": key, "name": name, "barred": key == barred, "created_at": NOW} for key, name in NAMES.items()
    ]
    body = made_body(targets=targets)
    with database.begin() as connection:
        connection.execute(insert(followed), rows)
    one = Store(database, 90).keep(made_card(body), body, mode)
    with database.read() as connection:
        found = connection.execute(select(target_scores).order_by(target_scores.c.followed_id)).all()
    assert {row.scorecard_id for row in found} <= {one}
    return [tuple(row)[1:] for row in found]


@pytest.mark.parametrize("mode", ["scores", "text"])
def test_followed_names_are_kept(database: Database, mode: str) -> None:
    """In any mode a followed name is known without regard to case, spaces and composed letters."""
    found = kept(database, ["Aldo Brandt", "Nobody", "Br\u00e1s"], mode)
    said = ("against", None, 0.1, 0.7, 0)
    assert found == [("a", *said), ("d", *said)]


def test_barred_names_are_not(database: Database) -> None:
    """A barred name is not followed, whoever asks for it."""
    assert kept(database, ["Aldo Brandt", "Tomas Reyk"], "text", barred="a") == [
        ("c", "against", None, 0.1, 0.7, 0)
    ]


def test_a_name_said_twice_counts_once(database: Database) -> None:
    """Of two targets that are one name, the first is kept."""
    assert [row[0] for row in kept(database, ["aldo brandt", "Aldo Brandt"], "scores")] == ["a"]


def test_plain_name() -> None:
    """Names are compared without case, doubled spaces and composed letters, and by nothing else."""
    assert plain_name(" Aldo\u00a0 BRANDT\n") == plain_name("aldo brandt")
    assert plain_name("Stra\u00dfe") == plain_name("STRASSE")
    assert plain_name("Aldo Brand") != plain_name("Aldo Brandt")
