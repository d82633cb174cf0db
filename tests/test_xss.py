"""Hostile text: whatever an article, a name or an address holds, it is shown as text and never runs."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import chromium, serving
from fakes import FakeScorer
from flask.testing import FlaskClient
from payloads import PAYLOADS
from playwright.sync_api import Page, Route, expect

from models.request import ScoreRequest
from service.app import create_app
from service.settings import Settings

SERVICE = Path(__file__).parents[1] / "service"
#: What a page of ours may put below #answer; no handler, no address, nothing that loads.
ELEMENTS = {
    "A", "ARTICLE", "BUTTON", "DD", "DETAILS", "DIV", "DL", "DT", "FIELDSET", "H3", "H4", "INPUT", "LABEL",
    "LEGEND", "LI", "MARK", "OL", "OUTPUT", "P", "SECTION", "SMALL", "SPAN", "STRONG", "SUMMARY", "UL",
}  # fmt: skip
ATTRIBUTES = {
    "aria-hidden", "aria-label", "aria-live", "aria-describedby", "checked", "class", "data-index", "href",
    "id", "name", "role", "style", "tabindex", "title", "type", "value",
}  # fmt: skip
INVENTORY = """() => {
  const all = [...document.querySelectorAll("#answer *")];
  const attributes = all.flatMap((it) => [...it.attributes]);
  return {
    elements: [...new Set(all.map((it) => it.tagName))],
    attributes: [...new Set(attributes.map((it) => it.name))],
    links: all.filter((it) => it.hasAttribute("href")).map((it) => it.getAttribute("href")),
    styles: all.filter((it) => it.style.length).flatMap((it) => [...it.style]),
    ran: window.ran,
  };
}"""


def around(payload: str) -> str:
    """Put a payload into a text that is long enough to be scored."""
    return f"The council met on Monday and read {payload} into the record, as it must."


def answer_to(request: ScoreRequest) -> dict[str, Any]:
    """Return what the service answers, as JSON."""
    return dict(json.loads(json.dumps(FakeScorer().score(request).to_json())))


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    """Open the page; note whatever runs, complains or asks another place."""
    said: list[str] = []
    with serving(create_app(Settings(), FakeScorer())) as address, chromium() as browser:
        page = browser.new_page()
        page.add_init_script("window.ran = 0; window.alert = () => { window.ran += 1; };")
        page.on("console", lambda one: said.append(one.text) if one.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda one: said.append(one.url) if "127.0.0.1" not in one.url else None)
        page.goto(address)
        yield page
    assert [line for line in said if not line.startswith("Failed to load resource: ")] == []


def check(page: Page) -> None:
    """Assert that the answer is made of our own elements alone, and that nothing ran."""
    found = page.evaluate(INVENTORY)
    assert found["ran"] == 0
    assert set(found["elements"]) <= ELEMENTS
    assert set(found["attributes"]) <= ATTRIBUTES
    assert set(found["links"]) <= {"/sign-in"}
    assert set(found["styles"]) <= {"width"}


@pytest.mark.browser
@pytest.mark.parametrize("start", range(0, len(PAYLOADS), 12))
def test_the_page_shows_every_payload_as_text(page: Page, start: int) -> None:
    """In text, title and targets each payload comes back letter for letter, and makes no element."""
    some = PAYLOADS[start : start + 12]
    text, title = "\n".join(around(payload) for payload in some), " ".join(some)
    targets = [payload.replace(",", ";").strip() for payload in some]
    page.get_by_label("Text").fill(text)
    page.get_by_label("Title").fill(title)
    page.get_by_label("Stance towards").fill(", ".join(targets))
    page.get_by_role("button", name="Score").click()
    expect(page.locator("#result")).to_have_attribute("aria-busy", "false")
    expect(page.locator(".headline")).to_have_text(title, use_inner_text=False)
    assert page.locator(".body").text_content() == text
    shown = page.locator(".target h4").all_text_contents()
    assert [name.partition(" against ·")[0] for name in shown] == targets
    check(page)


@pytest.mark.browser
@pytest.mark.parametrize("start", range(0, len(PAYLOADS), 12))
def test_the_page_trusts_no_answer(page: Page, start: int) -> None:
    """Labels, reasons, warnings and names of scores are shown as text, whoever made them."""
    some = PAYLOADS[start : start + 12]
    card = answer_to(ScoreRequest(text=around("x"), title="T", targets=("A",)))
    everything = " ".join(some)
    stance = card["stance"][0]
    scores = dict.fromkeys(some, 0.5)
    card["stance"] = [{**stance, "target": one, "label": one, "scores": {one: 0.5}} for one in some]
    card["stance"].append({**stance, "label": None, "reason": everything})
    card["frames"] = [{"frame": one, "kind": one, "score": 0.5, "present": True} for one in some]
    card["source_type"] |= {"label": everything, "scores": scores}
    card["advocacy"] |= {"label": everything, "signals": scores}
    card["model"] |= {"bundle": everything, "profile": everything}
    card["document"] |= {"title": everything, "publisher": everything, "language": everything}
    card["warnings"] = [*some]
    _answer(page, 200, card)
    assert page.locator(".warnings li").all_text_contents() == [*some]
    check(page)


@pytest.mark.browser
def test_the_page_trusts_no_problem(page: Page) -> None:
    """The title, the detail and the named fields of a problem are shown as text."""
    problem = {"title": PAYLOADS[0], "status": 401, "detail": PAYLOADS[0]}
    _answer(page, 422, {**problem, "detail": " ".join(PAYLOADS)})
    assert page.locator(".problem p").text_content() == " ".join(PAYLOADS)
    check(page)
    _answer(page, 422, {**problem, "errors": {one: [one, one] for one in PAYLOADS}})
    assert page.locator(".problem li").all_text_contents() == [f"{one}: {one}, {one}" for one in PAYLOADS]
    check(page)


def _answer(page: Page, status: int, body: dict[str, Any]) -> None:
    """Score a text whose answer is made up."""

    def fulfil(route: Route) -> None:
        route.fulfill(status=status, json=body)

    page.route("**/v1/score", fulfil)
    page.get_by_label("Text").fill(around("x"))
    page.get_by_role("button", name="Score").click()
    expect(page.locator("#result")).to_have_attribute("aria-busy", "false")
    page.unroute("**/v1/score", fulfil)


@pytest.mark.parametrize("field", ["text", "html", "title", "publisher", "url", "targets"])
def test_json_answers_are_json(client: FlaskClient, field: str) -> None:
    """An answer to hostile text is JSON that no browser takes for a page, and gives it back unchanged."""
    for payload in PAYLOADS:
        body = {"text": around("something")}
        if field in ("text", "html"):
            body = {field: around(payload)}
        else:
            body[field] = [payload] if field == "targets" else payload  # type: ignore[assignment]
        answer = client.post("/v1/score", json=body)
        assert (answer.status_code, answer.content_type) == (200, "application/json"), payload
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        card = answer.get_json()
        if field in ("title", "publisher"):
            assert card["document"][field] == payload
        if field == "targets":
            assert card["stance"][0]["target"] == payload


@pytest.mark.parametrize(
    "send",
    [
        lambda client, payload: client.post("/v1/score", json={"text": "x", payload: 1}),
        lambda client, payload: client.post("/v1/score", json={"text": "x", "profile": payload}),
        lambda client, payload: client.post("/v1/score", json={"text": "x", "published_at": payload}),
        lambda client, payload: client.post("/v1/score", json=payload),
        lambda client, payload: client.post("/v1/score", data=payload, content_type="application/json"),
        lambda client, payload: client.post("/v1/score", data=b"x", content_type="text/html"),
        lambda client, payload: client.get("/v1/" + payload.replace("/", ""), query_string={"x": payload}),
        lambda client, payload: client.get("/" + payload.lstrip("/")),
        lambda client, payload: client.open("/v1/score", method="GET", query_string=payload),
        lambda client, payload: client.get("/v1/model", headers={"Authorization": "Bearer <script>"}),
        lambda client, payload: client.get("/healthz", headers={"Host": "<script>alert(1)</script>"}),
    ],
)  # fmt: skip
def test_problems_are_problems(client: FlaskClient, send: Any) -> None:
    """Whatever is wrong with a hostile request, the answer is a problem object, never a page."""
    for payload in PAYLOADS:
        answer = send(client, payload)
        assert answer.status_code in (400, 401, 404, 405, 415, 422), payload
        assert answer.content_type == "application/problem+json"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.get_json()["status"] == answer.status_code


def test_a_batch_with_hostile_lines_is_ndjson(client: FlaskClient) -> None:
    """Each line of the answer is one JSON object, whatever the lines of the request held."""
    for start in range(0, len(PAYLOADS), 5):
        some = PAYLOADS[start : start + 5]
        lines = b"".join(json.dumps({"text": around(one), "title": one}).encode() + b"\n" for one in some)
        with client.post("/v1/score/batch", data=lines, content_type="application/x-ndjson") as answer:
            titles = [json.loads(line)["document"]["title"] for line in answer.get_data().splitlines()]
        assert titles == [*some]
        assert answer.content_type == "application/x-ndjson"


@pytest.mark.usefixtures("home")
def test_what_was_kept_comes_back_as_json(settings: Settings) -> None:
    """Hostile publishers, titles and followed names are kept and given back as they are, as JSON."""
    client = create_app(settings, FakeScorer()).test_client()
    for payload in PAYLOADS:
        body = {"text": around(payload), "title": payload, "publisher": payload, "store": "text"}
        kept = client.post("/v1/score", json=body).get_json()["id"]
        one = client.get(f"/v1/scores/{kept}")
        listed = client.get("/v1/scores", query_string={"publisher": payload})
        assert {one.content_type, listed.content_type} == {"application/json"}
        document = one.get_json()["document"]
        assert (document["title"], document["publisher"]) == (payload, " ".join(payload.split()))
        assert listed.get_json()["scores"][0]["id"] == kept
    answers = {payload: client.post("/v1/targets", json={"name": payload}) for payload in PAYLOADS}
    kinds = {answer.content_type for answer in answers.values()}
    assert kinds == {"application/json", "application/problem+json"}
    names = [target["name"] for target in client.get("/v1/targets").get_json()["targets"]]
    assert len(names) > 20
    assert sorted(names) == sorted(one for one, answer in answers.items() if answer.status_code == 201)


@pytest.mark.parametrize("path", ["/sign-in", "/", "/docs"])
def test_pages_show_no_query(client: FlaskClient, path: str) -> None:
    """A page holds a payload of its address at most as an escaped value."""
    plain = client.get(path).text
    for payload in PAYLOADS:
        page = client.get(path, query_string={"next": "/" + payload, "q": payload, payload: "x"}).text
        assert page.count("<") == plain.count("<")
        assert page.count(">") == plain.count(">")


#: What would let text become markup, or code; none of it is needed anywhere.
LOOPHOLES = {
    ".py": r"\bMarkup\b|render_template_string|\bautoescape\b",
    ".html": r"\|\s*safe\b|\bautoescape\b|srcdoc|hx-on|javascript:|\son\w+\s*=",
    ".js": r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|DOMParser"
    r"|setHTML|srcdoc|\beval\(|new Function|setTimeout\([\"'`]",
}


@pytest.mark.parametrize("kind", LOOPHOLES)
def test_no_source_has_a_loophole(kind: str) -> None:
    """No view, template or script of ours uses what turns text into markup; all templates are escaped."""
    found = [path for path in SERVICE.rglob(f"*{kind}") if not {"swagger", "vendor"} & {*path.parts}]
    assert found
    assert [path.name for path in found if re.search(LOOPHOLES[kind], path.read_text())] == []
    assert {path.suffix for path in (SERVICE / "templates").rglob("*") if path.is_file()} == {".html"}
