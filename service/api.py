"""The API: one text, a batch of texts, and what the model behind them is."""

from typing import Any

from apiflask import APIBlueprint
from flask import Response, request

from models.request import MAX_HTML_BYTES, MAX_HTML_TAGS, MAX_TARGETS, TEXT_LIMITS
from service.access import needs
from service.access.limits import charge
from service.answers import Limits, ModelCard, Scorecard
from service.batch import count_lines, score_lines
from service.body import JSON_TYPES, NDJSON_TYPES, takes
from service.current import desk
from service.openapi import failures, lines
from service.schemas import ScoreBody
from service.settings import Settings
from service.wire import write_json

bp = APIBlueprint("v1", __name__, url_prefix="/v1", tag="Scores")

STREAM: dict[str, Any] = {
    "description": "Answers in order, streamed.",
    "content": lines("One Scorecard, or Problem, a line."),
}


@bp.post("/score")
@needs("score")
@takes(JSON_TYPES, limit="max_body_bytes")
@bp.doc(responses=failures(413, 415, 422, 503))
@bp.output(Scorecard)
@bp.input(ScoreBody, arg_name="body")
def score(body: ScoreBody) -> Response:
    """Score one text.

    A text over the limit of its profile, or a body over the limit of the server, is 413; a server
    with no place free, or a text that takes too long, is 503 with Retry-After. An answer with an id
    is kept; one that should be and cannot be is 503, too.
    """
    with desk().gate.enter():
        card = desk().answer(body)
    return Response(write_json(card), content_type="application/json")


@bp.post("/score/batch")
@needs("score")
@takes(NDJSON_TYPES, limit="max_batch_bytes")
@bp.doc(responses=failures(413, 415, 422, 503, success=STREAM))
def score_batch() -> Response:
    """Score many texts: NDJSON in, NDJSON out, streamed and in order.

    The whole body is read first, so that one over the limit is always a 413 and never cut. A bad
    line gives one problem object with its line number, and the rest goes on. Each line that is to be
    kept is kept before its answer leaves.
    """
    here = desk()
    count = count_lines(request.stream, here.settings.max_batch_lines)
    charge(count)
    place = here.gate.enter()
    place.callback(request.stream.close)
    response = Response(score_lines(here, request.stream, place), content_type=NDJSON_TYPES[0])
    response.headers["X-Accel-Buffering"] = "no"
    response.headers["Slantwise-Texts"] = str(count)
    response.call_on_close(place.close)
    return response


@bp.get("/model")
@needs("read", "score", "feedback")
@bp.doc(responses=failures())
@bp.output(ModelCard)
def model() -> dict[str, Any]:
    """Say which bundle answers, what it was made of, how good it is, and what this server takes."""
    here = desk()
    return {**here.scorer.bundle.card(), "limits": limits(here.settings)}


def limits(settings: Settings) -> Limits:
    """Return what one request may carry, and how long it may take."""
    return Limits(
        text_characters={"fast": TEXT_LIMITS["fast"], "accurate": TEXT_LIMITS["accurate"]},
        html_bytes=MAX_HTML_BYTES,
        html_tags=MAX_HTML_TAGS,
        targets=MAX_TARGETS,
        body_bytes=settings.max_body_bytes,
        batch_bytes=settings.max_batch_bytes,
        batch_lines=settings.max_batch_lines,
        concurrent=settings.max_concurrent,
        deadline_seconds=settings.deadline_seconds,
    )
