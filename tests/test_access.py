"""The door: who is let in with which key, from where, and what is said to everybody else."""

import json
import logging
import time
from collections.abc import Callable
from typing import Any

import pytest
from apiflask import APIBlueprint, APIFlask
from fakes import FakeScorer
from flask.testing import FlaskClient
from made_keys import bearer, forget, key_ids, make_key, revoke_key
from sqlalchemy import text

from models.home import slantwise_home
from service.access import actor, needs
from service.access.keyring import Keyring
from service.access.scopes import SCOPES, need_of
from service.app import create_app
from service.problems import Refusal
from service.settings import Settings
from service.store.database import database_at

pytestmark = pytest.mark.usefixtures("home")
AFAR = {"REMOTE_ADDR": "192.0.2.7"}
BODY = {"text": "One short text about something."}


def build(settings: Settings | None = None) -> APIFlask:
    """Return the service with one more view for each scope, and one for which nobody named any."""
    app = create_app(settings or Settings(), FakeScorer())
    more = APIBlueprint("more", __name__, enable_openapi=False)
    for scope in SCOPES:
        more.add_url_rule(f"/v1/{scope}-only", scope, needs(scope)(_view()), methods=["GET", "DELETE"])
    more.add_url_rule("/v1/forgotten", "forgotten", _view())
    more.add_url_rule("/elsewhere", "elsewhere", needs("read", page=True)(_view()))
    app.register_blueprint(more)
    return app


def _view() -> Callable[[], str]:
    return lambda: actor()


def statuses(client: FlaskClient, **more: Any) -> dict[str, int]:
    """Return what each of the further views answers."""
    names = [*(f"{scope}-only" for scope in SCOPES), "forgotten"]
    return {name: client.get(f"/v1/{name}", **more).status_code for name in names}


ALL_OPEN = {"score-only": 200, "read-only": 200, "feedback-only": 200, "admin-only": 200, "forgotten": 200}
ALL_SHUT = dict.fromkeys(ALL_OPEN, 401)


def test_this_machine_needs_no_key_while_there_is_none() -> None:
    """Without any key, whoever asks from this machine may do everything, and is called local."""
    client = build().test_client()
    assert statuses(client) == ALL_OPEN
    assert client.delete("/v1/admin-only").get_data(as_text=True) == "local"
    mapped = {"REMOTE_ADDR": "::ffff:127.0.0.1"}
    assert statuses(client, environ_base=mapped) == statuses(client, environ_base={"REMOTE_ADDR": "::1"})


@pytest.mark.parametrize(
    "afar",
    [
        {"environ_base": AFAR},
        {"environ_base": {"REMOTE_ADDR": ""}},
        {"environ_base": {"REMOTE_ADDR": "127.0.0.1.example"}},
        {"headers": {"X-Forwarded-For": "127.0.0.1"}},
        {"headers": {"Forwarded": "for=127.0.0.1"}},
        {"headers": {"Via": "1.1 proxy"}},
        {"headers": {"X-Real-IP": "127.0.0.1"}},
    ],
)
def test_no_other_machine_is_answered_while_there_is_no_key(afar: dict[str, Any]) -> None:
    """Other addresses, and what a proxy on this machine passes on, get 401 until there is a key."""
    client = build().test_client()
    assert statuses(client, **afar) == ALL_SHUT
    assert client.get("/", **afar).status_code == client.get("/healthz", **afar).status_code == 200


def test_an_open_server_gives_everybody_all_but_admin() -> None:
    """Where the operator allows it, strangers may score, read and give feedback, and delete nothing."""
    client = build(Settings(allow_open=True)).test_client()
    found = statuses(client, environ_base=AFAR)
    assert found == {**ALL_OPEN, "admin-only": 401, "forgotten": 401}
    assert client.get("/v1/score-only", environ_base=AFAR).get_data(as_text=True) == "open"
    make_key("read")
    forget(client.application)
    assert statuses(client, environ_base=AFAR) == ALL_SHUT


def test_keys_can_be_asked_for_from_the_start() -> None:
    """With ``require_keys`` this machine is nobody too, also where the server is said to be open."""
    settings = Settings(require_keys=True, allow_open=True)
    assert statuses(build(settings).test_client()) == ALL_SHUT


@pytest.mark.parametrize("scope", SCOPES)
def test_a_key_opens_its_scope_and_no_more(scope: str) -> None:
    """A key gets 200 within its scope and 403 beyond it; admin is within all of them."""
    token = make_key(scope)
    client = build().test_client()
    shut = 200 if scope == "admin" else 403
    wanted = {**dict.fromkeys(ALL_OPEN, shut), f"{scope}-only": 200}
    assert statuses(client, headers=bearer(token), environ_base=AFAR) == wanted
    assert statuses(client) == ALL_SHUT
    assert client.get(f"/v1/{scope}-only", headers=bearer(token)).get_data(as_text=True) == key_ids()[0]


def test_a_missing_scope_is_named() -> None:
    """403 is a problem object that says which scope is missing, to people and to programs."""
    client = build().test_client()
    answer = client.post("/v1/score", json=BODY, headers=bearer(make_key("read")))
    assert (answer.status_code, answer.content_type) == (403, "application/problem+json")
    assert answer.get_json()["detail"] == "This needs a key with scope score."
    assert answer.headers["WWW-Authenticate"] == (
        'Bearer realm="slantwise", error="insufficient_scope", scope="score"'
    )


def test_a_missing_key_is_asked_for() -> None:
    """401 is a problem object that says how to send a key."""
    make_key("read")
    answer = build().test_client().post("/v1/score", json=BODY)
    assert (answer.status_code, answer.content_type) == (401, "application/problem+json")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="slantwise"'
    assert "Authorization: Bearer slw_" in answer.get_json()["detail"]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"),
        lambda token: token.lower() + "x",
        lambda token: f"{token} ",
        lambda token: f"{token},Bearer {token}",
        lambda token: f"{token}\t",
        lambda token: f'"{token}"',
        lambda token: f"Bearer {token}",
        lambda token: "slw_" + "é" * 43,
        lambda token: "slw_" + "x" * 12_000,
        lambda token: "",
        lambda token: "slw_",
        lambda token: "%",
    ],
)
def test_almost_a_key_is_no_key(spoil: Callable[[str], str]) -> None:
    """Altered, doubled, quoted, empty, not ASCII or huge: 401 invalid_token, from this machine, too."""
    client = build().test_client()
    token = make_key("admin")
    header = f"Bearer {spoil(token)}".encode().decode("latin-1")
    answer = client.get("/v1/read-only", environ_overrides={"HTTP_AUTHORIZATION": header})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="slantwise", error="invalid_token"'
    assert token not in answer.get_data(as_text=True)


def test_two_keys_are_no_key() -> None:
    """Two Authorization headers, both good, are refused: nobody can tell which one a proxy looked at."""
    both = [("Authorization", f"Bearer {make_key('read')}"), ("Authorization", f"Bearer {make_key('admin')}")]
    assert build().test_client().get("/v1/read-only", headers=both).status_code == 401


def test_a_wrong_key_is_worse_than_none() -> None:
    """While no key exists this machine needs none; what it sends as a key must still be one."""
    client = build().test_client()
    assert client.get("/v1/read-only", headers=bearer("slw_gone")).status_code == 401
    assert client.get("/v1/read-only", environ_overrides={"HTTP_AUTHORIZATION": ""}).status_code == 401
    assert client.get("/v1/read-only", headers={"Authorization": "Basic cHJveHk6"}).status_code == 200


def test_keys_elsewhere_are_not_looked_at() -> None:
    """In the URL, a cookie, the body or another header, or as a user's password, a key opens nothing."""
    token = make_key("admin")
    client = build().test_client()
    client.set_cookie("key", token)
    client.set_cookie("slantwise_session", token)
    for name in ("key", "api_key", "access_token", "token", "Authorization"):
        assert client.get(f"/v1/read-only?{name}={token}").status_code == 401
    for name in ("X-API-Key", "Proxy-Authorization", "X-Authorization"):
        assert client.get("/v1/read-only", headers={name: f"Bearer {token}"}).status_code == 401
    assert client.get("/v1/read-only", auth=("key", token)).status_code == 401
    assert client.post("/v1/score", json={**BODY, "key": token}).status_code == 401


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "DELETE"])
def test_no_method_is_a_way_round(method: str) -> None:
    """Whatever the method, a view asks for the same scope."""
    make_key("read")
    client = build().test_client()
    assert client.open("/v1/admin-only", method=method).status_code == 401


def test_a_revoked_key_opens_nothing() -> None:
    """After its revocation a key is as unknown as any other."""
    token = make_key("read")
    make_key("read")
    client = build().test_client()
    assert client.get("/v1/read-only", headers=bearer(token)).status_code == 200
    revoke_key(key_ids()[0])
    forget(client.application)
    answer = client.get("/v1/read-only", headers=bearer(token))
    assert (answer.status_code, answer.get_json()["detail"]) == (
        401,
        "This key is not known here, or was revoked.",
    )


def test_what_anybody_may_see() -> None:
    """With keys, health, readiness, the pages and the API's document stay readable; metrics do not."""
    make_key("read")
    client = build().test_client()
    paths = ["/healthz", "/readyz", "/", "/docs", "/openapi.json", "/static/page.css", "/sign-in"]
    found = {path: client.get(path, buffered=True).status_code for path in [*paths, "/metrics", "/v1/model"]}
    assert found == {**dict.fromkeys(paths, 200), "/metrics": 401, "/v1/model": 401}


def test_a_page_leads_to_signing_in() -> None:
    """Who is missing from a page is sent to the form, and from there back."""
    make_key("read")
    client = build().test_client()
    answer = client.get("/elsewhere?day=1&publisher=a%20b")
    assert (answer.status_code, answer.location) == (
        303,
        "/sign-in?next=/elsewhere?day%3D1%26publisher%3Da%2520b",
    )


def test_every_route_names_its_scopes() -> None:
    """No route of the API is without a scope, so that none is left to the rule for forgotten ones."""
    app = create_app(Settings(), FakeScorer())
    needed = {
        rule.rule: need_of(app.view_functions[rule.endpoint], rule.rule) for rule in app.url_map.iter_rules()
    }
    ours = {path: need for path, need in needed.items() if path.startswith("/v1/")}
    assert "/v1/score" in ours
    assert [path for path, need in ours.items() if not need or not need.scopes] == []


def test_no_log_line_holds_a_key(caplog: pytest.LogCaptureFixture) -> None:
    """Neither a good, a wrong nor a misplaced key is ever logged."""
    caplog.set_level(logging.DEBUG)
    token, client = make_key("read"), build().test_client()
    client.get("/v1/read-only", headers=bearer(token))
    client.get("/v1/admin-only", headers=bearer(token))
    client.get("/v1/read-only", headers=bearer(token + "x"))
    client.get(f"/v1/read-only?key={token}")
    assert caplog.text.count("path=/v1/") == 4
    assert token not in caplog.text


def test_unreadable_keys_shut_the_door() -> None:
    """When the keys cannot be read nobody is let in, this machine neither; health is still told."""
    client = build().test_client()
    with database_at("", slantwise_home()).begin() as connection:
        connection.execute(text("ALTER TABLE keys RENAME TO lost"))
    answer = client.get("/v1/read-only")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert client.get("/healthz").status_code == 200


def test_a_ring_grows_old() -> None:
    """Within its lifetime a worker knows the old keys, after it the new ones."""
    create_app(Settings(), FakeScorer())
    ring = Keyring(database_at("", slantwise_home()), lifetime=0.3)
    assert ring.live() == ()
    token = make_key("read")
    assert ring.find(token) is None
    time.sleep(0.35)
    found = ring.find(token)
    assert found is not None
    assert ring.get(found.id) == found


def test_a_ring_does_not_serve_what_it_could_not_read() -> None:
    """An old ring is no excuse: once it is stale and the store is gone, it knows nothing."""
    create_app(Settings(), FakeScorer())
    database = database_at("", slantwise_home())
    ring = Keyring(database, lifetime=0)
    token = make_key("read")
    assert ring.find(token)
    with database.begin() as connection:
        connection.execute(text("DROP TABLE keys"))
    with pytest.raises(Refusal):
        ring.find(token)


def test_the_document_states_the_scopes() -> None:
    """/openapi.json says of each operation which scope opens it, and that none may do."""
    document = json.loads(create_app(Settings(), FakeScorer()).test_client().get("/openapi.json").data)
    schemes = {name: one["type"] for name, one in document["components"]["securitySchemes"].items()}
    assert schemes == {"key": "http", "session": "apiKey"}
    security = {path: next(iter(ops.values())).get("security") for path, ops in document["paths"].items()}
    assert security["/v1/score"] == [{"key": ["score"]}, {"session": []}, {}]
    assert security["/metrics"] == [{"key": ["read"]}, {"session": []}, {}]
    assert security["/healthz"] is None
