"""The Model page in a browser: card, figures, diagrams, gate, feedback and history, of what lies on disk."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import Tab, serving, tab
from fakes import FakeScorer
from made_feedback import Crowd
from made_published import ME, judge, publish_all
from playwright.sync_api import Browser, expect

from models.pointer import SHIPPED, bundles_in, newest_shipped
from models.publishing import rollback
from service.app import create_app
from service.settings import Settings
from service.store.database import Database, database_at

pytestmark = pytest.mark.browser
#: Milliseconds: the library that measures agreement is loaded when it is needed first.
MEASURED = 60_000
#: The row of a corpus, and not that of one whose name begins likewise.
MBIC = re.compile(r"^loaded language mbic \d")
REASON = "opinion.babe.macro_f1 <b>fell</b>"


@pytest.fixture
def served(bundles: Path, home: Path) -> Iterator[tuple[str, Database]]:
    """Serve b.1, after a.1 and c.1 were in use, with a report, a bundle that the gate refuses, and votes."""
    publish_all(bundles, "a.1", "b.1", "c.1")
    rollback(None, ME)
    local = home / "bundles"
    judge(local / "c.1", publish=False, reasons=[REASON])
    shipped = newest_shipped()
    shutil.copytree(shipped.parent / f"{shipped.name}-report", local / "b.1-report")
    app = create_app(Settings())
    database = database_at("", home)
    crowd = Crowd(database)
    judged = crowd.score()
    for rater in ("anna", "bert", "carl"):
        crowd.vote(judged, rater, label="no" if rater == "carl" else "yes", head="advocacy", verdict="label")
        crowd.vote(judged, rater, label="satire", head="source_type", verdict="label")
    with serving(app) as address:
        yield address, database
    database.close()


@pytest.fixture
def here(chrome: Browser, served: tuple[str, Database]) -> Iterator[Tab]:
    """Open a tab on it."""
    with tab(chrome, served[0]) as opened:
        yield opened


def report() -> Path:
    """Return the folder of the shipped bundle's report."""
    return newest_shipped().with_name(f"{newest_shipped().name}-report")


def diagrams() -> list[Path]:
    """Return the reliability diagrams of the report."""
    return [*report().glob("pictures/*.reliability.svg")]


def in_report(name: str) -> str:
    """Return a figure of the report with its interval, as the page shows them."""
    figure = json.loads((report() / "report.json").read_text("utf-8"))["figures"][name]
    return f"{figure['value']:.2f} {'–'.join(f'{end:.2f}' for end in figure['ci95'])}"


@pytest.mark.parametrize(("scheme", "width"), [("light", 1600), ("dark", 390)])
def test_the_page_is_accessible(
    chrome: Browser, served: tuple[str, Database], scheme: str, width: int
) -> None:
    """In either theme and width, with its tables open, the page passes axe and scrolls downwards only."""
    with tab(chrome, served[0], color_scheme=scheme, viewport={"width": width, "height": 900}) as here:  # type: ignore[arg-type]
        page = here.open("/dashboard/model")
        expect(page.locator("figure.chart[data-ready]")).to_have_count(1 + len(diagrams()))
        expect(page.get_by_role("region", name="Agreement of raters")).to_be_visible(timeout=MEASURED)
        for summary in page.locator(".gates summary").all():
            summary.click()
        assert page.evaluate("document.documentElement.scrollWidth") == width
        here.check()


def test_figures_stand_with_random_ones(here: Tab) -> None:
    """A figure has its interval, and random, left-out and majority beside it, as the report says."""
    page = here.open("/dashboard/model")
    row = page.get_by_role("region", name="Figures").get_by_role("row", name=MBIC)
    told = re.sub(r"\s+", " ", row.inner_text()).replace("\u202f", " ")
    names = (
        ("", ".random"),
        ("", ".outlets_held_out"),
        ("", ".corpora_held_out"),
        ("[majority]", ".outlets_held_out"),
    )
    shown = " ".join(in_report(f"loaded_language{by}.mbic.macro_f1{how}") for by, how in names)
    assert told == f"loaded language mbic {shown} 1 551 outlets held out shipped"
    page.get_by_role("link", name="AUC").click()
    expect(page.get_by_role("heading", name="AUC of each head")).to_be_visible()
    page.get_by_role("link", name="fast", exact=True).click()
    expect(page).to_have_url(re.compile("metric=auc.*measured=fast"))
    row = page.get_by_role("region", name="Figures").get_by_role("row", name=MBIC)
    expect(row).to_contain_text(in_report("loaded_language[fast].mbic.auc.outlets_held_out").split()[0])


def test_figures_and_points_come_as_csv(here: Tab) -> None:
    """Both kinds of chart save the numbers that they show, of this bundle."""
    page = here.open("/dashboard/model?metric=ece")
    with page.expect_download() as saved:
        page.get_by_role("link", name="CSV of Calibration error of each head").click()
    head, *lines = saved.value.path().read_text().splitlines()
    assert head == "head,corpus,tested,protocol,tier,value,low,high,texts"
    assert any(line.startswith("opinion,mbic,held out,outlets_held_out,shipped,") for line in lines)
    with page.expect_download() as saved:
        page.get_by_role("link", name="CSV of Stance").click()
    head, *lines = saved.value.path().read_text().splitlines()
    assert (head, len(lines)) == ("head,corpus,protocol,score,true", 15 * len(diagrams()))


def test_the_gate_and_the_past(here: Tab) -> None:
    """Each bundle has the gate's word with its figures; the history says who rolled back from what."""
    page = here.open("/dashboard/model")
    expect(page.get_by_role("heading", level=1)).to_have_text("Bundle b.1")
    gates = page.locator(".gates > li")
    expect(gates).to_have_count(3 + len(bundles_in(SHIPPED)))
    refused = gates.filter(has_text="c.1")
    expect(refused).to_contain_text("The gate said no.")
    expect(refused.locator(".reasons li")).to_have_text([REASON])
    refused.get_by_text("1 figures").click()
    expect(refused.get_by_role("row", name="opinion.held_out.fast")).to_contain_text("0.70")
    expect(gates.filter(has_text="b.1").locator(".badge").first).to_have_text("in use")
    newest = page.get_by_role("region", name="What was in use when").get_by_role("row").nth(1)
    expect(newest).to_contain_text("rolled back to b.1")
    expect(newest).to_contain_text("a test")
    refused.get_by_role("link", name="c.1").click()
    expect(page.locator(".heading")).to_contain_text("It does not answer now; b.1 does.")
    expect(page.get_by_text("No figures lie beside this bundle")).to_be_visible()
    here.check()


def test_feedback_waits_and_raters_agree(here: Tab) -> None:
    """Votes are counted by status, and agreement is measured while the page is there already."""
    page = here.open("/dashboard/model")
    waiting = page.get_by_role("term").filter(has_text="Waiting for review").locator("+ dd")
    expect(waiting).to_have_text("6")
    table = page.get_by_role("region", name="Agreement of raters")
    expect(table).to_be_visible(timeout=MEASURED)
    expect(table.get_by_role("row", name=re.compile("^advocacy"))).to_contain_text("0.00")
    expect(table.get_by_role("row", name=re.compile("^source type"))).to_contain_text("one label only")
    expect(page.locator("main")).not_to_be_focused()


def test_without_scripts_agreement_is_a_page(chrome: Browser, served: tuple[str, Database]) -> None:
    """A browser without JavaScript gets the agreement on a page of its own, and tables for charts."""
    with tab(chrome, served[0], java_script_enabled=False) as here:
        here.page.goto(f"{served[0]}/dashboard/model")
        expect(here.page.get_by_role("region", name="Table of Stance")).to_be_visible()
        here.page.get_by_role("link", name="Show it on a page of its own").click()
        expect(here.page.get_by_role("heading", level=1)).to_have_text("Agreement of raters")


def test_a_server_that_knows_little(chrome: Browser, home: Path) -> None:
    """Without report, votes, history or a folder of the bundle the page still says what there is."""
    with serving(create_app(Settings(), FakeScorer())) as address, tab(chrome, address) as here:
        page = here.open("/dashboard/model")
        expect(page.get_by_role("heading", level=1)).to_have_text("Bundle fake.1")
        expect(page.get_by_text("Nobody has judged anything yet")).to_be_visible()
        expect(page.get_by_text("Nothing was published or rolled back here")).to_be_visible()
        here.check()


def test_the_page_is_not_there_for_a_bundle_that_is_not(chrome: Browser, home: Path) -> None:
    """A version that nobody has is told as missing, in no more words than that."""
    with serving(create_app(Settings(), FakeScorer())) as address, tab(chrome, address) as here:
        here.page.goto(f"{address}/dashboard/model?card=../../etc")
        expect(here.page.get_by_role("alert")).to_contain_text("There is no such bundle here.")
        here.complaints.clear()


def test_the_report_in_the_page_is_the_one_on_disk() -> None:
    """The shipped report, on which the tests above rest, holds the figure that they look for."""
    shipped = newest_shipped()
    report = json.loads((shipped.parent / f"{shipped.name}-report" / "report.json").read_text("utf-8"))
    figure = report["figures"]["loaded_language.mbic.macro_f1.outlets_held_out"]
    assert round(figure["value"], 2) == 0.73
