"""Rows and lines of the stance towards followed names."""

from datetime import date, timedelta
from typing import Any

import pytest
from apiflask import APIFlask
from fakes import FakeScorer
from made_library import keep

from service.app import create_app
from service.dashboard.filters import View
from service.dashboard.view_targets import Row, Share, by_publisher, followed, over_time, time_chart
from service.settings import Settings
from service.store.database import Database, database_at
from service.store.followed import follow
from service.store.keeping import Store

LAST = date(2026, 11, 20)
VIEW = View(bundle="fake.1", profile="accurate", start=LAST - timedelta(40), end=LAST, count="copies")


@pytest.fixture
def app(home: Any) -> APIFlask:
    """Return a service over an empty store."""
    return create_app(Settings(), FakeScorer())


@pytest.fixture
def store(app: APIFlask, home: Any) -> Database:
    """Follow two names and bar one; keep 25 texts on one of them."""
    database = database_at("", home)
    for name, barred in (("Ann", False), ("Bob", False), ("Private", True)):
        follow(database, name, barred, "cli")
    for number in range(25):
        day = LAST - timedelta(number)
        more = {"publisher": "small" if number < 3 else "large", "published_at": day.isoformat()}
        text = f"Text {number} on Ann, whom it names."
        keep(Store(database, 90), "scores", text=text, targets=("Ann", "Private"), **more)
    return database


def test_names_with_and_without_texts(app: APIFlask, store: Database) -> None:
    """A name has its shares with intervals; one that no text names is told, a barred one never followed."""
    with app.test_request_context("/"), store.read() as connection:
        found = followed(connection, VIEW)
    assert [(entry["name"], row) for entry, row in found.rows] == [
        ("Ann", Row("Ann", 25, 25, 0, {
            "favour": Share(0.0, 0.0, 0.133192), "neutral": Share(0.0, 0.0, 0.133192),
            "against": Share(1.0, 0.866808, 1.0),
        })),
    ]  # fmt: skip
    assert [entry["name"] for entry in found.unseen] == ["Bob"]
    assert [entry["name"] for entry in found.barred] == ["Private"]
    assert found.chosen
    assert found.chosen["name"] == "Ann"


def test_few_texts_of_a_publisher_are_only_counted(app: APIFlask, store: Database) -> None:
    """Of a publisher with fewer than 20 texts nothing is told but their number."""
    with app.test_request_context("/"), store.read() as connection:
        large, small = by_publisher(connection, VIEW, "Ann")
    assert (large.name, large.texts, large.withheld) == ("large", 22, False)
    assert small == Row("small", 3, 0, 0, None, withheld=True)


def test_a_line_for_each_stance(app: APIFlask, store: Database) -> None:
    """Shares over time have intervals; the address chooses whose, and a barred or unknown name has none."""
    with store.read() as connection:
        with app.test_request_context("/"):
            ann = followed(connection, VIEW).chosen
        assert ann
        with app.test_request_context(f"/?target={ann['id']}"):
            lines = [*over_time(connection, VIEW)]
            spec = time_chart(VIEW, lines)
        with app.test_request_context("/?target=01M83D83J9WR590PXPH40VKWM5"):
            assert over_time(connection, VIEW) == []
    assert {line["stance"] for line in lines} == {"in favour", "neutral", "against"}
    assert all(line["share_low"] <= line["share"] <= line["share_high"] for line in lines)
    assert spec["facets"] == ["reads in favour", "reads neutral", "reads against"]
    assert {row["line"] for row in spec["rows"]} == {"fake.1"}
