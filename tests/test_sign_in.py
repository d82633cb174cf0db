"""Signing in with a key in a browser: the cookie, its token, and what other sites cannot do with them."""

import re
from typing import Any

import pytest
from fakes import FakeScorer
from flask.testing import FlaskClient
from made_keys import bearer, forget, key_ids, make_key, revoke_key
from sqlalchemy import update
from werkzeug.test import TestResponse

from models.home import slantwise_home
from service.access.session import COOKIE
from service.app import create_app
from service.settings import Settings
from service.store.database import database_at
from service.store.schema import keys

pytestmark = pytest.mark.usefixtures("home")
BODY = {"text": "One short text about something."}


@pytest.fixture
def token() -> str:
    """Make the one key that there is."""
    return make_key("score", name="<b>Anna</b>")


@pytest.fixture
def client(token: str) -> FlaskClient:
    """Return a browser that has not signed in."""
    return browser()


def browser() -> FlaskClient:
    """Return a client that keeps its cookies."""
    return create_app(Settings(), FakeScorer()).test_client()


def page_token(page: TestResponse) -> str:
    """Read the token from a form, or from the head of a page."""
    found = re.search(r'name="csrf-token" content="([^"]+)"|name="csrf_token" value="([^"]+)"', page.text)
    assert found, page.text
    return found[1] or found[2]


def sign_in(client: FlaskClient, key: str, goal: str = "/", **more: Any) -> TestResponse:
    """Fill in the form and send it."""
    form = {"csrf_token": page_token(client.get("/sign-in")), "key": key, "next": goal}
    return client.post("/sign-in", data=form, **more)


def score(client: FlaskClient, **headers: str) -> int:
    """Score a text with the browser's cookie, as the page does."""
    return client.post("/v1/score", json=BODY, headers=headers).status_code


def cookie(client: FlaskClient) -> str:
    """Return the browser's cookie."""
    found = client.get_cookie(COOKIE)
    assert found
    return found.value


def test_signing_in_and_out(client: FlaskClient, token: str) -> None:
    """The page leads to the form, the form back; then the page can score, until it is signed out."""
    assert 'href="/sign-in?next=/"' in client.get("/").text
    assert score(client) == 401
    answer = sign_in(client, f" {token}\n")
    assert (answer.status_code, answer.location) == (303, "/")
    page = client.get("/")
    assert "Sign in" not in page.text
    assert "&lt;b&gt;Anna&lt;/b&gt;" in page.text
    own = page_token(page)
    assert score(client, **{"X-CSRF-Token": own}) == 200
    assert client.get("/v1/model").status_code == 200
    assert client.post("/sign-out", data={"csrf_token": own}).location == "/"
    assert client.get_cookie(COOKIE) is None
    assert client.get("/v1/model").status_code == 401


def test_the_cookie_is_guarded_and_holds_no_key(client: FlaskClient, token: str) -> None:
    """It is out of the reach of scripts and of other sites, and names the key without holding it."""
    said = sign_in(client, token).headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(said.split("; "))
    assert "Secure" not in said
    assert "Expires=" in said
    assert token not in said
    assert token[4:] not in said


def test_over_tls_the_cookie_stays_there(client: FlaskClient, token: str) -> None:
    """Behind a proxy that speaks TLS the cookie is for TLS alone."""
    said = sign_in(client, token, headers={"X-Forwarded-Proto": "https"}).headers["Set-Cookie"]
    assert "Secure" in said.split("; ")


@pytest.mark.parametrize("wrong", ["", "slw_wrong", "x" * 300])
def test_a_wrong_key_signs_nobody_in(client: FlaskClient, wrong: str) -> None:
    """The form comes back with a word, and never with what was typed."""
    answer = sign_in(client, wrong)
    assert answer.status_code == 401
    assert "This key is not known here, or was revoked." in answer.text
    assert not wrong or wrong not in answer.text
    assert client.get("/v1/model").status_code == 401


def test_a_huge_form_is_refused(client: FlaskClient) -> None:
    """Nobody makes the server read more than a key."""
    form = {"csrf_token": page_token(client.get("/sign-in")), "key": "x" * 100_000}
    assert client.post("/sign-in", data=form).status_code == 413


def test_a_session_cannot_be_prepared_for_another(client: FlaskClient, token: str) -> None:
    """Signing in changes the cookie and its token: what somebody planted before opens nothing."""
    planted_token = page_token(client.get("/sign-in"))
    planted = cookie(client)
    client.post("/sign-in", data={"csrf_token": planted_token, "key": token})
    assert score(client, **{"X-CSRF-Token": planted_token}) == 403
    other = browser()
    other.set_cookie(COOKIE, planted)
    assert other.get("/v1/model").status_code == 401


def test_a_tampered_cookie_is_none(client: FlaskClient, token: str) -> None:
    """One character changed anywhere, a part missing, or another secret: nobody is signed in."""
    sign_in(client, token)
    good = cookie(client)
    for place in range(0, len(good) - 1, 7):
        bad = good[:place] + ("A" if good[place] != "A" else "B") + good[place + 1 :]
        client.set_cookie(COOKIE, bad)
        assert client.get("/v1/model").status_code == 401, place
    for bad in (good.split(".")[0], "", ".", good + "x", good.replace(".", "..", 1)):
        client.set_cookie(COOKIE, bad)
        assert client.get("/v1/model").status_code == 401, bad
    client.set_cookie(COOKIE, good)
    assert client.get("/v1/model").status_code == 200


def test_the_cookie_of_another_installation_is_none(
    client: FlaskClient, token: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    """A cookie is signed with the install secret: elsewhere it is worth nothing, same ids or not."""
    sign_in(client, token)
    good, known = cookie(client), key_ids()[0]
    monkeypatch.setenv("SLANTWISE_HOME", str(tmp_path / "elsewhere"))
    make_key("score")
    with database_at("", slantwise_home()).begin() as connection:
        connection.execute(update(keys).values(id=known))
    other = browser()
    other.set_cookie(COOKIE, good)
    assert other.get("/v1/model").status_code == 401


def test_a_cookie_ends_with_its_key(client: FlaskClient, token: str) -> None:
    """Once the key is revoked, whoever signed in with it is out, other keys or none."""
    sign_in(client, token)
    own = page_token(client.get("/"))
    make_key("score")
    revoke_key(key_ids()[0])
    forget(client.application)
    assert client.get("/v1/model").status_code == 401
    assert score(client, **{"X-CSRF-Token": own}) == 401


def test_a_cookie_ends_with_its_day(client: FlaskClient, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """After twelve hours the browser must sign in again, even where it kept the cookie."""
    sign_in(client, token)
    good = cookie(client)
    from itsdangerous import TimestampSigner

    now = TimestampSigner.get_timestamp
    for hours, status in ((11, 200), (13, 401)):
        later = hours * 3_600
        monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda self, later=later: now(self) + later)
        client.set_cookie(COOKIE, good)
        assert client.get("/v1/model").status_code == status


def test_a_cookie_has_the_scopes_of_its_key(client: FlaskClient, token: str) -> None:
    """A session may what its key may, and nothing that was written into the cookie."""
    sign_in(client, token)
    with client.session_transaction() as session:
        session["scopes"] = ["admin"]
        session["key"] = [session["key"]]
    assert client.get("/metrics").status_code == 401
    sign_in(client, token)
    assert client.get("/metrics").status_code == 403


@pytest.mark.parametrize("given", [None, "", "wrong", "é"])
def test_a_cookie_alone_changes_nothing(client: FlaskClient, token: str, given: str | None) -> None:
    """Without the session's own token every change is refused, whatever the route."""
    sign_in(client, token)
    headers = {} if given is None else {"X-CSRF-Token": given}
    assert score(client, **headers) == 403
    assert client.post("/sign-out", headers=headers).status_code == 403
    assert client.get("/v1/model").status_code == 200


def test_the_token_of_another_session_is_wrong(client: FlaskClient, token: str) -> None:
    """A token belongs to one session: that of another browser with the same key is refused."""
    sign_in(client, token)
    other = browser()
    sign_in(other, token)
    assert score(client, **{"X-CSRF-Token": page_token(other.get("/"))}) == 403


FOREIGN = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Origin": "http://localhost:8001"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "http://evil.example/localhost"},
    {"Origin": "http://evil.example@localhost"},
]


@pytest.mark.parametrize("headers", FOREIGN)
def test_another_site_changes_nothing(client: FlaskClient, token: str, headers: dict[str, str]) -> None:
    """A page of another site, port or name is refused with token and all; signing in and out, too."""
    sign_in(client, token)
    own = page_token(client.get("/"))
    assert score(client, **{"X-CSRF-Token": own, **headers}) == 403
    assert client.post("/sign-out", data={"csrf_token": own}, headers=headers).status_code == 403
    assert sign_in(browser(), token, headers=headers).status_code == 403


@pytest.mark.parametrize("headers", FOREIGN)
def test_another_site_does_nothing_on_an_open_machine(headers: dict[str, str]) -> None:
    """Where no key exists, a page that the user happens to visit still cannot make this machine work."""
    client = browser()
    assert score(client, **headers) == 403
    assert score(client) == 200


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://localhost"}, {}])
def test_our_own_page_and_programs_may(client: FlaskClient, token: str, headers: dict[str, str]) -> None:
    """Our own page passes, as do programs, which say nothing about sites."""
    sign_in(client, token, headers=headers)
    assert score(client, **{"X-CSRF-Token": page_token(client.get("/")), **headers}) == 200


def test_a_key_needs_no_token(client: FlaskClient, token: str) -> None:
    """A request that carries a key was made by its holder: no token, no question of sites."""
    sign_in(client, token)
    assert score(client, **bearer(token), Origin="https://tool.example") == 200
    assert score(client, **bearer("slw_wrong"), **{"X-CSRF-Token": page_token(client.get("/"))}) == 401


@pytest.mark.parametrize(
    ("goal", "place"),
    [
        ("/docs", "/docs"),
        ("/?day=1&b=é", "/?day=1&b=%C3%A9"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("\\\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/\t/evil.example", "/"),
        ("/\r\nSet-Cookie: a=b", "/"),
        ("", "/"),
        ("docs", "/"),
    ],
)
def test_signing_in_leads_nowhere_else(client: FlaskClient, token: str, goal: str, place: str) -> None:
    """The way back is a path of this server, whatever a link asked for."""
    answer = sign_in(client, token, goal)
    assert (answer.status_code, answer.location) == (303, place)


def test_the_form_escapes_its_goal(client: FlaskClient) -> None:
    """A goal with markup in it stays text in the form."""
    page = client.get("/sign-in", query_string={"next": '/"><script>alert(1)</script>'}).text
    assert "<script>alert" not in page
    assert "&#34;&gt;&lt;script&gt;" in page


def test_an_old_form_is_told(client: FlaskClient, token: str) -> None:
    """A form whose session is gone comes back with a word instead of a problem object."""
    old = page_token(client.get("/sign-in"))
    client.delete_cookie(COOKIE)
    answer = client.post("/sign-in", data={"csrf_token": old, "key": token})
    assert answer.status_code == 403
    assert "Try again" in answer.text


def test_signing_out_twice_is_no_error(client: FlaskClient) -> None:
    """Who is not signed in is led to the page."""
    assert client.post("/sign-out").status_code == 303


def test_without_keys_no_page_sets_a_cookie() -> None:
    """On an open machine the page asks for nothing and remembers nothing."""
    client = browser()
    page = client.get("/")
    assert "Set-Cookie" not in page.headers
    assert "Sign in" not in page.text
    assert "csrf" not in page.text
