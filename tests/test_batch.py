"""POST /v1/score/batch: NDJSON in and out, streamed, in order, one answer a line."""

import json
from typing import Any

from fakes import FakeScorer
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

TEXTS = [
    "The first text is about ships.",
    "The second text is about docks.",
    "Third: it has no ships at all.",
]


def post(client: FlaskClient, body: bytes, **kwargs: Any) -> TestResponse:
    """Send a batch."""
    return client.post("/v1/score/batch", data=body, content_type="application/x-ndjson", **kwargs)


def lines(response: TestResponse) -> list[Any]:
    """Read the answer's lines."""
    return [json.loads(line) for line in response.get_data().splitlines()]


def ndjson(*values: Any) -> bytes:
    """Write one value a line."""
    return b"".join(json.dumps(value).encode() + b"\n" for value in values)


def test_batch_equals_single(client: FlaskClient) -> None:
    """Each line's answer is the same JSON, byte for byte, as the text alone gets."""
    bodies = [{"text": text, "store": "none"} for text in TEXTS]
    alone = [client.post("/v1/score", json=body).get_data() for body in bodies]
    response = post(client, ndjson(*bodies))
    assert (response.status_code, response.content_type) == (200, "application/x-ndjson")
    assert response.get_data() == b"".join(answer + b"\n" for answer in alone)


def test_bad_lines_are_one_error_line_each(client: FlaskClient) -> None:
    """A bad line gives a problem with its number and status; the lines around it are scored."""
    body = b'{"text": "A good text is here."}\n\n{"text": \n{"text": "a", "foo": 1}\n\xff\n'
    good, broken, unknown, encoded = lines(post(client, body))
    assert good["model"]["bundle"] == "fake.1"
    assert broken == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "The body is not JSON: Expecting value: line 2 column 1 (char 10).",
        "line": 3,
    }
    assert unknown == {
        "type": "about:blank",
        "title": "Unprocessable Entity",
        "status": 422,
        "detail": "foo: unknown field",
        "errors": {"foo": ["unknown field"]},
        "line": 4,
    }
    assert (encoded["status"], encoded["line"]) == (400, 5)


def test_limits_hold_line_by_line(client: FlaskClient) -> None:
    """A text over its profile's limit is a 413 on its own line, and so is a line over the byte limit."""
    answers = lines(
        post(client, ndjson({"text": "a" * 60_001}, {"text": TEXTS[0]}, {"text": "b " * 500_001}))
    )
    assert [answer.get("status") for answer in answers] == [413, None, 413]


def test_failures_inside_are_lines_too(client: FlaskClient, scorer: FakeScorer) -> None:
    """A deadline or a bug spoils its own line only, and shows nothing of the text."""

    def stumble(request: Any) -> None:
        if "docks" in request.text:
            raise RuntimeError(request.text)

    scorer.before = stumble
    response = post(client, ndjson(*({"text": text} for text in TEXTS)))
    assert [line.get("status") for line in lines(response)] == [None, 500, None]
    assert b"docks" not in response.get_data()


def test_is_streamed(client: FlaskClient, scorer: FakeScorer) -> None:
    """The first answer leaves before the second text is scored."""
    seen: list[str | None] = []
    scorer.before = lambda request: seen.append(request.text)
    response = post(client, ndjson({"text": TEXTS[0]}, {"text": TEXTS[1]}), buffered=False)
    pieces = response.iter_encoded()
    next(pieces)
    assert seen == TEXTS[:1]
    response.close()


def test_holds_its_place_to_the_end(client: FlaskClient) -> None:
    """A batch under way fills the one place; once it is read or given up, the place is free."""
    response = post(client, ndjson({"text": TEXTS[0]}), buffered=False)
    for busy in (client.post("/v1/score", json={"text": TEXTS[1]}), post(client, ndjson({"text": TEXTS[1]}))):
        assert (busy.status_code, busy.headers["Retry-After"]) == (503, "2")
    response.close()
    assert client.post("/v1/score", json={"text": TEXTS[1]}).status_code == 200


def test_refuses_a_batch_as_a_whole(client: FlaskClient) -> None:
    """No line at all is 422, too many lines or bytes are 413, another content type is 415."""
    assert post(client, b" \n\n").status_code == 422
    assert post(client, ndjson(*({"text": "a"} for _ in range(6)))).status_code == 413
    assert post(client, b" " * 2_000_001).status_code == 413
    assert client.post("/v1/score/batch", json={"text": "a"}).status_code == 415


def test_line_ends_of_other_alphabets_stay_inside(client: FlaskClient) -> None:
    """U+2028 and U+0085 in a text never break an answer into two lines."""
    response = post(client, ndjson({"text": "One text is here.", "title": "a\u2028b\u0085c"}))
    (line,) = response.get_data(as_text=True).splitlines()
    assert json.loads(line)["document"]["title"] == "a\u2028b\u0085c"
