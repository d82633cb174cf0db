"""POST /v1/score and GET /v1/model: what a well-formed request gets."""

from dataclasses import fields
from typing import Any

import pytest
from fakes import FakeScorer
from flask.testing import FlaskClient
from pydantic import BaseModel

from models import scorecard
from models.request import MAX_HTML_BYTES, MAX_HTML_TAGS, ScoreRequest
from service import answers
from service.settings import Settings

TEXT = "The council met on Monday. It is a shameful betrayal 😀, and every citizen should say so!"


def test_answers_what_the_core_says(client: FlaskClient, scorer: FakeScorer) -> None:
    """The answer is the core's scorecard, key for key and in its order."""
    body = {"text": TEXT, "title": "A title", "targets": ["The council"], "store": "none"}
    response = client.post("/v1/score", json=body)
    expected = scorer.score(ScoreRequest(text=TEXT, title="A title", targets=("The council",))).to_json()
    assert response.status_code == 200
    assert response.json == {**expected, "frames": [*expected["frames"]], **_as_lists(expected)}
    assert list(response.get_json()) == list(expected)


def test_every_field_reaches_the_core(client: FlaskClient, scorer: FakeScorer) -> None:
    """What a caller sends is what the core reads, with a deadline of the server's making."""
    seen: list[ScoreRequest] = []
    scorer.before = seen.append
    body = {
        "html": "<p>One short page of text here.</p>",
        "title": "T",
        "url": "https://example.org/a",
        "publisher": "The Post",
        "published_at": "2026-11-22T09:00:00+01:00",
        "targets": ["Aldo Brandt"],
        "profile": "fast",
        "explain": False,
        "store": "none",
    }
    assert client.post("/v1/score", json=body).status_code == 200
    (request,) = seen
    assert request.deadline is not None
    wanted = {key: value for key, value in body.items() if key not in ("explain", "store", "targets")}
    assert request == ScoreRequest(**wanted, targets=("Aldo Brandt",), deadline=request.deadline)  # type: ignore[arg-type]


def test_answer_fits_its_published_schema(client: FlaskClient) -> None:
    """The answer passes the model from which /openapi.json is made."""
    response = client.post("/v1/score", json={"text": TEXT, "targets": ["Aldo Brandt"]})
    answers.Scorecard.model_validate(response.json)


def test_offsets_point_into_the_callers_text(client: FlaskClient) -> None:
    """Sentences are cut by code points of the very string that was sent."""
    answer = client.post("/v1/score", json={"text": TEXT}).get_json()
    cut = [TEXT[sentence["start"] : sentence["end"]] for sentence in answer["sentences"]]
    assert cut == [
        "The council met on Monday.",
        "It is a shameful betrayal 😀, and every citizen should say so!",
    ]


def test_html_answer_carries_its_text(client: FlaskClient) -> None:
    """For HTML the extracted text stands in the answer; for text it does not."""
    html = client.post("/v1/score", json={"html": "<p>One page of text is here.</p>"}).get_json()
    text = client.post("/v1/score", json={"text": "One page of text is here."}).get_json()
    assert html["document"]["text"] == "One page of text is here."
    assert "text" not in text["document"]


def test_accepts_a_byte_order_mark_and_a_charset(client: FlaskClient) -> None:
    """UTF-8 is UTF-8, with its name or a byte order mark before it."""
    raw = b'\xef\xbb\xbf{"text": "One short text about something."}'
    response = client.post("/v1/score", data=raw, content_type="application/json; charset=UTF-8")
    assert response.status_code == 200


def test_model_shows_card_and_limits(client: FlaskClient, settings: Settings, scorer: FakeScorer) -> None:
    """/v1/model is the bundle's own card with the limits of this server."""
    limits = {
        "text_characters": {"fast": 200_000, "accurate": 60_000},
        "html_bytes": MAX_HTML_BYTES,
        "html_tags": MAX_HTML_TAGS,
        "targets": 20,
        "body_bytes": settings.max_body_bytes,
        "batch_bytes": settings.max_batch_bytes,
        "batch_lines": settings.max_batch_lines,
        "concurrent": 1,
        "deadline_seconds": 30.0,
    }
    assert client.get("/v1/model").json == {**scorer.bundle.card(), "limits": limits}


@pytest.mark.parametrize(
    "name",
    [
        "ModelInfo",
        "DocumentInfo",
        "AdvocacyScore",
        "SourceTypeScore",
        "FrameScore",
        "StanceScore",
        "SentenceScore",
        "Evidence",
        "Scorecard",
    ],
)
def test_schema_mirrors_the_core(name: str) -> None:
    """Each part of the published answer has exactly the fields of the core's own part that are answered."""
    schema: type[BaseModel] = getattr(answers, name)
    part: Any = getattr(scorecard, name)
    kept_only = {"known_words"} if name == "DocumentInfo" else set()
    assert set(schema.model_fields) == {field.name for field in fields(part)} - kept_only


def _as_lists(card: dict[str, Any]) -> dict[str, Any]:
    return {key: list(value) for key, value in card.items() if isinstance(value, tuple)}
