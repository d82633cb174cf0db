"""The Targets page in a browser: names by publisher and over time, put on the list and taken off it."""

from collections.abc import Iterator
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from browsing import Tab, serving, tab
from fakes import FakeScorer
from made_library import keep
from payloads import PAYLOADS
from playwright.sync_api import Browser, Page, expect

from service.app import create_app
from service.settings import Settings
from service.store.database import Database, database_at
from service.store.followed import follow, listed
from service.store.keeping import Store

pytestmark = pytest.mark.browser
LAST = date(2026, 11, 20)


def fill(database: Database) -> None:
    """Follow three names, bar one, and keep texts on two of them: many of one publisher, few of another."""
    for name in ("Aldo Brandt", "Nora Quist", "Nobody Atall"):
        follow(database, name, False, "cli")
    follow(database, "Private Person", True, "cli")
    store = Store(database, 90)
    for number in range(30):
        publisher = "Small Gazette" if number < 5 else "Harbour Times"
        who = ("Aldo Brandt", "Private Person") if number % 2 else ("Aldo Brandt", "Nora Quist")
        day = LAST - timedelta(days=2 * number)
        text = " ".join(sha256(f"{number} {word}".encode()).hexdigest()[:8] for word in range(12))
        keep(store, "scores", text=text, publisher=publisher, targets=who, published_at=day.isoformat())


@pytest.fixture
def listing(home: Path) -> Iterator[tuple[str, Database]]:
    """Serve a store with followed names."""
    app = create_app(Settings(), FakeScorer())
    database = database_at("", home)
    fill(database)
    with serving(app) as address:
        yield address, database
    database.close()


@pytest.fixture
def here(chrome: Browser, listing: tuple[str, Database]) -> Iterator[Tab]:
    """Open a tab on it."""
    with tab(chrome, listing[0]) as opened:
        yield opened


def names(listing: tuple[str, Database]) -> list[tuple[str, bool]]:
    """Return the list as the store has it."""
    with listing[1].read() as connection:
        return [(one["name"], one["barred"]) for one in listed(connection)]


def row(page: Page, region: str, name: str) -> str:
    """Return the words of a row of a table."""
    found = page.get_by_role("region", name=region, exact=True).get_by_role("row", name=name)
    return " ".join(found.inner_text().split())


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1600])
def test_the_page_is_accessible(
    chrome: Browser, listing: tuple[str, Database], scheme: str, width: int
) -> None:
    """In either theme and width the page passes axe and scrolls downwards only."""
    with tab(chrome, listing[0], color_scheme=scheme, viewport={"width": width, "height": 900}) as here:  # type: ignore[arg-type]
        page = here.open("/dashboard/targets")
        expect(page.locator("#stance svg").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == width
        here.check()


def test_names_have_shares_with_intervals(here: Tab) -> None:
    """A name shows its texts and shares; nothing but a number is said of a publisher with few of them."""
    page = here.open("/dashboard/targets")
    assert row(page, "Names", "Aldo Brandt").startswith("Aldo Brandt 30 0.0")
    assert "100.0 % 88.6 %–100.0 %" in row(page, "Names", "Aldo Brandt").replace("\u202f", " ")
    told = row(page, "By publisher", "Small Gazette")
    assert told == "Small Gazette 5 fewer than 20: nothing but their number is said"
    assert "100.0" in row(page, "By publisher", "Harbour Times")
    expect(page.get_by_text("in no text of this view")).to_have_count(1)
    expect(page.get_by_role("row", name="Private Person")).to_have_count(0)


def test_another_name_is_looked_at(here: Tab) -> None:
    """A name leads to its chart and its CSV, for the view that is shown."""
    page = here.open("/dashboard/targets")
    page.get_by_role("link", name="Nora Quist").click()
    expect(page.get_by_role("heading", name="Nora Quist", exact=True)).to_be_visible()
    with page.expect_download() as saved:
        page.get_by_role("link", name="CSV").click()
    head, *lines = saved.value.path().read_text().splitlines()
    assert head.startswith("week,target,stance,share")
    assert lines
    assert all(",Nora Quist," in line for line in lines)
    page.get_by_label("From").fill("2026-11-15")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("heading", name="Nora Quist", exact=True)).to_be_visible()
    expect(page.get_by_role("region", name="Names").get_by_role("row", name="Nora Quist 2 ")).to_be_visible()


def test_the_list_is_changed(here: Tab, listing: tuple[str, Database]) -> None:
    """A name is followed, one that is barred is refused, and a removed one goes with what was kept of it."""
    page = here.open("/dashboard/targets")
    page.get_by_label("Follow a name", exact=True).fill("Ilse Marrant")
    page.get_by_role("button", name="Follow", exact=True).click()
    expect(page.get_by_role("region", name="The list")).to_contain_text("Ilse Marrant")
    page.get_by_label("Follow a name", exact=True).fill("private  PERSON")
    page.get_by_role("button", name="Follow", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("must not be followed")
    here.complaints.clear()
    page.get_by_label("Never follow a name").fill("Somebody Else")
    page.get_by_role("button", name="Bar", exact=True).click()
    expect(page.get_by_role("region", name="Not to be followed")).to_contain_text("Somebody Else")
    entry = page.get_by_role("region", name="The list").get_by_role("listitem").filter(has_text="Aldo Brandt")
    entry.get_by_text("Remove", exact=False).first.click()
    entry.get_by_role("button", name="Remove, with every score kept of it").click()
    expect(page.get_by_role("row", name="Aldo Brandt")).to_have_count(0)
    assert names(listing) == [
        ("Nora Quist", False), ("Nobody Atall", False), ("Private Person", True), ("Ilse Marrant", False),
        ("Somebody Else", True),
    ]  # fmt: skip
    here.check()


def test_hostile_names_stay_names(chrome: Browser, listing: tuple[str, Database]) -> None:
    """Payloads as names are shown letter for letter, in lists, rows and charts, and nothing runs."""
    some = [" ".join(one.split()) for one in PAYLOADS[:20]]
    for name in some:
        follow(listing[1], name, False, "cli")
    for number in range(3):
        keep(Store(listing[1], 90), "scores", text=f"Number {number} of the texts is here.", targets=some[:5])
    with tab(chrome, listing[0]) as here:
        here.page.add_init_script("window.ran = 0; window.alert = () => { window.ran += 1; };")
        page = here.open("/dashboard/targets")
        page.get_by_role("link", name=some[0], exact=True).click()
        here.drawn()
        shown = page.get_by_role("region", name="The list").locator("strong").all_inner_texts()
        assert {" ".join(one.split()) for one in shown} >= {*some}
        page.get_by_label("Follow a name", exact=True).fill(PAYLOADS[30])
        page.get_by_role("button", name="Follow", exact=True).click()
        expect(page.get_by_role("region", name="The list")).to_contain_text(PAYLOADS[30])
        assert page.evaluate("window.ran") == 0
        here.check()


def test_an_empty_list_says_what_to_do(chrome: Browser, home: Path) -> None:
    """Without a name the page says what the list is for, and a first name is put there."""
    with serving(create_app(Settings(), FakeScorer())) as address, tab(chrome, address) as here:
        page = here.open("/dashboard/targets")
        expect(page.get_by_role("heading", name="No name is on the list")).to_be_visible()
        here.check()
        page.get_by_label("Follow a name", exact=True).fill("Aldo Brandt")
        page.get_by_role("button", name="Follow", exact=True).click()
        expect(page.get_by_role("region", name="The list")).to_contain_text("in no text of this view")
