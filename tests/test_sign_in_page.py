"""Signing in as a person does it, in a browser, and what a page of another origin can do there: nothing."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from browsing import chromium, serving
from fakes import FakeScorer
from made_keys import key_ids, make_key, revoke_key
from playwright.sync_api import BrowserContext, Page, expect
from werkzeug.wrappers import Request, Response

from service.app import create_app
from service.settings import Settings

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("home")]
TEXT = "The council met on Monday. It is a shameful betrayal, she said."
#: A page of another port: to a browser it is the same site, so that our cookie goes along with what it sends.
ATTACK = """<!doctype html><title>attack</title>
<form id=out method=post action="{0}/sign-out"></form>
<form id=in method=post action="{0}/sign-in">
<input name=key value="{1}"><input name=next value="/docs"></form>
<form id=score method=post enctype="text/plain" action="{0}/v1/score">
<input name='{{"text":"One short text' value='about something."}}'></form>"""
SEND = """async ([address, method, type]) => {
  const body = '{"text": "One short text about something."}';
  const more = { method, credentials: "include", body: method === "DELETE" ? undefined : body };
  if (type) more.headers = { "Content-Type": type };
  const ask = (mode) => fetch(address, { ...more, mode }).then((it) => it.type, () => "failed");
  return Promise.all(["cors", "no-cors"].map(ask));
}"""


@pytest.fixture
def key() -> str:
    """Make the one key that there is."""
    return make_key("score", "read", name="Anna")


@pytest.fixture
def scored() -> list[str]:
    """Hold what was scored."""
    return []


@pytest.fixture
def address(key: str, scored: list[str]) -> Iterator[str]:
    """Serve with a key, and note what is scored."""
    scorer = FakeScorer(before=lambda request: scored.append(request.text or ""))
    with serving(create_app(Settings(), scorer)) as address:
        yield address


@pytest.fixture
def context() -> Iterator[BrowserContext]:
    """Start a browser without any cookie."""
    with chromium() as browser:
        yield browser.new_context()


def sign_in(page: Page, address: str, key: str) -> None:
    """Go to the page, find the way to the form, and fill it in."""
    page.goto(address)
    page.get_by_role("link", name="Sign in").click()
    page.locator("input#key").fill(key)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def score(page: Page, text: str = TEXT) -> None:
    """Paste a text and ask for its score."""
    page.get_by_label("Text").fill(text)
    page.get_by_role("button", name="Score").click()
    expect(page.locator("#result")).to_have_attribute("aria-busy", "false")


def test_a_person_signs_in_scores_and_signs_out(
    context: BrowserContext, address: str, key: str, scored: list[str]
) -> None:
    """The page asks for a key, works with it, hides it from scripts, and asks again after signing out."""
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address)
    score(page)
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("This needs a key with scope score")
    expect(alert.get_by_role("link", name="Sign in with a key")).to_be_visible()
    page.get_by_role("link", name="Sign in", exact=True).click()
    page.locator("input#key").fill("slw_wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("This key is not known here, or was revoked.")
    sign_in(page, address, key)
    assert page.url == f"{address}/"
    score(page)
    expect(page.locator(".body mark")).to_have_count(2)
    assert page.evaluate("document.cookie + JSON.stringify({...localStorage, ...sessionStorage})") == "{}"
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in", exact=True)).to_be_visible()
    score(page)
    expect(page.get_by_role("alert")).to_contain_text("This needs a key")
    assert (context.cookies(), scored, complaints) == ([], [TEXT], [])


def test_the_handbook_tries_things_out_when_signed_in(
    context: BrowserContext, address: str, key: str, scored: list[str]
) -> None:
    """What /docs sends carries the session's token, too."""
    page = context.new_page()
    sign_in(page, address, key)
    page.goto(f"{address}/docs")
    operation = page.locator(".opblock", has=page.get_by_text("/v1/score", exact=True))
    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_role("button", name="Execute").click()
    expect(operation.locator(".live-responses-table td.response-col_status").last).to_have_text("200")
    assert len(scored) == 1


@pytest.mark.parametrize("who", ["signed in", "signed out", "this machine, which needs no key"])
def test_another_origin_does_nothing(
    context: BrowserContext, address: str, key: str, scored: list[str], who: str
) -> None:
    """Neither forms nor scripts of another port score, sign out or sign in, whoever looks at them."""
    page = context.new_page()
    if who == "signed in":
        sign_in(page, address, key)
    elif who != "signed out":
        revoke_key(key_ids()[0])
    before = context.cookies()
    with serving(_attacker(address, key)) as elsewhere:
        for form in ("out", "in", "score"):
            page.goto(elsewhere)
            with page.expect_navigation():
                page.evaluate(f"document.getElementById('{form}').submit()")
            assert '"status":40' in page.content()
        page.goto(elsewhere)
        for method in ("POST", "DELETE"):
            for kind in ("", "text/plain", "application/json"):
                ways = page.evaluate(SEND, [f"{address}/v1/score", method, kind])
                assert set(ways) <= {"failed", "opaque"}
    assert scored == []
    assert context.cookies() == before


def _attacker(address: str, key: str) -> Callable[..., Any]:
    """Serve a page that wants to use ours."""

    @Request.application
    def app(request: Request) -> Response:
        return Response(ATTACK.format(address, key), content_type="text/html")

    return app
