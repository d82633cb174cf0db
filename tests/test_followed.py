"""Followed names: only those on the list are counted, and one taken off it is gone."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask
from fakes import FakeScorer
from flask.testing import FlaskClient
from sqlalchemy import func, select

from service.current import desk
from service.store import followed as names
from service.store.database import Database
from service.store.schema import audit, target_rollups, target_scores

pytestmark = pytest.mark.usefixtures("home")
BUNDLE = FakeScorer().bundle.version
TEXT = "The council heard Aldo Brandt and Marta Elvin on Monday about case {}, at length."


@pytest.fixture
def database(app: APIFlask) -> Database:
    """Return the store of the app."""
    with app.app_context():
        store = desk().store
        assert store is not None
        return store.database


def add(client: FlaskClient, name: str, **more: Any) -> str:
    """Put a name on the list."""
    response = client.post("/v1/targets", json={"name": name, **more})
    assert response.status_code == 201, response.get_json()
    return str(response.get_json()["id"])


def score(client: FlaskClient, number: int, publisher: str = "a.example", day: str = "2026-11-02") -> None:
    """Score a text with two targets."""
    body = {"text": TEXT.format(number), "publisher": publisher, "published_at": day}
    assert (
        client.post("/v1/score", json=body | {"targets": ["aldo  BRANDT", "Marta Elvin"]}).status_code == 200
    )


def ask(client: FlaskClient, query: str) -> Any:
    """Ask for an aggregate."""
    return client.get(f"/v1/aggregate?{query}").get_json()


def test_only_names_on_the_list_are_counted(client: FlaskClient) -> None:
    """A name counts from the moment it is put on the list, in whatever spelling; others never do."""
    before = {"text": "Aldo Brandt spoke to nobody else.", "targets": ["Aldo Brandt"]}
    assert client.post("/v1/score", json=before).status_code == 200
    add(client, "Aldo Brandt")
    add(client, "Marta Elvin", barred=True)
    for number in range(1, 4):
        score(client, number)
    shares = ask(client, "by=target&by=month")["groups"]
    assert [(one["target"], one["month"], one["documents"]) for one in shares] == [
        ("Aldo Brandt", "2026-11-01", 3)
    ]
    assert shares[0]["stance"] == {
        "answered": 1, "favour": {"value": 0, "low": 0, "high": 0.793451, "of": 1},
        "neutral": {"value": 0, "low": 0, "high": 0.793451, "of": 1},
        "against": {"value": 1, "low": 0.206549, "high": 1, "of": 1},
    }  # fmt: skip
    copies = ask(client, "by=target&count=copies&target=Aldo%20Brandt&from=2026-11-02&to=2026-11-02")[
        "groups"
    ]
    assert (copies[0]["stance"]["answered"], copies[0]["abstained"], copies[0]["reasons"]) == (3, 0, {})
    assert ask(client, "by=target&target=Marta%20Elvin")["groups"] == []


def test_few_texts_of_a_publisher_say_nothing(client: FlaskClient) -> None:
    """Stance by publisher needs twenty texts, as any figure on a publisher does."""
    add(client, "Aldo Brandt")
    for number in range(20):
        score(client, number, "many.example")
    score(client, 20, "few.example", "2026-10-02")
    found = ask(client, "by=target&by=publisher&count=copies")
    assert [one["publisher"] for one in found["groups"]] == ["many.example"]
    assert found["withheld"] == [
        {"target": "Aldo Brandt", "publisher": "few.example", "documents": 1, "stories": 0}
    ]
    assert ask(client, "by=target&publisher=few.example&count=copies")["groups"] == []
    assert ask(client, "by=target&count=copies")["groups"][0]["stance"]["answered"] == 21


def test_taken_off_the_list_it_is_gone(client: FlaskClient, database: Database) -> None:
    """With a name go its scores and sums; the audit knows the id and not the name."""
    entry = add(client, "Aldo Brandt")
    score(client, 1)
    assert client.delete(f"/v1/targets/{entry}").status_code == 204
    assert client.delete(f"/v1/targets/{entry}").status_code == 404
    assert client.get("/v1/targets").get_json() == {"targets": []}
    with database.read() as connection:
        for table in (target_scores, target_rollups):
            assert connection.scalar(select(func.count()).select_from(table)) == 0
        acts = connection.execute(select(audit.c.action, audit.c.object, audit.c.outcome)).all()
    assert [tuple(act) for act in acts] == [
        ("target.add", entry, "followed"), ("target.delete", entry, "done"),
    ]  # fmt: skip
    assert b"Aldo" not in b"".join(path.read_bytes() for path in _files(database))


def _files(database: Database) -> Any:
    return Path(str(database.url.database)).parent.glob("slantwise.db*")


@pytest.mark.parametrize(("first", "says"), [(True, "must not be followed"), (False, "is followed already")])
def test_one_name_stands_once(client: FlaskClient, first: bool, says: str) -> None:
    """A name that is there in another spelling is refused with the id that it has, and without the name."""
    entry = add(client, "Aldo Brandt", barred=first)
    response = client.post("/v1/targets", json={"name": "aldo  brandt"})
    assert (response.status_code, response.mimetype) == (409, "application/problem+json")
    assert response.get_json()["detail"] == f"This name {says}; it has the id {entry}."


def test_list_is_shown(client: FlaskClient) -> None:
    """The list shows every name in the order in which they came."""
    ids = [add(client, "Zoe"), add(client, "Abel", barred=True)]
    shown = client.get("/v1/targets").get_json()["targets"]
    assert [(one["id"], one["name"], one["barred"]) for one in shown] == [
        (ids[0], "Zoe", False), (ids[1], "Abel", True),
    ]  # fmt: skip
    assert {date.fromisoformat(one["created_at"][:10]).year > 2025 for one in shown} == {True}


@pytest.mark.parametrize("name", ["", " ", "a\0b", "a" * 201, None, 5])
def test_no_name(client: FlaskClient, name: Any) -> None:
    """What is no name is refused by its field."""
    response = client.post("/v1/targets", json={"name": name})
    assert (response.status_code, [*response.get_json()["errors"]]) == (422, ["name"])


def test_list_has_an_end(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """The list takes no name beyond what each text can be compared with."""
    monkeypatch.setattr(names, "MAX_FOLLOWED", 1)
    add(client, "Aldo Brandt")
    assert client.post("/v1/targets", json={"name": "Marta Elvin"}).status_code == 409
