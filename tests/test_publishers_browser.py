"""The publishers and the demo in a real browser: clicked through, with what it does to the store."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import Tab, serving, tab
from fakes import FakeScorer
from made_store import keep_many
from payloads import PAYLOADS
from playwright.sync_api import Browser, expect

from models.listings import Listing, Listings, ListSource
from service.app import create_app
from service.demo import filling
from service.demo.outlets import DOMAINS
from service.demo.writer import pieces
from service.settings import Settings
from service.store.database import Database, database_at
from service.store.revision import prepare
from service.store.samples import number_of

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("home")]
#: The boxes of each text of an element: one where it was not torn.
LINES = """(it) => [...it.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((text) => {
  const range = document.createRange();
  range.selectNodeContents(text);
  return [...range.getClientRects()].map((box) => box.top);
})"""
SIZES = [(1600, 1000, "light"), (390, 844, "dark")]


@pytest.fixture
def store(home: Path) -> Database:
    """Return the store of this test's server, empty."""
    database = database_at("", home)
    prepare(database)
    return database


@pytest.fixture
def filled(store: Database, home: Path) -> Database:
    """Keep texts of three publishers, of one too few, and a list that knows one of them."""
    ours = {"bundle": "fake.1"}
    keep_many(
        store, 25, publisher="herald.example", advocacy=0.9, advocacy_label="advocacy", frames=5, **ours
    )
    keep_many(store, 30, publisher="ledger.example", frames=3, **ours)
    keep_many(store, 7, publisher="small.example", **ours)
    source = ListSource(
        "State list", "A list of state media", "https://lists.example/state", "MIT", "2023", "0" * 64
    )
    stated = Listing("state", "2023", ("Herald",), {"country": ("Averne",)})
    Listings("2026-11-22", {"state": source}, {"herald.example": (stated,)}).write(home)
    return store


@pytest.fixture
def address(scorer: FakeScorer, store: Database) -> Iterator[str]:
    """Serve."""
    with serving(create_app(Settings(rate_limit=""), scorer)) as here:
        yield here


def shown(here: Tab) -> list[str]:
    """Return the publishers of the table, in its order."""
    return here.page.locator("table tbody th[scope=row] a[href*=publisher]").all_inner_texts()


@pytest.mark.parametrize(("width", "height", "scheme"), SIZES)
def test_the_pages_are_sound(
    width: int, height: int, scheme: str, chrome: Browser, address: str, filled: Database
) -> None:
    """Wide and light or narrow and dark: no error, nothing foreign, no finding of axe, not too wide."""
    more = {"viewport": {"width": width, "height": height}, "color_scheme": scheme}
    pair = "publisher=ledger.example&publisher=herald.example"
    with tab(chrome, address, **more) as here:
        for path in ("", "?publisher=small.example", "/compare", f"/compare?{pair}"):
            here.open(f"/dashboard/publishers{path}")
            here.check()
            assert here.page.evaluate("document.documentElement.scrollWidth") <= width
        here.open("/dashboard/demo")
        here.check()


def test_names_are_whole_on_a_telephone(chrome: Browser, address: str, filled: Database) -> None:
    """A name that is too long for its line is broken before a dot or between words, not cut or torn."""
    keep_many(filled, 25, publisher="evening-lantern.example", bundle="fake.1")
    with tab(chrome, address, viewport={"width": 390, "height": 844}) as here:
        page = here.open("/dashboard/publishers")
        drawn = page.locator("#publishers-shares svg.plot-svg").first
        expect(drawn).to_contain_text("evening-lantern.example")
        expect(drawn).not_to_contain_text("…")
        lines = page.locator(".multiples h4", has_text="evening-lantern.example").evaluate(LINES)
        assert [len(of_part) for of_part in lines] == [1, 1]


def test_a_heading_sorts_and_the_address_keeps_it(chrome: Browser, address: str, filled: Database) -> None:
    """Clicked, the table is sorted; clicked again, the other way; going back brings the order before."""
    with tab(chrome, address) as here:
        page = here.open("/dashboard/publishers")
        assert shown(here) == ["ledger.example", "herald.example", "small.example"]
        page.get_by_role("link", name="Read like advocacy", exact=True).click()
        expect(page.locator("th[aria-sort=descending]")).to_contain_text("Read like advocacy")
        assert shown(here) == ["herald.example", "ledger.example", "small.example"]
        page.get_by_role("link", name="Read like advocacy", exact=True).press("Enter")
        expect(page.locator("th[aria-sort=ascending]")).to_contain_text("Read like advocacy")
        assert shown(here) == ["ledger.example", "herald.example", "small.example"]
        assert page.url.endswith("sort=share&order=up")
        here.drawn()


def test_filters_narrow_the_table(chrome: Browser, address: str, filled: Database) -> None:
    """A publisher that is named is the only one left, and reset brings all back."""
    with tab(chrome, address) as here:
        page = here.open("/dashboard/publishers")
        page.get_by_label("Publisher", exact=True).fill("ledger.example")
        page.get_by_role("button", name="Show").click()
        expect(page.get_by_role("heading", name="1 publisher")).to_be_visible()
        assert shown(here) == ["ledger.example"]
        page.get_by_role("link", name="Reset").click()
        expect(page.get_by_role("heading", name="3 publishers")).to_be_visible()


def test_two_that_are_ticked_are_compared(chrome: Browser, address: str, filled: Database) -> None:
    """From the table to both side by side, by keyboard; swapped by a click."""
    with tab(chrome, address) as here:
        page = here.open("/dashboard/publishers")
        for name in ("herald.example", "ledger.example"):
            page.get_by_role("checkbox", name=f"Compare {name}").focus()
            page.keyboard.press("Space")
        page.get_by_role("button", name="Compare the two chosen").press("Enter")
        here.drawn()
        expect(page.locator(".sides thead th").first).to_have_text("ledger.example")
        expect(page.locator("#compare-frames svg").first).to_be_visible()
        page.get_by_role("link", name="Swap").click()
        here.drawn()
        expect(page.locator(".sides thead th").first).to_have_text("herald.example")
        expect(page.locator(".card.outside").first).to_contain_text("Averne")
        expect(page.locator(".card.outside").last).to_contain_text("unknown")


def test_without_scripts_it_is_all_there(chrome: Browser, address: str, filled: Database) -> None:
    """Sorting, comparing and the numbers of each chart work as plain links, forms and tables."""
    with tab(chrome, address, java_script_enabled=False) as here:
        page = here.page
        page.goto(f"{address}/dashboard/publishers")
        page.get_by_role("link", name="Read like advocacy", exact=True).click()
        assert shown(here)[0] == "herald.example"
        expect(page.locator("#publishers-over-time details table")).to_be_visible()
        page.get_by_role("checkbox", name="Compare herald.example").check()
        page.get_by_role("checkbox", name="Compare ledger.example").check()
        page.get_by_role("button", name="Compare the two chosen").click()
        expect(page.locator("#compare-frames details table")).to_contain_text("economic")


def test_hostile_names_run_nothing(chrome: Browser, address: str, store: Database) -> None:
    """Publishers whose names are scripts are drawn and compared as text."""
    for payload in PAYLOADS[:12]:
        keep_many(store, 20, publisher=payload[:200], bundle="fake.1")
    dialogs: list[str] = []
    with tab(chrome, address) as here:
        here.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        page = here.open("/dashboard/publishers")
        page.locator("#publishers-shares svg").hover()
        for box in page.get_by_role("checkbox").all()[:2]:
            box.check()
        page.get_by_role("button", name="Compare the two chosen").click()
        here.drawn()
        page.locator("#compare-frames .plot svg").first.hover()
    assert dialogs == []


def test_the_demo_fills_an_empty_store(
    chrome: Browser, address: str, store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From an empty page by one click to a store with articles, followed to its end, and out again."""
    monkeypatch.setattr(filling, "pieces", lambda: pieces()[:60])
    with tab(chrome, address) as here:
        page = here.open("/dashboard/publishers")
        here.check()
        page.get_by_role("button", name="Fill with the demo").click()
        expect(page.get_by_role("heading", name="In the store")).to_be_visible(timeout=30_000)
        with store.read() as connection:
            assert number_of(connection, DOMAINS) == 60
        page.get_by_role("link", name="Publishers").last.click()
        here.drawn()
        assert "meridianwire.example" in shown(here)
        page.get_by_role("link", name="the demo’s").click()
        page.get_by_role("button", name="Remove the demo").click()
        expect(page.get_by_role("heading", name="Not in the store")).to_be_visible(timeout=30_000)
    with store.read() as connection:
        assert number_of(connection, DOMAINS) == 0
