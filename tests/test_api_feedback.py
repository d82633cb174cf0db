"""The API of feedback: given, listed and reviewed, by those who may, whatever is sent."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from apiflask import APIFlask
from fakes import FakeScorer
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_keys import bearer, forget, key_ids, make_key, revoke_key
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance
from werkzeug.test import TestResponse

from service.app import create_app
from service.feedback.questions import QUESTIONS
from service.settings import Settings

TEXT = "The council met on Monday 😀. It is a shameful betrayal. Every citizen should say so at once!"
ABSENT = "01M832BXN39CW08724XYV9V7DC"


@pytest.fixture
def app(home: Path) -> APIFlask:
    """Return a service with a store of its own."""
    return create_app(Settings(), FakeScorer())


@pytest.fixture
def score(client: FlaskClient) -> dict[str, Any]:
    """Return a scorecard whose text is kept."""
    body = {"text": TEXT, "store": "text", "targets": ["The council"]}
    card: dict[str, Any] = client.post("/v1/score", json=body).get_json()
    return card


def vote(client: FlaskClient, score: dict[str, Any], headers: Any = None, **fields: Any) -> TestResponse:
    """Send a vote; without more, anna says that the text is advocacy."""
    body = {"score": score["id"], "rater": "anna", "head": "advocacy", "verdict": "label", "label": "yes"}
    return client.post("/v1/feedback", json={**body, **fields}, headers=headers)


def listed(client: FlaskClient, query: str = "", headers: Any = None) -> dict[str, Any]:
    """Return a list of votes."""
    response = client.get(f"/v1/feedback{query}", headers=headers)
    assert response.status_code == 200
    found: dict[str, Any] = response.get_json()
    return found


def test_a_vote_is_answered_as_it_stands(client: FlaskClient, score: dict[str, Any]) -> None:
    """201 for a new one, 200 for the same again and for a change, each with the vote as it is now."""
    first = vote(client, score, note="so I think")
    again = vote(client, score, note="so I think")
    changed = vote(client, score, label="no")
    row = first.get_json()
    assert row == {
        "id": row["id"], "score": score["id"], "document": row["document"], "bundle": "fake.1",
        "head": "advocacy", "start": None, "end": None, "frame": None, "target": None, "verdict": "label",
        "label": "yes", "rater": row["rater"], "note": "so I think", "source": "api", "status": "pending",
        "why": None, "created_at": row["created_at"],
    }  # fmt: skip
    assert [one.status_code for one in (first, again, changed)] == [201, 200, 200]
    assert (again.get_json(), changed.get_json()) == (
        row, {**row, "label": "no", "note": None, "created_at": changed.get_json()["created_at"]},
    )  # fmt: skip
    assert "anna" not in json.dumps(row)


def test_parts_frames_and_targets(client: FlaskClient, score: dict[str, Any]) -> None:
    """A sentence, a frame of the text and of a sentence, and a target come back as they were sent."""
    sentence = {"start": 0, "end": 28}
    sent = [
        {"head": "opinion", "verdict": "agree", "label": None, **sentence},
        {"head": "story_frames", "verdict": "agree", "label": None, "frame": "conflict"},
        {"head": "policy_frames", "frame": "economic", **sentence},
        {"head": "stance", "verdict": "disagree", "label": "favour", "target": "the council"},
    ]
    answers = [vote(client, score, **one).get_json() for one in sent]
    names = ("head", "start", "end", "frame", "target")
    assert [tuple(answer[name] for name in names) for answer in answers] == [
        ("opinion", 0, 28, None, None),
        ("story_frames", None, None, "conflict", None),
        ("policy_frames", 0, 28, "economic", None),
        ("stance", None, None, None, 0),
    ]


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"score": ABSENT}, 404, "no score of this id"),
        ({"score": "1"}, 422, "score: "),
        ({"score": "a\0b"}, 422, "score: "),
        ({"head": "no such head"}, 422, "there are advocacy, "),
        ({"head": None}, 422, "head: "),
        ({"verdict": "maybe"}, 422, "verdict: "),
        ({"verdict": "agree"}, 422, "agree takes no label"),
        ({"label": None}, 422, "needs a label"),
        ({"label": "x" * 65}, 422, "label: "),
        ({"label": "<script>alert(1)</script>"}, 422, "there are no, yes"),
        ({"rater": ""}, 422, "rater: "),
        ({"rater": " \u00a0"}, 422, "rater: "),
        ({"rater": "x" * 101}, 422, "rater: "),
        ({"rater": "a\nb"}, 422, "rater: holds a control character"),
        ({"rater": "a\0b"}, 422, "rater: holds a NUL character"),
        ({"note": "a\0b"}, 422, "note: holds a NUL character"),
        ({"note": "a\x1b[31mb"}, 422, "note: holds a control character"),
        ({"note": "\ud800"}, 422, "note: holds a lone surrogate"),
        ({"note": "x" * 1_001}, 422, "note: "),
        ({"note": "x" * 900_000}, 422, "note: "),
        ({"start": 0}, 422, "give both of start and end"),
        ({"start": 5, "end": 5}, 422, "end must lie after start"),
        ({"start": -1, "end": 5}, 422, "start: "),
        ({"start": 0, "end": 2**31}, 422, "end: "),
        ({"start": True, "end": 5}, 422, "start: "),
        ({"start": "0", "end": "5"}, 422, "start: "),
        ({"start": 0.0, "end": 5.5}, 422, "end: "),
        ({"start": 0, "end": 28}, 422, "judged on the whole text"),
        ({"head": "stance", "label": "against", "target": True}, 422, "target"),
        ({"head": "stance", "label": "against", "target": -1}, 422, "target"),
        ({"head": "stance", "label": "against", "target": 10_001}, 422, "target"),
        ({"status": "accepted"}, 422, "status: unknown field"),
    ],
)
def test_refuses_what_does_not_fit(
    client: FlaskClient, score: dict[str, Any], fields: dict[str, Any], status: int, said: str
) -> None:
    """Whatever is ill-formed is a problem object that names the fault, and nothing is kept."""
    body = {"score": score["id"], "rater": "anna", "head": "advocacy", "verdict": "label", "label": "yes"}
    response = client.post(
        "/v1/feedback", data=json.dumps({**body, **fields}), content_type="application/json"
    )
    problem = response.get_json()
    assert (response.status_code, problem["status"]) == (status, status)
    assert said in problem["detail"]
    assert len(response.data) < 1_000
    assert listed(client)["feedback"] == []


def test_what_is_in_a_note_stays_in_it(
    client: FlaskClient, score: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    """SQL, markup and formulas are kept as they were written, and stand in no log line."""
    caplog.set_level(logging.INFO)
    notes = [
        "'); DROP TABLE feedback; --",
        "<img src=x onerror=alert(1)>",
        "=HYPERLINK(1)",
        "{{7*7}}",
        "a\r\nb\t😀",
    ]
    for number, note in enumerate(notes):
        assert vote(client, score, rater=f"unmistakable {number}", note=note).status_code == 201
    assert [one["note"] for one in listed(client)["feedback"]] == notes[::-1]
    for words in (*notes, "unmistakable"):
        assert words not in caplog.text


def test_a_repeat_is_no_new_vote(client: FlaskClient, score: dict[str, Any]) -> None:
    """The same vote a hundred times is one."""
    statuses = [vote(client, score).status_code for _ in range(100)]
    assert (statuses, listed(client)["counts"]["pending"]) == ([201, *[200] * 99], 1)


def test_lists_by_filters_and_pages(client: FlaskClient, score: dict[str, Any]) -> None:
    """Every filter holds, counts are those of the filters, and pages neither shift nor double."""
    rows = [vote(client, score, rater=f"rater {i}", label=("no", "yes")[i % 2]).get_json() for i in range(5)]
    client.patch(f"/v1/feedback/{rows[0]['id']}", json={"status": "rejected"})
    newest = [row["id"] for row in rows[::-1]]
    first = listed(client, "?limit=2")
    vote(client, score, rater="one who comes later")
    second = listed(client, f"?limit=3&cursor={first['next']}")
    assert [one["id"] for one in first["feedback"] + second["feedback"]] == newest
    assert second["next"] is None
    one = rows[1]
    for query, ids in (
        (f"?rater={one['rater']}", [one["id"]]),
        ("?status=rejected", [rows[0]["id"]]),
        (f"?score={score['id']}&head=advocacy&source=api&bundle=fake.1&limit=200", None),
        (f"?document={one['document']}&from=2020-01-01&to=2999-01-01", None),
        ("?head=opinion", []),
        (f"?score={ABSENT}", []),
        ("?to=2020-01-01", []),
    ):
        found = listed(client, query)
        assert len(found["feedback"]) == sum(found["counts"].values()) == (6 if ids is None else len(ids))
        assert ids is None or [row["id"] for row in found["feedback"]] == ids
    assert listed(client)["counts"] == {"pending": 5, "accepted": 0, "held": 0, "rejected": 1}


@pytest.mark.parametrize(
    "query",
    [
        "?rater=xyz",
        "?rater=",
        "?status=new",
        "?limit=0",
        "?cursor=AAAA",
        "?from=1",
        "?what=1",
        "?score=a%00b",
    ],
)
def test_refuses_queries_that_mean_nothing(client: FlaskClient, query: str) -> None:
    """A filter that cannot hold is told, not ignored."""
    assert client.get(f"/v1/feedback{query}").status_code == 422


def test_a_person_decides(client: FlaskClient, score: dict[str, Any]) -> None:
    """A decision is kept with its reason and can be taken back; an unknown vote is 404."""
    one = f"/v1/feedback/{vote(client, score).get_json()['id']}"
    said = [
        client.patch(one, json={"status": status}).get_json()
        for status in ("accepted", "rejected", "pending")
    ]
    assert [(row["status"], row["why"]) for row in said] == [
        ("accepted", "reviewed"), ("rejected", "reviewed"), ("pending", None),
    ]  # fmt: skip
    assert client.patch(one, json={"status": "held"}).status_code == 422
    for absent in (ABSENT, "1", "%00", "'"):
        assert client.patch(f"/v1/feedback/{absent}", json={"status": "accepted"}).status_code == 404


def test_agreement(client: FlaskClient, score: dict[str, Any]) -> None:
    """Every head is there; two raters who are at odds have an alpha below chance."""
    for rater, labels in (("anna", ("yes", "no")), ("bert", ("no", "yes"))):
        for frame, label in zip(("conflict", "moral"), labels, strict=True):
            vote(client, score, rater=rater, head="story_frames", frame=frame, label=label)
    heads = {one.pop("head"): one for one in client.get("/v1/feedback/agreement").get_json()["heads"]}
    none = {"alpha": None, "reason": "no_overlap", "items": 0, "votes": 0, "raters": 0, "single": 0}
    odds = {"alpha": -0.5, "reason": None, "items": 2, "votes": 4, "raters": 2, "single": 0}
    assert heads == dict.fromkeys(QUESTIONS, none) | {"story_frames": odds}


def test_a_rater_is_forgotten(client: FlaskClient, score: dict[str, Any]) -> None:
    """All votes of the pseudonym are deleted, those of others stay."""
    vote(client, score), vote(client, score, head="partisan"), vote(client, score, rater="bert")
    assert client.delete("/v1/raters", json={"rater": " Anna"}).get_json() == {"erased": 2}
    assert client.delete("/v1/raters", json={"rater": "anna"}).get_json() == {"erased": 0}
    assert client.delete("/v1/raters", json={}).status_code == 422
    assert len(listed(client)["feedback"]) == 1


def test_votes_go_with_their_document(client: FlaskClient, score: dict[str, Any]) -> None:
    """After a deletion there is neither the score to judge nor the votes on it."""
    vote(client, score)
    assert client.delete(f"/v1/scores/{score['id']}").status_code == 204
    assert listed(client)["feedback"] == []
    assert vote(client, score).status_code == 404


def test_each_route_asks_for_its_scope(app: APIFlask, client: FlaskClient, score: dict[str, Any]) -> None:
    """Feedback gives, read lists, admin decides and forgets; no other scope opens them."""
    scopes = ("score", "read", "feedback", "admin")
    tokens = {scope: make_key(scope) for scope in scopes}
    forget(app)
    body = {"score": score["id"], "rater": "anna", "head": "advocacy", "verdict": "label", "label": "yes"}
    opened = {
        (method, path): [
            scope
            for scope in scopes
            if client.open(path, method=method, json=sent, headers=bearer(tokens[scope])).status_code
            not in (401, 403)
        ]
        for method, path, sent in (
            ("POST", "/v1/feedback", body), ("GET", "/v1/feedback", None),
            ("GET", "/v1/feedback/agreement", None), ("DELETE", "/v1/raters", {"rater": "nobody"}),
            ("PATCH", f"/v1/feedback/{ABSENT}", {"status": "accepted"}),
        )
    }  # fmt: skip
    assert [*opened.values()] == [
        ["feedback", "admin"], ["read", "admin"], ["read", "admin"], ["admin"], ["admin"],
    ]  # fmt: skip
    assert vote(client, score).status_code == 401


def test_nobody_speaks_for_the_holder_of_another_key(
    app: APIFlask, client: FlaskClient, score: dict[str, Any]
) -> None:
    """The same pseudonym with another key is another rater; the operator forgets them all at once."""
    keys = [bearer(make_key("feedback")) for _ in range(2)]
    admin = bearer(make_key("admin"))
    forget(app)
    answers = [
        vote(client, score, headers=key, label=label) for key, label in zip(keys, ("yes", "no"), strict=True)
    ]
    assert [one.status_code for one in answers] == [201, 201]
    assert [one["label"] for one in listed(client, headers=admin)["feedback"]] == ["no", "yes"]
    revoke_key(key_ids()[0])
    forget(app)
    erased = client.delete("/v1/raters", json={"rater": "anna"}, headers=admin)
    assert erased.get_json() == {"erased": 2}


def test_without_a_store_there_is_no_feedback(home: Path) -> None:
    """A server that keeps nothing says so."""
    client = create_app(Settings(store="none"), FakeScorer()).test_client()
    assert "keeps no scores" in client.get("/v1/feedback").get_json()["detail"]
    assert vote(client, {"id": ABSENT}).status_code == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/feedback"),
        ("GET", "/v1/feedback"),
        ("PATCH", "/v1/feedback/{vote_id}"),
        ("GET", "/v1/feedback/agreement"),
        ("DELETE", "/v1/raters"),
    ],
)
def test_service_keeps_its_word(app: APIFlask, method: str, path: str) -> None:
    """Whatever is sent, well-formed or not, the answer is one that the document allows.

    That end lies after start, and where a cursor came from, no schema can say.
    """
    serve = app.wsgi_app
    app.wsgi_app = lambda environ, start: serve({**environ, "REMOTE_ADDR": "127.0.0.1"}, start)  # type: ignore[method-assign]
    operation = schemathesis.openapi.from_wsgi("/openapi.json", app)[path][method]
    modes = (operation.as_strategy(), operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))

    @given(case=st.one_of(*modes))
    @settings(
        max_examples=25,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    def check(case: Any) -> None:
        case.call_and_validate(excluded_checks=[positive_data_acceptance])

    check()
