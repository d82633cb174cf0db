"""The page at / and the handbook at /docs, in a browser, under the strict policy."""

from collections.abc import Iterator

import pytest
import requests
from browsing import Tab, chromium, serving, tab
from fakes import FakeScorer
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect

from service.app import create_app
from service.settings import Settings

TEXT = "Ships 😀😀 stay in port. <img src=x onerror=alert(1)> is no tag. “It is a betrayal,” she said."


def score(visit: Tab, text: str) -> None:
    """Paste a text and ask for its score."""
    visit.page.goto(visit.address)
    visit.page.get_by_label("Text").fill(text)
    visit.page.get_by_role("button", name="Score").click()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Serve the app over the fake scorer on a free port of this machine."""
    with serving(create_app(Settings(), FakeScorer())) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Debian's Chromium."""
    with chromium() as browser:
        yield browser


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Tab]:
    """Open a page that listens, and check at the end that nothing went wrong on it."""
    with tab(browser, address) as visit:
        yield visit


@pytest.mark.browser
def test_example_is_scored(visit: Tab) -> None:
    """The example shows every part of an answer, sentences coloured, and asks nobody else."""
    visit.page.goto(visit.address)
    expect(visit.page.locator("#answer .empty")).to_be_visible()
    visit.page.get_by_role("button", name="Try an example").click()
    expect(visit.page.locator(".card h3")).to_have_text(["Advocacy", "Type of source", "Frames", "Stance"])
    expect(visit.page.locator(".card h4").first).to_contain_text("Aldo Brandt")
    expect(visit.page.locator("footer")).to_contain_text("fake.1")
    colours = {
        mark.evaluate("it => getComputedStyle(it).backgroundColor")
        for mark in visit.page.locator("mark").all()
    }
    assert len(colours) > 2


@pytest.mark.browser
def test_nothing_is_kept(visit: Tab) -> None:
    """What is pasted into the page is scored and not kept."""
    kept = [visit.page.request.get(f"{visit.address}/v1/scores").json()["scores"]]
    score(visit, TEXT)
    expect(visit.page.locator(".card h3").first).to_be_visible()
    kept.append(visit.page.request.get(f"{visit.address}/v1/scores").json()["scores"])
    assert kept[0] == kept[1]


@pytest.mark.browser
def test_sentences_are_cut_by_code_points(visit: Tab) -> None:
    """Each mark is exactly its sentence, whatever emoji it has, and markup stays text."""
    score(visit, TEXT)
    marks = visit.page.locator(".body mark")
    expect(marks).to_have_text(
        [
            "Ships 😀😀 stay in port.",
            "<img src=x onerror=alert(1)> is no tag.",
            "“It is a betrayal,” she said.",
        ]
    )
    assert visit.page.locator(".body").text_content() == TEXT
    assert visit.page.locator(".body img").count() == 0


@pytest.mark.browser
def test_numbers_come_by_keyboard(visit: Tab) -> None:
    """Arrow keys move through the sentences and show the numbers of each; the signal can be changed."""
    score(visit, TEXT)
    visit.page.locator("mark").first.focus()
    visit.page.keyboard.press("ArrowRight")
    expect(visit.page.locator("#detail")).to_contain_text("Sentence 2: loaded language 0.")
    before = visit.page.locator("mark").first.get_attribute("class")
    visit.page.get_by_label("call to action").check()
    assert visit.page.locator("mark").first.get_attribute("class") != before


@pytest.mark.browser
def test_abstention_is_said(visit: Tab) -> None:
    """A text that is too short gets no label, and the reason in words."""
    score(visit, "Too short.")
    expect(visit.page.locator(".verdict.none").first).to_have_text("No label: the text is too short.")
    expect(visit.page.locator(".warnings")).to_contain_text("very short")


@pytest.mark.browser
def test_problems_are_shown(visit: Tab) -> None:
    """An empty form is told at once; what the service refuses is shown in its own words."""
    visit.page.goto(visit.address)
    visit.page.get_by_role("button", name="Score").click()
    expect(visit.page.get_by_role("alert")).to_contain_text("There is no text yet")
    visit.page.get_by_label("Stance towards").fill("x" * 201)
    visit.page.get_by_label("Text").fill(TEXT)
    visit.page.get_by_role("button", name="Score").click()
    expect(visit.page.get_by_role("alert")).to_contain_text(
        "targets.0: String should have at most 200 characters"
    )
    visit.complaints.clear()


@pytest.mark.browser
@pytest.mark.parametrize("path", ["/", "/docs"])
def test_fits_a_telephone(visit: Tab, path: str) -> None:
    """At 390 pixels nothing is wider than the screen."""
    visit.page.set_viewport_size({"width": 390, "height": 844})
    visit.page.goto(visit.address + path)
    if path == "/":
        visit.page.get_by_role("button", name="Try an example").click()
        expect(visit.page.locator(".reading")).to_be_visible()
    assert visit.page.evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.browser
def test_handbook_comes_from_here(visit: Tab) -> None:
    """/docs shows every operation without a complaint or a foreign request."""
    visit.page.goto(visit.address + "/docs")
    document = requests.get(visit.address + "/openapi.json", timeout=5).json()
    operations = sum(len(path) for path in document["paths"].values())
    assert operations > 6
    expect(visit.page.locator(".opblock")).to_have_count(operations)
    visit.page.locator(".opblock-summary-control", has_text="/v1/score/batch").click()
    expect(visit.page.locator(".responses-wrapper")).to_be_visible()


def test_page_names_the_bundle_and_holds_no_inline_code(client: FlaskClient) -> None:
    """The page is rendered with the bundle's name; its only inline script is data."""
    page = client.get("/").get_data(as_text=True)
    assert "<strong>fake.1</strong>" in page
    assert page.count("<script") == 3
    assert '<script src="/static/theme.js"></script>' in page
    assert '<script type="application/json" id="labels">' in page
    assert " style=" not in page
