"""The page at / and the handbook at /docs, in a browser, under the strict policy."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
import requests
from fakes import FakeScorer
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import make_server

from service.app import create_app
from service.settings import Settings

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]
TEXT = "Ships 😀😀 stay in port. <img src=x onerror=alert(1)> is no tag. “It is a betrayal,” she said."


@dataclass
class Visit:
    """A page with what it complained of and what it asked for."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def listen(self) -> "Visit":
        """Note every console error, uncaught error and request to another place."""
        self.page.on(
            "console", lambda said: self.complaints.append(said.text) if said.type == "error" else None
        )
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda asked: self._note(asked.url))
        return self

    def _note(self, url: str) -> None:
        if not url.startswith((self.address, "data:")):
            self.foreign.append(url)

    def score(self, text: str) -> None:
        """Paste a text and ask for its score."""
        self.page.goto(self.address)
        self.page.get_by_label("Text").fill(text)
        self.page.get_by_role("button", name="Score").click()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Serve the app over the fake scorer on a free port of this machine."""
    server = make_server("127.0.0.1", 0, create_app(Settings(), FakeScorer()), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Debian's Chromium."""
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    """Open a page that listens, and check at the end that nothing went wrong on it."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    visit = Visit(page, address).listen()
    yield visit
    assert (visit.complaints, visit.foreign) == ([], [])
    page.close()


@pytest.mark.browser
def test_example_is_scored(visit: Visit) -> None:
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
def test_nothing_is_kept(visit: Visit) -> None:
    """What is pasted into the page is scored and not kept."""
    kept = [visit.page.request.get(f"{visit.address}/v1/scores").json()["scores"]]
    visit.score(TEXT)
    expect(visit.page.locator(".card h3").first).to_be_visible()
    kept.append(visit.page.request.get(f"{visit.address}/v1/scores").json()["scores"])
    assert kept[0] == kept[1]


@pytest.mark.browser
def test_sentences_are_cut_by_code_points(visit: Visit) -> None:
    """Each mark is exactly its sentence, whatever emoji it has, and markup stays text."""
    visit.score(TEXT)
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
def test_numbers_come_by_keyboard(visit: Visit) -> None:
    """Arrow keys move through the sentences and show the numbers of each; the signal can be changed."""
    visit.score(TEXT)
    visit.page.locator("mark").first.focus()
    visit.page.keyboard.press("ArrowRight")
    expect(visit.page.locator("#detail")).to_contain_text("Sentence 2: loaded language 0.")
    before = visit.page.locator("mark").first.get_attribute("class")
    visit.page.get_by_label("call to action").check()
    assert visit.page.locator("mark").first.get_attribute("class") != before


@pytest.mark.browser
def test_abstention_is_said(visit: Visit) -> None:
    """A text that is too short gets no label, and the reason in words."""
    visit.score("Too short.")
    expect(visit.page.locator(".verdict.none").first).to_have_text("No label: the text is too short.")
    expect(visit.page.locator(".warnings")).to_contain_text("very short")


@pytest.mark.browser
def test_problems_are_shown(visit: Visit) -> None:
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
def test_fits_a_telephone(visit: Visit, path: str) -> None:
    """At 390 pixels nothing is wider than the screen."""
    visit.page.set_viewport_size({"width": 390, "height": 844})
    visit.page.goto(visit.address + path)
    if path == "/":
        visit.page.get_by_role("button", name="Try an example").click()
        expect(visit.page.locator(".reading")).to_be_visible()
    assert visit.page.evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.browser
def test_handbook_comes_from_here(visit: Visit) -> None:
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
