"""The pages of publishers as they are served: tables, sorting, comparing, public lists, and hostile names."""

import csv
import io
import json
import re
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from fakes import FakeScorer
from flask.testing import FlaskClient
from made_keys import make_key
from made_store import DAY, keep_many
from payloads import PAYLOADS

from models.listings import FILE, Listing, Listings, ListSource
from service.app import create_app
from service.settings import Settings
from service.store.answer import plain_publisher
from service.store.database import Database, database_at
from service.store.revision import prepare

SOURCE = ListSource(
    "State list", "A list of state media", "https://lists.example/state", "MIT", "2023", "0" * 64
)
STATED = Listing(
    "state",
    "2023",
    ("The <b>Herald</b>",),
    {"country": ("Averne",), "state_control": ("state-controlled media",)},
)


@pytest.fixture
def store(home: Path) -> Database:
    """Return the store of this test's server, empty."""
    database = database_at("", home)
    prepare(database)
    return database


@pytest.fixture
def page(store: Database, scorer: FakeScorer) -> FlaskClient:
    """Keep texts of two publishers and a few of a third, and return a client of the server."""
    ours = {"bundle": "fake.1"}
    keep_many(store, 20, publisher="herald.example", advocacy=0.9, advocacy_label="advocacy", **ours)
    keep_many(store, 30, publisher="ledger.example", **ours)
    keep_many(store, 7, publisher="small.example", advocacy=0.9, advocacy_label="advocacy", **ours)
    return create_app(Settings(), scorer).test_client()


def text_of(client: FlaskClient, path: str) -> str:
    """Return a page's words, without tags and doubled blanks."""
    answer = client.get(path)
    assert answer.status_code == 200
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", answer.text.replace("<wbr>", ""))).split())


def names(client: FlaskClient, path: str) -> list[str]:
    """Return the publishers of the table in its order."""
    return re.findall(r'aria-label="Compare ([^"]*)"', client.get(path).text)


def test_the_table_names_counts_and_intervals(page: FlaskClient) -> None:
    """Each publisher has its numbers, and one with seven texts nothing but that."""
    said = text_of(page, "/dashboard/publishers")
    assert "herald.example 100.0 % 83.9 %–100.0 % of 20" in said
    assert "ledger.example 0.0 % 0.0 %–11.4 % of 30" in said
    assert "small.example fewer than 20: nothing else is said 7 7 –" in said


def test_headings_are_links_that_sort(page: FlaskClient) -> None:
    """A heading leads to the table sorted by it, says how it is sorted now, and keeps the filters."""
    assert names(page, "/dashboard/publishers") == ["ledger.example", "herald.example", "small.example"]
    path = "/dashboard/publishers?sort=share&from=2026-11-01"
    assert names(page, path) == ["herald.example", "ledger.example", "small.example"]
    html = page.get(path).text
    assert 'aria-sort="descending"' in html
    assert "/dashboard/publishers?from=2026-11-01&amp;sort=share&amp;order=up" in html
    assert names(page, path + "&order=up")[0] == "ledger.example"


def test_a_shared_view_is_the_same_view(page: FlaskClient) -> None:
    """Filters of the address hold for the table, and what cannot be read is said on the page."""
    assert names(page, "/dashboard/publishers?publisher=ledger.example") == ["ledger.example"]
    assert "No publisher fits these filters" in text_of(
        page, f"/dashboard/publishers?to={DAY.replace(year=2020)}"
    )
    assert "Not all of this address could be read" in text_of(page, "/dashboard/publishers?from=yesterday")


def test_an_empty_store_says_what_to_do(store: Database, client: FlaskClient) -> None:
    """Over nothing, both pages lead to the ways of filling the store."""
    for path in ("/dashboard/publishers", "/dashboard/publishers/compare?publisher=a&publisher=b"):
        said = text_of(client, path)
        assert "Nothing is kept yet" in said
        assert "Fill with the demo" in said


def test_two_stand_side_by_side(page: FlaskClient) -> None:
    """Both have a column, charts with both as series, and the page asks for two where there are not."""
    path = "/dashboard/publishers/compare?publisher=ledger.example&publisher=herald.example"
    html = page.get(path).text
    said = text_of(page, path)
    assert "Stories 30 20" in said
    spec = json.loads(re.findall(r'id="compare-frames-spec">(.*?)</script>', html, re.S)[0])
    assert {row["series"] for row in spec["rows"]} == {"ledger.example", "herald.example"}
    assert "Name two publishers" in text_of(page, "/dashboard/publishers/compare?publisher=ledger.example")


def test_days_without_an_article_count_none(page: FlaskClient, store: Database) -> None:
    """How much was published is none where there is nothing, on the same days for both: no gap, no guess."""
    ledger, herald = "publisher=ledger.example", "publisher=herald.example"
    keep_many(store, 1, DAY - timedelta(2), publisher="ledger.example", bundle="fake.1")
    answer = page.get(f"/dashboard/data/compare-articles.csv?{ledger}&{herald}&from={DAY - timedelta(9)}")
    rows = [
        (row["publisher"], row["day"], row["stories"]) for row in csv.DictReader(io.StringIO(answer.text))
    ]
    days = [str(DAY - timedelta(back)) for back in (2, 1, 0)]
    assert rows == [
        *zip(["herald.example"] * 3, days, ("0", "0", "20"), strict=True),
        *zip(["ledger.example"] * 3, days, ("1", "0", "30"), strict=True),
    ]
    path = f"/dashboard/publishers/compare?{ledger}&{herald}&from={DAY - timedelta(9)}"
    assert f"only {DAY} to {DAY} , on which both did" in text_of(page, path)


def test_what_is_not_drawn_has_no_notes_on_its_points(page: FlaskClient) -> None:
    """Where a chart says why it is empty, nothing is said of points that it does not have."""
    path = "/dashboard/publishers/compare?publisher=small.example&publisher=nobody.example"
    said = text_of(page, path)
    assert "No publisher shown has 20 texts with a label." in said
    assert "Each point stands for" not in said


@pytest.mark.parametrize(
    "name",
    ["publishers", "publishers-over-time", "compare-articles", "compare-over-time", "compare-source-types",
     "compare-frames"],
)  # fmt: skip
def test_every_chart_has_its_numbers_as_csv(name: str, page: FlaskClient) -> None:
    """The rows of each chart come as CSV for the same view."""
    answer = page.get(f"/dashboard/data/{name}.csv?publisher=ledger.example&publisher=herald.example")
    assert answer.status_code == 200
    assert answer.text.startswith("publisher,")
    assert "ledger.example" in answer.text


def test_public_lists_stand_apart(page: FlaskClient, home: Path) -> None:
    """What a list says has its list, licence and date; what none says is unknown; changes are seen."""
    both = "/dashboard/publishers/compare?publisher=ledger.example&publisher=herald.example"
    assert "slantwise corpora publishers" in text_of(page, "/dashboard/publishers")
    Listings("2026-11-22", {"state": SOURCE}, {"herald.example": (STATED,)}).write(home)
    said = text_of(page, "/dashboard/publishers")
    assert "Country: Averne ; State control: state-controlled media listed by State list in 2023" in said
    assert said.count("unknown") == 2
    said = text_of(page, both)
    assert (
        "Kind unknown Country Averne State control state-controlled media Owner or operator unknown" in said
    )
    assert "herald.example (The <b>Herald</b>), listed by A list of state media in 2023, MIT" in said
    (home / FILE).write_text("{")
    assert "slantwise corpora publishers" in text_of(page, "/dashboard/publishers")


def test_hostile_publishers_stay_text(store: Database, scorer: FakeScorer) -> None:
    """Whatever a publisher is called, its page holds it as text, in cells, addresses, forms and data."""
    plain = [name for payload in PAYLOADS if (name := plain_publisher(payload[:200]))]
    for name in plain:
        keep_many(store, 1, publisher=name, bundle="fake.1")
    client = create_app(Settings(), scorer).test_client()
    html = client.get("/dashboard/publishers").text
    compared = client.get("/dashboard/publishers/compare", query_string={"publisher": plain[:2]}).text
    for text in (html, compared):
        assert "<script>alert(1)" not in text
        assert not re.search(r"<img[^>]*onerror", text)
    assert {unescape(name) for name in re.findall(r'name="publisher" value="([^"]*)"', html)} == {*plain}


def test_a_key_is_asked_for(store: Database, scorer: FakeScorer) -> None:
    """With keys, who has none is led to sign in, and gets no data."""
    make_key("score")
    client = create_app(Settings(), scorer).test_client()
    for path in ("/dashboard/publishers", "/dashboard/publishers/compare"):
        assert client.get(path).status_code == 303
    assert client.get("/dashboard/data/publishers.csv").status_code == 401
