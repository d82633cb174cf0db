"""Bad input over HTTP: every failure is a problem object with its own status, and says what to mend."""

import io
import json
import time
from typing import Any

import pytest
from fakes import FakeScorer
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.settings import Settings

GOOD = {"text": "One short text about something."}


def post(
    client: FlaskClient, raw: bytes, content_type: str | None = "application/json", **more: Any
) -> TestResponse:
    """Send raw bytes to /v1/score."""
    return client.post("/v1/score", data=raw, content_type=content_type, **more)


def send(client: FlaskClient, body: Any) -> TestResponse:
    """Send a JSON value, in ASCII, so that lone surrogates travel too."""
    return post(client, json.dumps(body).encode())


def check(response: TestResponse, status: int, said: str) -> None:
    """Assert a problem object that says this, and nothing of how we are made."""
    assert response.status_code == status
    assert response.content_type == "application/problem+json"
    problem = response.get_json()
    assert (problem["status"], problem["type"]) == (status, "about:blank")
    assert said in problem["detail"]
    assert "Traceback" not in response.get_data(as_text=True)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"text=hello", "not JSON"),
        (b'{"text": "caf\xe9"}', "not UTF-8: byte 13"),
        ('{"text": "in sixteen"}'.encode("utf-16"), "not UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"text":' * 100_000, "nested too deeply"),
        (b"9" * 100_000, "not JSON"),
    ],
)
def test_not_json(client: FlaskClient, raw: bytes, said: str) -> None:
    """What is no JSON in UTF-8, or nested too deeply, is 400."""
    check(post(client, raw), 400, said)


@pytest.mark.parametrize(
    "content_type",
    [None, "text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1"],
)
def test_wrong_content_type(client: FlaskClient, content_type: str | None) -> None:
    """Another type, none, or another charset is 415."""
    check(post(client, b'{"text": "hello"}', content_type), 415, "Send")


def test_compressed_body(client: FlaskClient) -> None:
    """A Content-Encoding is 415, not a parse error."""
    check(post(client, b"x", headers={"Content-Encoding": "gzip"}), 415, "Content-Encoding")


@pytest.mark.parametrize(
    ("body", "field", "said"),
    [
        ({"text": "a\0b"}, "text", "NUL"),
        ({"text": "\ud83d"}, "text", "surrogate"),
        ({**GOOD, "title": "\udc00"}, "title", "surrogate"),
        ({**GOOD, "targets": ["a\0"]}, "targets.0", "NUL"),
        ({"text": ""}, "text", "blank"),
        ({"text": " \n\u2003"}, "text", "blank"),
        ({"html": ""}, "html", "blank"),
        ({**GOOD, "foo": 1}, "foo", "unknown field"),
        ({**GOOD, "claims": True}, "claims", "not built yet"),
        ({**GOOD, "explain": True}, "explain", "not built yet"),
        ({**GOOD, "store": "everything"}, "store", "'none', 'scores' or 'text'"),
        ({**GOOD, "published_at": "yesterday"}, "published_at", "date"),
        ({**GOOD, "published_at": "2026-02-30"}, "published_at", "date"),
        ({**GOOD, "published_at": 1767225600}, "published_at", "string"),
        ({**GOOD, "targets": ["x"] * 10_000}, "targets", "at most 20"),
        ({**GOOD, "targets": [" "]}, "targets.0", "blank"),
        ({**GOOD, "targets": ["x" * 201]}, "targets.0", "at most 200"),
        ({**GOOD, "targets": "Aldo"}, "targets", "list"),
        ({**GOOD, "profile": "slow"}, "profile", "fast"),
        ({"text": 1}, "text", "string"),
    ],
)
def test_bad_field(client: FlaskClient, body: dict[str, Any], field: str, said: str) -> None:
    """A field that cannot be used is 422 and named, with the reason."""
    response = send(client, body)
    check(response, 422, field)
    assert said in " ".join(response.get_json()["errors"][field])


@pytest.mark.parametrize("body", [{}, {"text": "a", "html": "b"}, {"title": "only a title"}])
def test_both_or_neither(client: FlaskClient, body: dict[str, Any]) -> None:
    """Both or neither of text and html is 422."""
    check(send(client, body), 422, "exactly one of text and html")


@pytest.mark.parametrize("raw", [b"[]", b'"text"', b"1", b"NaN"])
def test_not_an_object(client: FlaskClient, raw: bytes) -> None:
    """JSON that is no object is 422."""
    check(post(client, raw), 422, "one JSON object")


def test_odd_field_names(client: FlaskClient) -> None:
    """A thousand unknown fields, or one whose name is no Unicode, are told in a short answer."""
    many = client.post("/v1/score", json={**GOOD, **{f"k{index}": 1 for index in range(1_000)}})
    check(many, 422, "unknown fields: k0, k1")
    check(send(client, {**GOOD, "\ud83d": 1}), 422, "field's name")
    long = client.post("/v1/score", json={**GOOD, "k" * 100_000: 1})
    check(long, 422, "unknown field")
    assert max(len(many.get_data()), len(long.get_data())) < 1_000


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"text": "é" * 60_001}, "60001 characters; profile accurate takes 60000"),
        ({"text": "a" * 200_001, "profile": "fast"}, "profile fast takes 200000"),
        ({"html": "<p>" * 40_001}, "40000 tags"),
        ({"html": "<p>" + "One text of many words. " * 2_600}, "profile accurate takes 60000"),
        ({"text": "a" * 1_000_001}, "over 1000000 bytes"),
    ],
)
def test_over_a_limit(client: FlaskClient, body: dict[str, str], said: str) -> None:
    """A text over its profile's limit, or a body over the server's, is 413 and names the limit."""
    check(send(client, body), 413, said)


def test_just_within_a_limit(client: FlaskClient) -> None:
    """The last character that is allowed is scored."""
    assert client.post("/v1/score", json={"text": "é" * 60_000}).status_code == 200
    assert client.post("/v1/score", json={"text": "é" * 200_000, "profile": "fast"}).status_code == 200


@pytest.mark.parametrize(("path", "limit"), [("/v1/score", 1_000_000), ("/v1/score/batch", 2_000_000)])
@pytest.mark.parametrize(("over", "refused"), [(0, False), (1, True), (500_000, True)])
def test_chunked_body(client: FlaskClient, path: str, limit: int, over: int, refused: bool) -> None:
    """Without Content-Length a body up to the limit is read whole; one byte more is 413, never a cut."""
    kind = "application/json" if path == "/v1/score" else "application/x-ndjson"
    raw = b'{"text": "One short text about something."}'
    stream = io.BytesIO(raw + b" " * (limit + over - len(raw)))
    environ = {"wsgi.input": stream, "wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    response = client.post(path, content_type=kind, environ_overrides=environ)
    if refused:
        check(response, 413, f"over {limit} bytes")
    else:
        assert response.status_code == 200


def test_body_shorter_than_declared(client: FlaskClient) -> None:
    """A body that ends before its Content-Length is 400, not half a text."""
    raw = b'{"text": "One short text about something."}'
    environ = {"wsgi.input": io.BytesIO(raw), "CONTENT_LENGTH": "500", "wsgi.input_terminated": True}
    check(post(client, b"", environ_overrides=environ), 400, "ended before")


def test_past_the_deadline(scorer: FakeScorer) -> None:
    """A text that takes longer than the server allows is 503 with Retry-After."""
    from service.app import create_app

    scorer.before = lambda request: time.sleep(0.02)
    client = create_app(Settings(deadline_seconds=0.01), scorer).test_client()
    response = client.post("/v1/score", json=GOOD)
    check(response, 503, "longer than this server allows")
    assert response.headers["Retry-After"] == "2"


def test_nothing_to_score(client: FlaskClient) -> None:
    """What the core cannot score is 422 in the core's own words."""
    check(client.post("/v1/score", json={"html": "<p></p>"}), 422, "no text was found in the html")


def test_a_bug_shows_nothing(
    client: FlaskClient, scorer: FakeScorer, caplog: pytest.LogCaptureFixture
) -> None:
    """An unexpected error is a plain 500; the log says where it broke and nothing of the text."""

    def break_down(request: Any) -> None:
        raise RuntimeError(request.text)

    scorer.before = break_down
    response = client.post("/v1/score", json=GOOD)
    check(response, 500, "Something went wrong here")
    assert "RuntimeError" in caplog.text
    assert "short text" not in caplog.text + response.get_data(as_text=True)


def test_routing_errors(client: FlaskClient) -> None:
    """No such path is 404; a wrong method is 405 and names the right ones."""
    check(client.get("/nowhere"), 404, "not found")
    wrong = client.get("/v1/score")
    check(wrong, 405, "not allowed")
    assert set(wrong.headers["Allow"].split(", ")) == {"OPTIONS", "POST"}


@pytest.mark.parametrize(
    "host", ["evil.example", "", "localhost.evil.example", "a@localhost", "localhost:port"]
)
def test_foreign_host(client: FlaskClient, host: str) -> None:
    """A Host that is not on the list is 400, whatever the path."""
    check(client.get("/healthz", headers={"Host": host}), 400, "Host")


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1:1", "[::1]", "[::1]:8000"])
def test_own_host(client: FlaskClient, host: str) -> None:
    """The names of this machine are served, in any case and with any port."""
    assert client.get("/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("path", ["/", "/docs", "/healthz", "/v1/model", "/nowhere", "/static/page.css"])
def test_security_headers(client: FlaskClient, path: str) -> None:
    """Every answer carries the strict policy, and none invites another origin."""
    with client.get(path, headers={"Origin": "https://evil.example"}) as response:
        headers = response.headers
    assert headers["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] in ("no-store", "no-cache")
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert not [name for name, _ in headers if name.startswith("Access-Control")]
