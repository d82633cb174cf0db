"""The API of feedback: votes given, listed and reviewed; how far raters agree; raters forgotten."""

from dataclasses import asdict
from typing import Any, Final

from apiflask import APIBlueprint
from flask import Response

from service.access import actor, needs
from service.access.callers import caller
from service.body import JSON_TYPES, takes
from service.current import desk
from service.feedback.agreement import agreement
from service.feedback.bodies import DecisionBody, FeedbackBody, RaterBody
from service.feedback.giving import take_vote
from service.feedback.queries import (
    AgreementAnswer,
    Erased,
    FeedbackList,
    FeedbackQuery,
    VoteAnswer,
    vote_answer,
)
from service.feedback.raters import erase_rater
from service.feedback.review import decide_vote, read_votes
from service.feedback.votes import count_by_status, find_vote, list_votes
from service.openapi import failures
from service.problems import Refusal
from service.queries import is_id
from service.store.database import Database
from service.wire import write_json

bp = APIBlueprint("feedback", __name__, url_prefix="/v1", tag="Feedback")
KNOWN: Final[dict[str, Any]] = {
    "description": "This rater judged this before: the vote as it stands now.",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/VoteAnswer"}}},
}


@bp.post("/feedback")
@needs("feedback")
@takes(JSON_TYPES, limit="max_body_bytes")
@bp.doc(responses=failures(404, 413, 415, 422, 503, success=KNOWN))
@bp.output(VoteAnswer, status_code=201)
@bp.input(FeedbackBody, arg_name="body")
def give_feedback(body: FeedbackBody) -> Response:
    """Say of one thing that a scorecard said whether it is right.

    Of a rater the last word on a thing counts: 201 for a new vote, 200 where there was one. Votes wait
    for a review; docs/feedback.md says what becomes of them.
    """
    given = take_vote(_database(), body, caller())
    return _answer(vote_answer(given.row), 201 if given.new else 200)


@bp.get("/feedback")
@needs("read")
@bp.doc(responses=failures(404, 422, 503))
@bp.output(FeedbackList)
@bp.input(FeedbackQuery, location="query", arg_name="query")
def feedback(query: FeedbackQuery) -> Response:
    """List votes, the newest first, and count those that the filters find by status."""
    wanted = [*query.conditions()]
    with _database().read() as connection:
        found = list_votes(connection, wanted, query.limit + 1, query.cursor)
        counts = count_by_status(connection, wanted)
    page, more = found[: query.limit], found[query.limit :]
    shown = [vote_answer(row) for row in page]
    return _answer({"feedback": shown, "counts": counts, "next": shown[-1]["id"] if more else None})


@bp.get("/feedback/agreement")
@needs("read")
@bp.doc(responses=failures(404, 503))
@bp.output(AgreementAnswer)
def feedback_agreement() -> Response:
    """Say how far raters agree on each head, beyond chance: Krippendorff's alpha."""
    with _database().read() as connection:
        votes = read_votes(connection)
    return _answer({"heads": [asdict(head) for head in agreement(votes)]})


@bp.patch("/feedback/<vote_id>")
@needs("admin")
@takes(JSON_TYPES, limit="max_body_bytes")
@bp.doc(responses=failures(404, 413, 415, 422, 503))
@bp.output(VoteAnswer)
@bp.input(DecisionBody, arg_name="body")
def review_feedback(vote_id: str, body: DecisionBody) -> Response:
    """Accept or reject a vote, or take a decision back; no rule touches what a person decided."""
    database = _database()
    if not is_id(vote_id):
        raise _no_vote()
    with database.begin() as connection:
        if not decide_vote(connection, vote_id, body.status, actor()):
            raise _no_vote()
        row = find_vote(connection, vote_id)
    return _answer(vote_answer(row))


@bp.delete("/raters")
@needs("admin")
@takes(JSON_TYPES, limit="max_body_bytes")
@bp.doc(responses=failures(404, 413, 415, 422, 503))
@bp.output(Erased)
@bp.input(RaterBody, arg_name="body")
def forget_rater(body: RaterBody) -> Response:
    """Delete every vote of a pseudonym, whichever key it came with."""
    return _answer({"erased": erase_rater(_database(), body.rater, actor())})


def _database() -> Database:
    store = desk().store
    if store is None:
        raise Refusal(404, "This server keeps no scores, and so no feedback.")
    return store.database


def _no_vote() -> Refusal:
    return Refusal(404, "There is no feedback of this id.")


def _answer(value: dict[str, Any], status: int = 200) -> Response:
    return Response(write_json(value), status, content_type="application/json")
