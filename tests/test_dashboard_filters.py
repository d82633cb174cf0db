"""What a page shows is read from its address: parsed, refused in words, spelt out again."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from apiflask import APIFlask
from payloads import PAYLOADS

from service.dashboard.filters import Choices, View, view_of
from service.store.cells import Question

KEPT = [
    {"bundle": "a.1", "profile": "accurate", "documents": 5, "from": "2026-01-01", "to": "2026-02-01"},
    {"bundle": "a.2", "profile": "fast", "documents": 9, "from": "2026-01-20", "to": "2026-06-30"},
    {"bundle": "a.2", "profile": "accurate", "documents": 3, "from": "2026-03-01", "to": "2026-06-30"},
]


def read(in_use: str = "a.2", **given: Any) -> View:
    """Return the view of an address; names are those of the query."""
    said = {name.rstrip("_"): [value] if isinstance(value, str) else value for name, value in given.items()}
    return view_of(said, KEPT, in_use)


@pytest.fixture
def context(app: APIFlask) -> Iterator[None]:
    """Be on the overview, with the address of the test."""
    with app.test_request_context("/dashboard/?publisher=a&count=copies"):
        yield


def test_default_is_the_bundle_in_use_and_its_last_days() -> None:
    """Without filters: the bundle in use, the profile with most texts, the last 90 days that hold any."""
    view = read()
    assert (view.bundle, view.profile) == ("a.2", "fast")
    assert (view.start, view.end, view.days) == (date(2026, 4, 2), date(2026, 6, 30), 90)
    assert (view.asked, view.problems) == ((), ())


def test_a_bundle_without_texts_gives_way_to_the_newest() -> None:
    """While the bundle in use has scored nothing, the one with the newest texts is shown."""
    assert read(in_use="a.3").bundle == "a.2"
    assert view_of({}, [], "a.3") == View(bundle="a.3", profile="accurate")


def test_short_histories_begin_where_they_begin() -> None:
    """No days are shown before the first text, unless they are asked for."""
    assert read(bundle="a.1").start == date(2026, 1, 1)
    assert read(bundle="a.1", from_="2025-01-01").start == date(2025, 1, 1)
    assert read(bundle="a.1", to="2025-06-01").end == date(2025, 6, 1)


@pytest.mark.parametrize("day", ["0001-01-01", "0001-02-01", "9999-12-31"])
def test_days_at_either_end_of_the_calendar(day: str) -> None:
    """No view reaches back beyond the first day that there is."""
    view = read(to=day)
    assert (str(view.end), view.problems) == (day, ())
    assert view.start is not None
    assert view.start <= date.fromisoformat(day)


def test_every_filter_reaches_the_question() -> None:
    """What the address says is what the store is asked."""
    view = read(publisher=["b", " a  x ", "b"], add="c", from_="2026-05-01", to="2026-05-09", count="copies",
                source_type="satire", frame="economic", bundle="a.2", profile="accurate")  # fmt: skip
    assert view.question("day") == Question(
        bundle="a.2", profile="accurate", by=("day",), publishers=("b", "a x", "c"), start=date(2026, 5, 1),
        end=date(2026, 5, 9), source_type="satire", frame="economic", count="copies",
    )  # fmt: skip
    assert view.question(top=3, source_type=None).source_type is None


def test_what_a_form_leaves_empty_is_not_asked() -> None:
    """Empty fields are no filters; an empty publisher stands for texts without one."""
    assert read(add="", from_="", source_type="", bundle="").asked == ()
    assert read(publisher="").publishers == ("",)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"from_": "yesterday"}, "from: is no day such as 2026-11-22"),
        ({"source_type": "gossip"}, "source_type: is none of: news_report"),
        ({"count": "all"}, "count: Input should be"),
        ({"publisher": ["x" * 201, "a"]}, "publisher.0: String should have at most 200 characters"),
        ({"from_": "2026-06-02", "to": "2026-06-01"}, "from is after to: the days are left out"),
    ],
)
def test_what_cannot_be_read_is_said(given: dict[str, Any], said: str) -> None:
    """A filter that makes no sense is left out and named; the others hold."""
    view = read(frame="moral", **given)
    assert [problem.startswith(said) for problem in view.problems] == [True]
    assert view.frame == "moral"
    assert view.start == date(2026, 4, 2)


@pytest.mark.parametrize(
    "name", ["publisher", "add", "from", "to", "bundle", "frame", "profile", "count", "x"]
)
def test_nothing_in_an_address_is_an_error(name: str) -> None:
    """Hostile values are filters that fit nothing, or are refused in words."""
    for payload in PAYLOADS:
        view = view_of({name: [payload]}, KEPT, "a.2")
        assert view.profile in ("fast", "accurate")


@pytest.mark.usefixtures("context")
def test_addresses_hold_what_was_asked() -> None:
    """An address keeps the view but for what is changed; None takes out, a list sets several."""
    view = read(publisher=["a", "b&c"], from_="2026-05-01", count="copies")
    assert view.url() == "/dashboard/?publisher=a&publisher=b%26c&from=2026-05-01&count=copies"
    assert view.url(publisher=None, start=None) == "/dashboard/?count=copies"
    assert view.url(publishers=["z", "y"], count=None, since="2026-05-02") == (
        "/dashboard/?publisher=z&publisher=y&from=2026-05-02"
    )
    assert read().url() == "/dashboard/"


@pytest.mark.usefixtures("context")
def test_data_have_an_address_that_stays_true() -> None:
    """The address of a chart's data spells out bundle, profile and days, so that it means the same later."""
    assert read(frame="moral").data_url("articles") == (
        "/dashboard/data/articles.csv?frame=moral&bundle=a.2&profile=fast&from=2026-04-02&to=2026-06-30"
    )


def test_choices_name_the_bundle_that_is_shown() -> None:
    """The form can always say which bundle is shown, kept or not."""
    assert Choices(KEPT, []).bundles_with("b.1") == ["b.1", "a.2", "a.1"]
