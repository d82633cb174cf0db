"""The overview in a browser: looked at, filtered, saved, with a keyboard, on a telephone, in the dark."""

import base64
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from browsing import Tab, serving, tab
from fakes import FakeScorer
from made_dashboard import LAST, fill_dashboard
from made_keys import key_ids, make_key, revoke_key
from made_store import keep_many
from payloads import PAYLOADS
from playwright.sync_api import Browser, Route, expect

from service.app import create_app
from service.settings import Settings
from service.store.database import database_at

pytestmark = pytest.mark.browser
CHARTS = 7
#: What a page may weigh with all that it loads, before compression.
MOST_BYTES = 700_000
#: The size of a picture, and how many colours there are below its heading.
PICTURE = """async (data) => {
  const image = new Image();
  image.src = `data:image/png;base64,${data}`;
  await image.decode();
  const { width, height } = image;
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const pen = canvas.getContext("2d");
  pen.drawImage(image, 0, 0);
  const drawn = pen.getImageData(0, 160, width, height - 160).data;
  const seen = new Set();
  for (let at = 0; at < drawn.length; at += 4) seen.add(drawn.slice(at, at + 3).join());
  return [width, height, seen.size];
}"""


#: The pairs of words in a drawing that lie on each other.
COVERED = """() => [...document.querySelectorAll("svg.plot-svg")].flatMap((svg) => {
  const boxes = [...svg.querySelectorAll("text")].filter((it) => it.textContent.trim())
    .map((it) => ({ said: it.textContent, at: it.getBoundingClientRect() }));
  const meet = ({ at: a }, { at: b }) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
  return boxes.flatMap((one, place) => boxes.slice(place + 1).filter((other) => meet(one, other))
    .map((other) => [one.said, other.said]));
})"""


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> str:
    """Try both themes."""
    return str(request.param)


def test_every_chart_is_drawn_and_accessible(chrome: Browser, shown: str, scheme: str) -> None:
    """In either theme all charts are drawn, named for screen readers, and axe finds nothing serious."""
    with tab(chrome, shown, color_scheme=scheme) as here:
        page = here.open("/dashboard/")
        expect(page.locator("figure.chart[data-ready]")).to_have_count(CHARTS)
        expect(
            page.get_by_role("img", name=re.compile("^Articles by day: Number of articles"))
        ).to_be_visible()
        expect(page.locator("nav [aria-current=page]")).to_have_text("Overview")
        here.check()
        page.locator("#frames summary").click()
        expect(page.get_by_role("region", name="Table of How they frame")).to_be_visible()
        here.check()


@pytest.mark.parametrize("width", [390, 1600])
def test_nothing_is_wider_than_the_screen(chrome: Browser, shown: str, width: int) -> None:
    """At either width the page scrolls downwards only, with every table open."""
    with tab(chrome, shown, viewport={"width": width, "height": 900}) as here:
        page = here.open("/dashboard/?publisher=harbour-times.example")
        for summary in page.locator("details.numbers summary").all():
            summary.click()
        assert page.evaluate("document.documentElement.scrollWidth") == width
        here.check()


@pytest.mark.parametrize("width", [390, 1600])
def test_no_words_lie_on_each_other(chrome: Browser, shown: str, width: int) -> None:
    """Within a drawing no tick and no name of an axis covers another, and counts have whole numbers."""
    with tab(chrome, shown, viewport={"width": width, "height": 900}) as here:
        for days in ("", "?from=2026-10-22&to=2026-11-11"):  # in the middle of these a month begins
            page = here.open(f"/dashboard/{days}")
            assert page.evaluate(COVERED) == []
        here.open("/dashboard/?publisher=small-gazette.example")
        said = page.locator("#articles svg.plot-svg text").all_text_contents()
        assert said
        assert not [text for text in said if re.fullmatch(r"\d+\.\d+", text)]


def test_filters_change_the_page_and_its_address(visit_to: Tab) -> None:
    """A filter swaps the content, stands in the address, and is gone again by the back button."""
    page = visit_to.open("/dashboard/")
    before = page.locator(".figures dd").first.text_content()
    page.get_by_label("Publisher", exact=True).fill("harbour-times.example")
    page.get_by_role("radio", name="copies").check()
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".chip")).to_have_text(re.compile("harbour-times.example"))
    expect(page).to_have_url(re.compile(r"add=harbour-times\.example.*count=copies"))
    visit_to.drawn()
    after = page.locator(".figures dd").first.text_content()
    assert before != after
    shared = page.url
    page.go_back()
    expect(page.locator(".figures dd").first).to_have_text(before or "")
    page.goto(shared)
    expect(page.locator(".figures dd").first).to_have_text(after or "")
    page.get_by_role("link", name="Leave out harbour-times.example").click()
    expect(page.locator(".chip")).to_have_count(0)
    visit_to.check()


def test_days_and_labels_are_filters(visit_to: Tab) -> None:
    """Days and a source type narrow the page; Reset takes them back."""
    page = visit_to.open("/dashboard/")
    page.get_by_label("From").fill("2026-11-01")
    page.get_by_label("Reads like").select_option("satire")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#source-types .none")).to_contain_text("filtered by “satire”")
    expect(page.locator(".heading")).to_contain_text("2026-11-01 to 2026-11-20")
    page.get_by_role("link", name="Reset").click()
    expect(page.locator("#source-types svg").first).to_be_visible()


def test_an_announcement_and_focus_follow_a_swap(visit_to: Tab) -> None:
    """After a filter the keyboard is at the content, and screen readers are told."""
    page = visit_to.open("/dashboard/")
    page.get_by_label("Frame", exact=True).select_option("economic")
    page.get_by_role("button", name="Show").press("Enter")
    expect(page.locator("#said")).to_have_text("The page shows the new view.")
    expect(page.locator("main")).to_be_focused()


def test_keyboard_alone_is_enough(visit_to: Tab) -> None:
    """The first Tab leads past the bar, and every stop is visible."""
    page = visit_to.open("/dashboard/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Publisher", exact=True)).to_be_focused()
    width = page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)")
    assert width >= 2


def test_data_come_as_csv(visit_to: Tab) -> None:
    """The link of a chart saves its numbers for the view that is shown."""
    page = visit_to.open("/dashboard/?count=copies")
    with page.expect_download() as saved:
        page.get_by_role("link", name="CSV of Articles by day").click()
    assert saved.value.suggested_filename == "articles.csv"
    head, *rows = saved.value.path().read_text().splitlines()
    assert head == "day,stories,copies"
    assert rows[-1].startswith(str(LAST))


@pytest.mark.parametrize("name", ["articles", "frames-over-time", "abstentions"])
def test_a_chart_comes_as_png(chrome: Browser, shown: str, scheme: str, name: str) -> None:
    """The button saves a picture with the drawing in it, in the colours of the page."""
    with tab(chrome, shown, color_scheme=scheme) as here:
        page = here.open("/dashboard/")
        with page.expect_download() as saved:
            page.locator(f"#{name} button.png").click()
        assert saved.value.suggested_filename == f"{name}.png"
        data = base64.b64encode(saved.value.path().read_bytes()).decode()
        width, height, colours = page.evaluate(PICTURE, data)
        assert width > 900
        assert height > 400
        assert colours > 20


def test_the_theme_is_chosen_and_stays(visit_to: Tab) -> None:
    """The button goes from the system's theme to light and dark; the choice outlives the page."""
    page = visit_to.open("/dashboard/")
    paper = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(paper)
    button = page.locator("#theme")
    expect(button).to_have_accessible_name("Theme: Auto, as the system has it; change")
    button.click()
    button.click()
    expect(button).to_have_accessible_name("Theme: Dark; change")
    dark = page.evaluate(paper)
    assert dark != light
    visit_to.open("/")
    assert page.evaluate(paper) == dark
    page.locator("#theme").click()
    assert page.evaluate(paper) == light
    assert page.evaluate("localStorage.length") == 0


def test_without_scripts_the_tables_stand_in(chrome: Browser, shown: str) -> None:
    """A browser without JavaScript shows all numbers as tables, and the form works."""
    with tab(chrome, shown, java_script_enabled=False) as here:
        page = here.page
        page.goto(f"{shown}/dashboard/")
        expect(page.get_by_role("table").first).to_be_visible()
        page.get_by_label("Reads like").select_option("satire")
        page.get_by_role("button", name="Show").click()
        expect(page).to_have_url(re.compile("source_type=satire"))
        expect(page.get_by_text("filtered by “satire”").first).to_be_visible()
        expect(page.locator("button.png").first).to_be_hidden()


def test_a_server_that_does_not_answer_is_told(chrome: Browser, shown: str) -> None:
    """When a filter gets no answer, the page says so and keeps what it showed."""
    with tab(chrome, shown) as here:
        page = here.open("/dashboard/")
        page.route("**/dashboard/?*", lambda route: route.abort())
        page.get_by_role("button", name="Show").click()
        expect(page.get_by_role("alert")).to_contain_text("The service did not answer")
        expect(page.locator("#articles svg").first).to_be_visible()
        here.complaints.clear()


def test_a_problem_is_a_page(chrome: Browser, shown: str) -> None:
    """A page that is not there is told in the same design, with a way on."""
    with tab(chrome, shown) as here:
        here.page.goto(f"{shown}/dashboard/nowhere")
        expect(here.page.get_by_role("alert")).to_contain_text("Not Found")
        here.complaints.clear()
        here.check()
        here.page.get_by_role("link", name="To the overview").click()
        here.drawn()


@pytest.mark.parametrize(
    "path",
    ["/", "/sign-in", *(f"/dashboard/{name}" for name in ("", "publishers", "articles", "targets", "model"))],
)
def test_a_page_weighs_little(chrome: Browser, shown: str, path: str) -> None:
    """All that a page loads is below the limit, and every part comes from here."""
    with tab(chrome, shown) as here:
        sizes: dict[str, int] = {}
        here.page.on("response", lambda got: sizes.update({got.url: len(got.body())}))
        here.open(path)
        here.page.wait_for_load_state("load")
        assert sum(sizes.values()) < MOST_BYTES


@pytest.mark.parametrize("path", ["/", "/sign-in"])
def test_the_other_pages_are_accessible(chrome: Browser, shown: str, scheme: str, path: str) -> None:
    """The page that scores a text, with its answer, and the form to sign in pass the same check."""
    with tab(chrome, shown, color_scheme=scheme) as here:
        page = here.open(path)
        here.check()
        if path == "/":
            page.get_by_role("button", name="Try an example").click()
            expect(page.locator(".reading")).to_be_visible()
            here.check()


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve a store whose publishers and bundles are called what has run as code elsewhere."""
    with pytest.MonkeyPatch.context() as patch:
        home = tmp_path_factory.mktemp("hostile")
        patch.setenv("SLANTWISE_HOME", str(home))
        app = create_app(Settings(), FakeScorer())
        database = database_at("", home)
        fill_dashboard(database)
        for payload in PAYLOADS:
            keep_many(database, 1, publisher=payload[:200], bundle="fake.1")
        keep_many(database, 25, publisher=PAYLOADS[0], bundle=PAYLOADS[0][:64])
        with serving(app) as address:
            yield address


def test_names_are_text(chrome: Browser, hostile: str) -> None:
    """Publishers and bundles, in lists, chips, charts and addresses, are shown as text and never run."""
    with tab(chrome, hostile) as here:
        page = here.page
        page.add_init_script("window.ran = 0; window.alert = () => { window.ran += 1; };")
        query = urlencode([("publisher", one) for one in PAYLOADS[:50]])
        here.open(f"/dashboard/?{query}")
        shown = page.locator(".chip").all_inner_texts()
        assert len(shown) == 50
        assert shown[0].startswith(PAYLOADS[0])
        options = page.locator("#publishers option").evaluate_all("all => all.map((it) => it.value)")
        assert {" ".join(one.split()) for one in PAYLOADS} <= {*options}
        here.open("/dashboard/?bundle=%3Cscript%3Ealert(1)%3C/script%3E")
        expect(page.locator("figure.chart[data-ready]")).not_to_have_count(0)
        assert page.evaluate("window.ran") == 0
        here.check()


def test_filters_fold_on_a_telephone(chrome: Browser, shown: str) -> None:
    """On a narrow screen the form is one line until it is opened; on a wide one it stands open."""
    with tab(chrome, shown, viewport={"width": 390, "height": 844}) as here:
        page = here.open("/dashboard/?frame=economic")
        expect(page.get_by_label("Publisher", exact=True)).to_be_hidden()
        page.get_by_text("Filters 1 set").click()
        page.get_by_label("Publisher", exact=True).fill("quay-and-tide.example")
        page.get_by_role("button", name="Show").click()
        expect(page.locator(".chip")).to_be_visible()
        page.set_viewport_size({"width": 1200, "height": 800})
        expect(page.get_by_label("Publisher", exact=True)).to_be_visible()
        here.check()


def test_a_session_that_ended_leads_to_the_form(chrome: Browser, home: Path) -> None:
    """Who filters after the key was revoked comes to the form, and from there back to the very view."""
    key, other = make_key("read"), make_key("read")
    app = create_app(Settings(), FakeScorer())
    fill_dashboard(database_at("", home))
    with serving(app) as address, tab(chrome, address) as here:
        page = here.page
        page.goto(f"{address}/dashboard/?frame=economic")
        page.locator("input#key").fill(key)
        page.get_by_role("button", name="Sign in").click()
        here.drawn()
        revoke_key(key_ids()[0])
        page.wait_for_timeout(2_500)
        page.get_by_role("radio", name="copies").check()
        page.get_by_role("button", name="Show").click()
        page.locator("input#key").fill(other)
        page.get_by_role("button", name="Sign in").click()
        expect(page).to_have_url(re.compile("frame=economic.*count=copies"))
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def test_waiting_is_shown(visit_to: Tab) -> None:
    """While a new view is on its way, a line runs across the top and screen readers are told."""
    page = visit_to.open("/dashboard/")
    held: list[Route] = []
    page.route("**/dashboard/?*", lambda route: held.append(route))
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#loading")).to_be_visible()
    expect(page.locator("#said")).to_have_text("Loading …")
    held[0].continue_()
    expect(page.locator("#loading")).to_be_hidden()
