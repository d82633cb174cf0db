"""The overview: the API's own figures, what is not said of few texts, and pages for what goes wrong."""

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from made_dashboard import LAST, OUTLETS, fill_dashboard
from made_keys import make_key
from made_store import abstained, keep_many

from models.history import Entry, append
from models.home import slantwise_home
from service.app import create_app
from service.drift.state import FORMAT, VERSION, write_state
from service.settings import Settings
from service.store import aggregate
from service.store.database import database_at

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
SMALL = "small-gazette.example"


@pytest.fixture
def client(client: FlaskClient) -> FlaskClient:
    """Look at pages as a browser does."""
    client.environ_base["HTTP_ACCEPT"] = HTML["Accept"]
    return client


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """Return a client of a full store; these tests only look at it."""
    from fakes import FakeScorer

    with pytest.MonkeyPatch.context() as patch:
        home = tmp_path_factory.mktemp("full")
        patch.setenv("SLANTWISE_HOME", str(home))
        app = create_app(Settings(), FakeScorer())
        fill_dashboard(database_at("", home))
        client = app.test_client()
        client.environ_base["HTTP_ACCEPT"] = HTML["Accept"]
        yield client


def specs(page: str) -> dict[str, Any]:
    """Return what a page wants to be drawn, by chart."""
    found = re.findall(r'<script type="application/json" id="([\w-]+)-spec">(.*?)</script>', page, re.S)
    return {name: json.loads(text) for name, text in found}


def rows_of(client: FlaskClient, name: str, query: str = "") -> list[dict[str, str]]:
    """Return a chart's CSV."""
    answer = client.get(f"/dashboard/data/{name}.csv?{query}")
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_figures_are_those_of_the_api(full: FlaskClient) -> None:
    """Whole, days, types and frames of the page are what GET /v1/aggregate answers for the same filters."""
    asked = "publisher=harbour-times.example&publisher=quay-and-tide.example&count=copies"
    page = full.get(f"/dashboard/?{asked}").text
    days = f"{asked}&from={LAST - timedelta(89)}&to={LAST}"
    [whole] = full.get(f"/v1/aggregate?{days}").get_json()["groups"]
    share = whole["advocacy"]["share"]
    assert f"{share['value'] * 100:.1f}\u202f%" in page
    for chart, by in (("source-types", "source_type"), ("frames", "frame")):
        answer = full.get(f"/v1/aggregate?{days}&by={by}").get_json()["groups"]
        drawn = {(row["x"], row["y"], row["low"], row["high"]) for row in specs(page)[chart]["rows"]}
        assert drawn == {
            (one[by].replace("_", " "), *(one["share"][name] for name in ("value", "low", "high")))
            for one in answer
        }
    bars = [row["y"] for row in specs(page)["articles"]["rows"]]
    assert sum(bars) == whole["documents"]


def test_spread_adds_up_to_what_has_a_score(full: FlaskClient) -> None:
    """The bars of the spread hold each text with a score once, those without a label apart."""
    [whole] = full.get(f"/v1/aggregate?from={LAST - timedelta(89)}").get_json()["groups"]
    rows = rows_of(full, "advocacy-spread")
    labelled = sum(int(row["texts"]) for row in rows if row["label"])
    unsure = sum(int(row["texts"]) for row in rows if not row["label"])
    assert labelled == whole["advocacy"]["answered"]
    assert unsure == whole["reasons"]["uncertain"]


@pytest.mark.parametrize(
    "chart",
    ["articles", "advocacy-over-time", "frames-over-time", "advocacy-spread", "source-types", "frames",
     "abstentions"],
)  # fmt: skip
def test_each_chart_has_its_numbers_twice_more(full: FlaskClient, chart: str) -> None:
    """Each chart is named, says its unit, and gives its numbers as a table and as CSV."""
    page = full.get("/dashboard/?count=copies").text
    figure = page[page.index(f'id="{chart}"') :]
    figure = figure[: figure.index("</figure>")]
    assert '<p class="unit">' in figure
    assert figure.count('<th scope="row">') > 0
    [address] = re.findall(r'href="([^"]+)" download', figure)
    assert rows_of(full, chart, unescape(address).partition("?")[2])
    assert "bundle=fake.1" in address
    spec = specs(page)[chart]
    assert spec["x"]["label"]
    assert spec["y"]["label"]


def test_time_is_of_one_bundle(full: FlaskClient) -> None:
    """What two bundles scored is never one line: each view is of one, and names it."""
    newer = specs(full.get("/dashboard/").text)["advocacy-over-time"]
    older = specs(full.get("/dashboard/?bundle=fake.0").text)["advocacy-over-time"]
    assert {row["line"] for row in newer["rows"]} == {"fake.1"}
    assert {row["line"] for row in older["rows"]} == {"fake.0"}
    assert "not the one in use" in full.get("/dashboard/?bundle=fake.0").text


def test_few_texts_of_a_publisher_are_counted_only(full: FlaskClient) -> None:
    """Of a publisher below 20 texts the page tells the number, its days, and no figure at all."""
    page = full.get(f"/dashboard/?publisher={SMALL}&count=copies").text
    assert f"{OUTLETS[SMALL][0]} articles" in page
    assert [*specs(page)] == ["articles"]
    for chart in ("advocacy-over-time", "frames-over-time", "advocacy-spread", "source-types", "frames"):
        assert rows_of(full, chart, f"publisher={SMALL}") == []


def test_days_below_the_limit_are_no_points(full: FlaskClient) -> None:
    """Of a named publisher with enough texts, weeks of fewer than 20 have no figure."""
    query = "publisher=harbour-times.example&count=copies"
    assert len(rows_of(full, "articles", query)) > 60
    assert all(not row["share"] for row in rows_of(full, "advocacy-over-time", query))


def test_within_a_label_it_is_not_counted_again(full: FlaskClient) -> None:
    """Under a filter by frame or source type the charts of these say why they are empty."""
    page = full.get("/dashboard/?frame=economic&source_type=satire&count=copies").text
    assert {"frames", "frames-over-time", "source-types"}.isdisjoint(specs(page))
    assert "filtered by “economic”" in page
    assert "filtered by “satire”" in page


def test_changes_of_the_bundle_are_marked(full: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """The day on which a bundle came into use is named on the charts over time."""
    append(Entry(f"{LAST - timedelta(30)}T10:00:00Z", "publish", "fake.1", None, "fake.0", "anna"))
    append(Entry("2020-01-01T10:00:00Z", "publish", "fake.0", None, None, "anna"))
    charts = specs(full.get("/dashboard/").text)
    marks = [{"x": str(LAST - timedelta(30)), "label": "fake.1 in use"}]
    assert charts["articles"]["marks"] == charts["advocacy-over-time"]["marks"] == marks


def test_drift_is_told(full: FlaskClient, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Before any check the page says so; after one it says what was found, alarms by name."""
    assert "Nobody has looked yet" in full.get("/dashboard/").text
    alarm = {
        "profile": "accurate",
        "since": "2026-11-19T00:00:00Z",
        "signal": "source_type",
        "publisher": None,
    }
    told = {"status": "alarm", "texts": 80, "before": 300, "from": "2026-11-14", "to": "2026-11-20",
            "far_from_reference": {"length": 0.3}}  # fmt: skip
    state = {"format": FORMAT, "version": VERSION, "checked_at": "2026-11-20T09:00:00Z", "bundle": "fake.1",
             "profiles": {"accurate": told}, "alarms": [{**alarm, "frame": None}]}  # fmt: skip
    write_state(slantwise_home(), state)
    page = full.get("/dashboard/").text
    (slantwise_home() / "drift.json").unlink()
    assert "source type, all texts, since 2026-11-19" in page
    assert "any of its own publishers: length." in page


def test_an_empty_store_says_what_to_do(home: Any, client: FlaskClient) -> None:
    """Where nothing is kept the page names the ways to fill it, and draws nothing."""
    page = client.get("/dashboard/")
    assert page.status_code == 200
    assert "Nothing is kept yet" in page.text
    assert "/v1/score/batch" in page.text
    assert specs(page.text) == {}


@pytest.mark.usefixtures("home")
def test_abstentions_alone_are_a_page(settings: Settings) -> None:
    """Texts none of which could be scored are counted, with their reasons, and nothing is averaged."""
    from fakes import FakeScorer

    from models.home import slantwise_home

    app = create_app(settings, FakeScorer())
    keep_many(database_at("", slantwise_home()), 3, bundle="fake.1", **abstained("language"))
    page = app.test_client().get("/dashboard/").text
    assert "too few with a label" in page
    rows = specs(page)["abstentions"]["rows"]
    assert {(row["x"], row["y"]) for row in rows} == {("not in English", 3)}


def test_filters_that_fit_nothing_say_so(full: FlaskClient) -> None:
    """An unknown bundle or publisher is an empty page with a way back, not an error."""
    for query in ("bundle=nowhere", "publisher=nobody.example", "from=1999-01-01&to=1999-02-01"):
        answer = full.get(f"/dashboard/?{query}")
        assert answer.status_code == 200
        assert "No article fits these filters" in answer.text


def test_what_cannot_be_read_is_said_in_the_page(full: FlaskClient) -> None:
    """A wrong filter is named above a page that shows the rest; as data it is refused."""
    page = full.get("/dashboard/?from=soon")
    assert page.status_code == 200
    assert "from: is no day such as 2026-11-22" in page.text
    assert full.get("/dashboard/data/articles.csv?from=soon").status_code == 422


def test_too_long_a_view_is_told(full: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is more than can be answered, page and data say what helps: it is no failure."""
    monkeypatch.setattr(aggregate, "MAX_GROUPS", 2)
    for path in ("/dashboard/", "/dashboard/data/frames-over-time.csv"):
        answer = full.get(path)
        assert (answer.status_code, "ask for fewer days or publishers" in answer.text) == (422, True)


@pytest.mark.parametrize(
    "told",
    [{"profiles": [1]}, {"profiles": {"fast": 3}}, {"profiles": {}, "alarms": 5}, {"alarms": ["loud"]}],
)
def test_a_state_of_drift_of_another_form_is_none(full: FlaskClient, told: dict[str, Any]) -> None:
    """What somebody wrote by hand, and is not of our form, is as if nobody had looked."""
    write_state(slantwise_home(), {"format": FORMAT, "version": VERSION, **told})
    answer = full.get("/dashboard/")
    (slantwise_home() / "drift.json").unlink()
    assert (answer.status_code, "Nobody has looked yet" in answer.text) == (200, True)


def test_problems_are_pages_for_people(full: FlaskClient) -> None:
    """A browser gets a page with the same status and words; a program gets the problem object."""
    page = full.get("/dashboard/nowhere")
    assert (page.status_code, page.mimetype) == (404, "text/html")
    assert "<h1>Not Found</h1>" in page.text
    assert full.get("/dashboard/nowhere", headers={"Accept": "*/*"}).mimetype == "application/problem+json"
    assert full.get("/nowhere").mimetype == "application/problem+json"
    assert full.get("/v1/nowhere").mimetype == "application/problem+json"


def test_nothing_kept_is_a_page_too(home: Any) -> None:
    """A server that keeps nothing says so to people."""
    from fakes import FakeScorer

    answer = create_app(Settings(store="none"), FakeScorer()).test_client().get("/dashboard/", headers=HTML)
    assert answer.status_code == 404
    assert "This server keeps no scores." in answer.text


@pytest.mark.usefixtures("home")
def test_pages_need_the_scope_read(settings: Settings) -> None:
    """Who has no key is led to sign in, a script too; a key without the scope is told which it needs."""
    from fakes import FakeScorer

    client = create_app(settings, FakeScorer()).test_client()
    score, read = make_key("score"), make_key("read")
    away = client.get("/dashboard/?frame=moral", headers=HTML)
    assert (away.status_code, away.location) == (303, "/sign-in?next=/dashboard/?frame%3Dmoral")
    part = client.get("/dashboard/", headers={**HTML, "HX-Request": "true"})
    assert (part.status_code, part.headers["HX-Redirect"]) == (204, "/sign-in?next=/dashboard/")
    assert client.get("/dashboard/data/articles.csv").status_code == 401
    refused = client.get("/dashboard/", headers={**HTML, "Authorization": f"Bearer {score}"})
    assert refused.status_code == 403
    assert "scope read" in refused.text
    wrong = client.get("/dashboard/", headers={**HTML, "Authorization": "Bearer slw_wrong"})
    assert (wrong.status_code, wrong.mimetype) == (401, "application/problem+json")
    assert client.get("/dashboard/", headers={"Authorization": f"Bearer {read}"}).status_code == 200


def test_pages_hold_no_inline_code(full: FlaskClient) -> None:
    """Scripts are files of ours, data aside; no style attribute, no handler; one style sheet is allowed."""
    answer = full.get("/dashboard/")
    scripts = re.findall(r"<script(.*?)>(.*?)</script>", answer.text, re.S)
    assert all("application/json" in head or not body for head, body in scripts)
    assert not re.search(r"\sstyle=|\son\w+=", answer.text)
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert re.search(r"style-src 'self' 'sha256-[\w+/=]+';", policy)
    assert "sha256" not in full.get("/").headers["Content-Security-Policy"]
