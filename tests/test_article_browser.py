"""The list of articles and the Article page in a browser: read, judged by click and by key, undone."""

import re
from collections.abc import Iterator

import pytest
from browsing import Tab, tab
from made_library import HOSTILE, TEXT, Library, library
from payloads import PAYLOADS
from playwright.sync_api import Browser, Locator, Page, expect

pytestmark = pytest.mark.browser
#: What a page may weigh with all that it loads, before compression.
MOST_BYTES = 700_000
#: The words of an element without what is only said to screen readers.
WORDS = """(it) => {
  const copy = it.cloneNode(true);
  for (const unseen of copy.querySelectorAll(".unseen")) unseen.remove();
  return copy.textContent;
}"""


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Serve some articles."""
    with library(tmp_path_factory.mktemp("library")) as made:
        yield made


@pytest.fixture
def here(chrome: Browser, shelf: Library) -> Iterator[Tab]:
    """Open a tab on them, with no vote given yet."""
    shelf.forget_votes()
    with tab(chrome, shelf.address) as opened:
        yield opened


def article(here: Tab, shelf: Library, name: str = "whole", query: str = "", rater: str = "") -> Page:
    """Open an article, as a rater where one is named."""
    page = here.open(f"/dashboard/articles/{shelf.ids[name]}{query}")
    if rater:
        page.get_by_label("Judge as", exact=True).fill(rater)
        page.get_by_role("button", name="Begin").click()
        expect(page.get_by_label("You judge as")).to_have_value(rater)
    expect(page.get_by_role("button", name="Keyboard")).to_be_visible()  # the script is there
    return page


def words(part: Locator) -> str:
    """Return the words of a part as somebody sees them."""
    return str(part.evaluate(WORDS))


def settled(page: Page, sentence: int) -> None:
    """Wait until a sentence is looked at."""
    expect(page.locator("#sentence .seen")).to_have_attribute("data-place", str(sentence))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["", "/{whole}?sentence=2", "/{bare}?sentence=2", "/{short}"])
def test_pages_are_accessible(chrome: Browser, shelf: Library, scheme: str, path: str) -> None:
    """In either theme the list and each kind of article pass axe, without a complaint of the browser."""
    with tab(chrome, shelf.address, color_scheme=scheme) as here:
        here.open("/dashboard/articles" + path.format(**shelf.ids))
        here.check()


@pytest.mark.parametrize("width", [390, 1600])
@pytest.mark.parametrize("path", ["", "/{whole}?sentence=2", "/{bare}?sentence=2", "/{hostile}?sentence=1"])
def test_nothing_is_wider_than_the_screen(chrome: Browser, shelf: Library, width: int, path: str) -> None:
    """At either width the pages scroll downwards only."""
    with tab(chrome, shelf.address, viewport={"width": width, "height": 900}) as here:
        page = here.open("/dashboard/articles" + path.format(**shelf.ids))
        assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("path", ["articles", "articles/{whole}", "targets", "model"])
def test_a_page_weighs_little(chrome: Browser, shelf: Library, path: str) -> None:
    """All that one of these pages loads is below the limit, and every part comes from here."""
    with tab(chrome, shelf.address) as here:
        sizes: dict[str, int] = {}
        here.page.on("response", lambda got: sizes.update({got.url: len(got.body())}))
        here.open("/dashboard/" + path.format(**shelf.ids))
        here.page.wait_for_load_state("load")
        assert 20_000 < sum(sizes.values()) < MOST_BYTES


def test_a_telephone_shows_sentence_and_numbers(chrome: Browser, shelf: Library) -> None:
    """On a narrow screen the numbers lie at the foot of the screen, and the sentence stays in sight above."""
    with tab(chrome, shelf.address, viewport={"width": 390, "height": 700}) as here:
        page = article(here, shelf)
        for place in (1, 2, 3, 4):
            page.keyboard.press("j")
            settled(page, place)
            sentence = page.locator(f"#s-{place}").bounding_box()
            panel = page.locator("#sentence").bounding_box()
            assert sentence
            assert panel
            assert 0 <= sentence["y"] < panel["y"] < 700


def test_the_list_is_narrowed_and_paged(here: Tab) -> None:
    """Older articles stand on further pages; filters and labels narrow the list and stay in the address."""
    page = here.open("/dashboard/articles")
    rows = page.locator(".articles > li")
    expect(rows).to_have_count(40)
    expect(rows.first.get_by_role("heading")).to_have_text("A harbour 😀 & its ships")
    page.get_by_role("link", name="Older articles").click()
    expect(page.get_by_role("link", name="Newest")).to_be_visible()
    expect(rows).not_to_have_count(40)
    page.get_by_role("navigation", name="By what advocacy says").get_by_role("link", name="No label").click()
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("No label: too short")
    page.get_by_label("Publisher").fill("nobody.example")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("heading", name="No article fits")).to_be_visible()
    expect(page).to_have_url(re.compile("label=none"))


def test_sentences_are_cut_by_code_points(here: Tab, shelf: Library) -> None:
    """The text is there letter for letter, each sentence a mark of its own."""
    page = article(here, shelf)
    assert words(page.locator(".body")) == TEXT.replace("\r\n", "\n")
    sentences = [words(one) for one in page.locator(".body a").all()]
    assert sentences[0] == "Ships 😀😀 stay in port."
    assert len(sentences) == 4


def test_another_signal_stays_at_the_sentence(here: Tab, shelf: Library) -> None:
    """Who reads by key and asks for another signal is still at the same sentence."""
    page = article(here, shelf)
    for place in (1, 2):
        page.keyboard.press("j")
        settled(page, place)
    page.keyboard.press("2")
    expect(page.get_by_role("link", name="opinion", exact=True)).to_have_attribute("aria-current", "true")
    settled(page, 2)
    expect(page).to_have_url(re.compile("signal=opinion&sentence=2"))


def test_colours_are_not_alone(here: Tab, shelf: Library) -> None:
    """Another signal colours the text anew; strong sentences are underlined, and each number can be heard."""
    page = article(here, shelf)
    before = page.locator(".body a").evaluate_all("all => all.map((it) => it.className)")
    page.get_by_role("link", name="call to action", exact=True).click()
    expect(page).to_have_url(re.compile("signal=call_to_action"))
    expect(page.get_by_role("link", name="call to action", exact=True)).to_have_attribute(
        "aria-current", "true"
    )
    after = page.locator(".body a").evaluate_all("all => all.map((it) => it.className)")
    assert after != before
    for one in page.locator(".body a").all():
        strong = (one.get_attribute("class") or "") in ("s3", "s4", "s5")
        line = one.evaluate("it => getComputedStyle(it).textDecorationLine")
        assert line == ("underline" if strong else "none")
        assert re.search(r"0\.\d\d", one.locator(".unseen").text_content() or "")


def test_back_leads_to_the_signal_before(here: Tab, shelf: Library) -> None:
    """The back button undoes the choice of a signal, and the keyboard works on what it brings back."""
    page = article(here, shelf)
    page.keyboard.press("2")
    expect(page).to_have_url(re.compile("signal=opinion"))
    expect(page.get_by_role("link", name="opinion", exact=True)).to_have_attribute("aria-current", "true")
    page.keyboard.press("j")
    settled(page, 1)
    page.go_back()
    chosen = page.get_by_role("link", name="loaded language", exact=True)
    expect(chosen).to_have_attribute("aria-current", "true")
    expect(page.get_by_role("button", name="Keyboard")).to_be_visible()
    page.keyboard.press("j")
    settled(page, 1)
    expect(page.locator("#sentence .verdict")).to_contain_text("loaded language")


def test_a_click_shows_a_sentence(here: Tab, shelf: Library) -> None:
    """A sentence that is clicked tells its numbers, and stands in the address, which can be shared."""
    page = article(here, shelf)
    page.locator("#s-3").click()
    settled(page, 3)
    expect(page.locator("#sentence h2")).to_have_text("Sentence 3 of 4 · quoted")
    expect(page.locator("#s-3")).to_have_attribute("aria-current", "true")
    expect(page).to_have_url(re.compile(r"sentence=3.*#s-3$"))
    here.open(page.url.removeprefix(here.address))
    settled(page, 3)
    here.check()


def test_a_vote_by_click_arrives(here: Tab, shelf: Library) -> None:
    """Disagreeing with a sentence is kept in the store under a hash; Undo takes it back."""
    page = article(here, shelf, query="?sentence=2", rater="reader-7")
    page.locator("#sentence").get_by_role("button", name="Disagree").click()
    expect(page.locator("#sentence .mine")).to_contain_text("You disagree · waits for review")
    expect(page.locator("#s-2")).to_have_attribute("data-mine", "disagree")
    (vote,) = shelf.votes()
    judged = (vote["head"], vote["verdict"], vote["status"], vote["source"])
    assert judged == ("loaded_language", "disagree", "pending", "api")
    assert TEXT[vote["start"] : vote["end"]] == "It is a shameful betrayal, e\u0301tienne said."
    assert b"reader-7" not in vote["rater"]
    here.check()
    page.locator("#sentence").get_by_role("button", name="Undo").click()
    expect(page.locator("#sentence .mine")).to_be_empty()
    expect(page.locator("#s-2")).not_to_have_attribute("data-mine", "disagree")
    assert shelf.votes() == []


def test_the_keyboard_alone_judges_many(here: Tab, shelf: Library) -> None:
    """The keys j and k go from sentence to sentence, a and d judge, u restores what was said before."""
    page = article(here, shelf, rater="reader-8")
    page.locator("h1").click()
    page.keyboard.press("j")
    settled(page, 1)
    page.keyboard.press("j")
    settled(page, 2)
    page.keyboard.press("a")
    expect(page.locator("#sentence .mine")).to_contain_text("You agree")
    page.keyboard.press("d")
    expect(page.locator("#sentence .mine")).to_contain_text("You disagree")
    page.keyboard.press("u")
    expect(page.locator("#sentence .mine")).to_contain_text("You agree")
    page.keyboard.press("k")
    settled(page, 1)
    page.keyboard.press("d")
    expect(page.locator("#sentence .mine")).to_contain_text("You disagree")
    assert [vote["verdict"] for vote in shelf.votes()] == ["agree", "disagree"]
    here.open(page.url.removeprefix(here.address))
    expect(page.locator("#s-1")).to_have_attribute("data-mine", "disagree")
    expect(page.locator("#s-2")).to_have_attribute("data-mine", "agree")


def test_votes_can_lead_on(here: Tab, shelf: Library) -> None:
    """Where it is wished, a vote leads on to the next sentence; the help says how, and ? opens it."""
    page = article(here, shelf, query="?sentence=1", rater="reader-9")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    here.check()
    page.get_by_label("Go on to the next sentence").check()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    for place in (2, 3, 4):
        page.keyboard.press("a")
        settled(page, place)
    page.keyboard.press("a")
    expect(page.locator("#sentence .mine")).to_contain_text("You agree")
    assert len(shelf.votes()) == 4
    page.keyboard.press("]")
    expect(page).to_have_url(re.compile(f"{shelf.ids['hostile']}"))


def test_keys_are_quicker_than_the_server(here: Tab, shelf: Library) -> None:
    """Whoever types without waiting for the answers judges each sentence once, and each as was meant."""
    page = article(here, shelf, query="?sentence=1", rater="reader-11")
    page.keyboard.type("ajdjjjkad")
    settled(page, 3)
    expect(page.locator("#sentence .mine")).to_contain_text("You disagree")
    said = {vote["start"]: vote["verdict"] for vote in shelf.votes()}
    assert [said[start] for start in sorted(said)] == ["agree", "disagree", "disagree"]
    expect(page.locator("#s-1")).to_have_attribute("data-mine", "agree")
    expect(page.locator("#s-2")).to_have_attribute("data-mine", "disagree")


def test_a_key_right_after_the_help_is_closed_counts(here: Tab, shelf: Library) -> None:
    """Who types before the browser took the focus out of the closed help is heard; inside it, nobody."""
    page = article(here, shelf, query="?sentence=1", rater="reader-10")
    page.keyboard.press("?")
    page.get_by_label("Go on to the next sentence").focus()
    page.keyboard.press("d")
    page.evaluate("""() => {
      const focused = document.activeElement;
      focused.closest("dialog").close();
      focused.dispatchEvent(new KeyboardEvent("keydown", { key: "a", bubbles: true }));
    }""")
    expect(page.locator("#sentence .mine")).to_contain_text("You agree")
    assert [vote["verdict"] for vote in shelf.votes()] == ["agree"]


def test_frames_of_sentences_are_asked_for(here: Tab, shelf: Library) -> None:
    """A frame of a sentence has a number and no decision: people say yes or no, by y and n."""
    page = article(here, shelf, query="?sentence=2&signal=economic", rater="reader-10")
    expect(page.locator("#sentence .verdict")).to_contain_text("a number, no decision")
    page.keyboard.press("n")
    expect(page.locator("#sentence .mine")).to_contain_text("You said no")
    (vote,) = shelf.votes()
    assert (vote["head"], vote["item"], vote["verdict"], vote["label"]) == (
        "policy_frames", "economic", "label", "no",
    )  # fmt: skip


def test_the_whole_text_is_judged(here: Tab, shelf: Library) -> None:
    """Advocacy, the type of source with the right one, a target and a note are votes, too."""
    page = article(here, shelf, rater="reader-11")
    source = page.get_by_role("region", name="Type of source")
    source.get_by_label("What is right").select_option("satire")
    source.get_by_text("Note").click()
    source.get_by_role("textbox").fill("a joke, <b>surely</b>")
    source.get_by_role("button", name="Disagree").click()
    expect(source.locator(".mine")).to_contain_text("You disagree: satire")
    stance = page.get_by_role("region", name="Stance").locator(".towards").nth(1)
    stance.get_by_role("button", name=re.compile("^Agree.*Nora Quist, against$")).click()
    expect(stance.locator(".mine")).to_contain_text("You agree")
    first, second = shelf.votes()
    assert (first["head"], first["label"], first["note"]) == (
        "source_type",
        "satire",
        "a joke, <b>surely</b>",
    )
    assert (second["head"], second["item"], second["label"]) == ("stance", "1", "against")


def test_without_scripts_everything_works(chrome: Browser, shelf: Library) -> None:
    """A browser without JavaScript reads, chooses a sentence, judges and takes back by links and forms."""
    shelf.forget_votes()
    with tab(chrome, shelf.address, java_script_enabled=False) as here:
        page = here.page
        page.goto(f"{shelf.address}/dashboard/articles/{shelf.ids['whole']}")
        page.locator("#s-2").click()
        page.get_by_label("Judge as", exact=True).fill("quiet reader")
        page.get_by_role("button", name="Begin").click()
        page.locator("#sentence").get_by_role("button", name="Agree", exact=False).first.click()
        expect(page.locator("#sentence .mine")).to_contain_text("You agree")
        assert [vote["verdict"] for vote in shelf.votes()] == ["agree"]
        page.locator("#sentence").get_by_role("button", name="Undo").click()
        assert shelf.votes() == []


def test_a_text_that_is_not_kept(here: Tab, shelf: Library) -> None:
    """Without its text an article shows a strip of its sentences, and asks nobody for a judgement."""
    page = article(here, shelf, "bare")
    expect(page.locator(".reading")).to_contain_text("Text not kept")
    expect(page.locator(".strip a")).to_have_count(5)
    page.keyboard.press("j")
    settled(page, 1)
    page.locator(".strip a").nth(3).click()
    settled(page, 4)
    expect(page.get_by_role("button", name="Agree")).to_have_count(0)
    expect(page.get_by_role("region", name="Evidence")).to_contain_text("words not kept")


def test_abstentions_and_versions_are_told(here: Tab, shelf: Library) -> None:
    """A short text says what abstained and why; of a text that two bundles scored, one leads to the other."""
    page = article(here, shelf, "short")
    told = page.get_by_role("region", name="What abstained, and why")
    expect(told.get_by_role("listitem")).to_have_count(4)
    expect(told).to_contain_text("the text is too short")
    page = article(here, shelf)
    rows = page.get_by_role("region", name="Versions", exact=True).get_by_role("row")
    expect(rows).to_have_count(3)
    page.get_by_role("link", name="fake.0").click()
    expect(page.locator(".heading")).to_contain_text("bundle fake.0")


def test_numbers_without_human_labels_are_told(here: Tab, shelf: Library) -> None:
    """A head that is not calibrated on human labels is said to give an order; another bundle's is unknown."""
    page = article(here, shelf)
    expect(page.get_by_role("region", name="Advocacy")).to_contain_text("an order, not probabilities")
    expect(page.get_by_role("region", name="Type of source")).not_to_contain_text("an order")
    page = article(here, shelf, "older")
    expect(page.get_by_role("region", name="Advocacy")).not_to_contain_text("an order")


def test_hostile_texts_stay_texts(chrome: Browser, shelf: Library) -> None:
    """Payloads in text, title, publisher, targets and notes are shown letter for letter, and nothing runs."""
    shelf.forget_votes()
    with tab(chrome, shelf.address) as here:
        here.page.add_init_script("window.ran = 0; window.alert = () => { window.ran += 1; };")
        page = article(here, shelf, "hostile", "?sentence=1", rater="<img src=x onerror=alert(1)>")
        assert words(page.locator(".body")) == HOSTILE
        assert page.locator(".body :not(a, span)").count() == 0
        names = [words(one) for one in page.locator(".towards h4").all()]
        assert names == [*PAYLOADS[:8]]
        page.locator("#sentence summary").click()
        page.locator("#sentence textarea").fill("</textarea><script>alert(1)</script>")
        page.keyboard.press("Escape")
        page.locator("#sentence").get_by_role("button", name="Disagree").click()
        expect(page.locator("#sentence .mine")).to_contain_text("You disagree")
        here.open("/dashboard/articles")
        expect(page.get_by_role("heading", level=2).nth(1)).to_contain_text(PAYLOADS[0])
        assert page.evaluate("window.ran") == 0
        here.check()


def test_a_vote_that_cannot_be_kept_is_told(here: Tab, shelf: Library) -> None:
    """What the service refuses is said in the form, and nothing is kept."""
    page = article(here, shelf, query="?sentence=2", rater="reader-12")
    page.locator("#sentence input[name=end]").evaluate("it => { it.value = 30; }")
    page.locator("#sentence").get_by_role("button", name="Disagree").click()
    expect(page.locator("#sentence")).to_contain_text("match no scored sentence")
    assert shelf.votes() == []
    here.complaints.clear()
