"""``GET /v1/aggregate``: kept scores as groups, and what is wrong with a question told by its name."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from apiflask import APIFlask
from fakes import FakeScorer
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from made_store import NOW, keep_many
from pydantic import TypeAdapter
from schemathesis import GenerationMode
from sqlalchemy import insert

from service.answers_aggregate import Aggregate
from service.app import create_app
from service.current import desk
from service.settings import Settings
from service.store import aggregate
from service.store.database import Database
from service.store.schema import followed

pytestmark = pytest.mark.usefixtures("home")
BUNDLE = FakeScorer().bundle.version


@pytest.fixture
def database(app: APIFlask) -> Database:
    """Return the store of the app."""
    with app.app_context():
        store = desk().store
        assert store is not None
        return store.database


def ask(client: FlaskClient, query: str) -> Any:
    """Ask, and hold the answer to its own document."""
    response = client.get(f"/v1/aggregate?{query}")
    assert (response.status_code, response.mimetype) == (200, "application/json"), response.get_json()
    TypeAdapter(Aggregate).validate_python(response.get_json())
    return response.get_json()


def test_scored_texts_are_counted_at_once(client: FlaskClient) -> None:
    """What was answered a moment ago is in the next answer, under the bundle in use and its profile."""
    for number in range(3):
        body = {"text": f"The council number {number} met on Monday to hear it.", "publisher": " a.example "}
        assert client.post("/v1/score", json=body | {"published_at": "2026-11-02"}).status_code == 200
    found = ask(client, "by=day")
    assert (found["bundle"], found["profile"], found["by"], found["count"]) == (
        BUNDLE,
        "accurate",
        ["day"],
        "stories",
    )
    assert [(group["day"], group["documents"]) for group in found["groups"]] == [("2026-11-02", 3)]
    assert found["kept"] == [
        {"bundle": BUNDLE, "profile": "accurate", "documents": 3, "from": "2026-11-02", "to": "2026-11-02"}
    ]
    assert ask(client, "by=publisher")["withheld"] == [
        {"publisher": "a.example", "documents": 3, "stories": 3}
    ]


def test_groups_by_two_dimensions_with_filters(client: FlaskClient, database: Database) -> None:
    """Dimensions and publishers may stand twice; days are inclusive; the empty publisher is no publisher."""
    for publisher in ("a", "b", "c", None):
        for day in (date(2026, 3, 31), date(2026, 4, 1), date(2026, 4, 2)):
            keep_many(database, 21, day, publisher=publisher, bundle=BUNDLE)
    query = "by=publisher&by=week&publisher=a&publisher=&from=2026-04-01&to=2026-04-02&count=copies"
    groups = ask(client, query)["groups"]
    assert [(group["publisher"], group["week"], group["documents"]) for group in groups] == [
        (None, "2026-03-30", 42), ("a", "2026-03-30", 42),
    ]  # fmt: skip
    assert ask(client, "by=publisher&top=2")["groups"][0]["advocacy"] == {
        "answered": 63, "mean": 0.25, "low": 0.25, "high": 0.25,
        "share": {"value": 0, "low": 0, "high": 0.057471, "of": 63},
    }  # fmt: skip
    assert [group["publisher"] for group in ask(client, "by=publisher&top=2")["groups"]] == [None, "a"]


def test_another_bundle_on_request(client: FlaskClient, database: Database) -> None:
    """Only the bundle in use is told of unless another is named; they are never joined."""
    keep_many(database, 2, bundle="old.1")
    keep_many(database, 3, bundle=BUNDLE, profile="fast")
    assert ask(client, "")["groups"][0]["documents"] == 0
    assert ask(client, "bundle=old.1")["groups"][0]["documents"] == 2
    assert ask(client, "profile=fast")["groups"][0]["documents"] == 3
    assert [(one["bundle"], one["profile"]) for one in ask(client, "")["kept"]] == [
        (BUNDLE, "fast"), ("old.1", "accurate"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "field", "says"),
    [
        ("foo=1", "foo", "unknown field"),
        ("by=color", "by.0", "'target'"),
        ("by=day&by=day", "by", "twice"),
        ("by=day&by=month", "by", "two spans of time"),
        ("by=day&by=frame&by=publisher", "by", "at most 2"),
        ("by=target&by=frame", "by", "joins target with publisher"),
        ("from=2026-13-01", "from", "date"),
        ("from=yesterday", "from", "is no day such as 2026-11-22"),
        ("from=1767225600", "from", "is no day"),
        ("to=2026-01-01T00:00:00Z", "to", "is no day"),
        ("from=2026-01-01&from=2026-01-02", "from", "date"),
        ("from=2026-01-02&to=2026-01-01", None, "from is after to"),
        ("source_type=news", "source_type", "is none of: news_report"),
        ("frame=fear", "frame", "is none of: economic"),
        ("by=frame&frame=political", None, "frame filters what by=frame groups"),
        ("by=source_type&source_type=satire", None, "source_type filters what by=source_type groups"),
        ("by=target&frame=political", None, "frame does not go with by=target"),
        ("by=target&by=publisher&top=5", None, "top does not go with by=target"),
        ("target=Aldo", None, "target needs by=target"),
        ("top=5", None, "top needs by=publisher"),
        ("by=publisher&top=0", "top", "greater than or equal to 1"),
        ("by=publisher&top=many", "top", "integer"),
        ("count=half", "count", "'stories'"),
        ("profile=slow", "profile", "'fast'"),
        ("publisher=%00", "publisher.0", "NUL"),
        ("publisher=" + "a" * 201, "publisher.0", "at most 200"),
        ("&".join(["publisher=a"] * 101), "publisher", "at most 100"),
    ],
)  # fmt: skip
def test_bad_questions_are_told_by_name(
    client: FlaskClient, query: str, field: str | None, says: str
) -> None:
    """A question that cannot be answered is a 422 that names the filter and the reason."""
    response = client.get(f"/v1/aggregate?{query}")
    problem = response.get_json()
    assert (response.status_code, response.mimetype) == (422, "application/problem+json")
    assert says in problem["detail"]
    assert [*problem.get("errors", {})] == ([field] if field else [])


def test_the_widest_range_is_answered(client: FlaskClient, database: Database) -> None:
    """From the first day there is to the last is a range like any other."""
    keep_many(database, 1, date(1, 1, 1), bundle=BUNDLE)
    keep_many(database, 1, date(9999, 12, 31), bundle=BUNDLE)
    for by in ("day", "week", "month"):
        groups = ask(client, f"by={by}&from=0001-01-01&to=9999-12-31")["groups"]
        assert [group["documents"] for group in groups] == [1, 1]
    assert ask(client, "by=publisher&from=0001-01-02&to=9999-12-30")["withheld"] == []
    for ends in ("to=0001-01-01", "from=9999-12-15", "from=0001-01-01&to=0001-01-01"):
        (one,) = ask(client, f"by=publisher&{ends}")["withheld"]
        assert one["documents"] == 1


def test_too_many_groups_are_refused(
    client: FlaskClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer that would be too long is refused with what helps."""
    monkeypatch.setattr(aggregate, "MAX_GROUPS", 2)
    for day in range(1, 6):
        keep_many(database, 1, date(2026, 5, day), bundle=BUNDLE)
    response = client.get("/v1/aggregate?by=day")
    assert (response.status_code, response.get_json()["detail"]) == (422, str(aggregate.TooManyGroups()))


def test_a_server_that_keeps_nothing_has_no_aggregates(home: Path) -> None:
    """Where the operator wants nothing to be kept there is nothing to ask."""
    client = create_app(Settings(store="none"), FakeScorer()).test_client()
    assert client.get("/v1/aggregate").status_code == 404


@pytest.fixture
def document(app: APIFlask, database: Database) -> Any:
    """Return the API's document over a store with something in it."""
    keep_many(database, 25, bundle=BUNDLE)
    with database.begin() as connection:
        now = {"barred": False, "created_at": NOW}
        connection.execute(insert(followed).values(id="0" * 26, name="Aldo", **now))
    return schemathesis.openapi.from_wsgi("/openapi.json", app)


def test_document_names_every_filter(client: FlaskClient) -> None:
    """Dimensions and filters stand in the API's document, lists as lists."""
    operation = client.get("/openapi.json").get_json()["paths"]["/v1/aggregate"]["get"]
    kinds = {one["name"]: one["schema"].get("type") for one in operation["parameters"]}
    assert [name for name, kind in kinds.items() if kind == "array"] == ["by", "publisher", "target"]
    assert [*kinds] == [
        "by", "publisher", "from", "to", "source_type", "frame", "target", "bundle", "profile", "count",
        "top",
    ]  # fmt: skip


def test_keeps_its_word(document: Any) -> None:
    """Whatever is asked, well-formed or not, the answer is one that the document allows."""
    operation = document["/v1/aggregate"]["GET"]
    modes = [operation.as_strategy(), operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)]

    @given(case=st.one_of(modes))
    @hypothesis_settings(
        max_examples=40, deadline=None, database=None, derandomize=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def check(case: Any) -> None:
        case.call_and_validate()

    check()
