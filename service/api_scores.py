"""The API of what is kept: the list of scorecards, one of them, and its end."""

from typing import Any

from apiflask import APIBlueprint
from flask import Response

from service.access import actor, needs
from service.answers_kept import KeptScorecard, ScoreList
from service.current import desk
from service.openapi import failures
from service.problems import Refusal
from service.queries import ScoresQuery, is_id
from service.store.database import Database
from service.store.deleting import delete_document
from service.store.scores import find_score, list_scores
from service.wire import write_json

bp = APIBlueprint("scores", __name__, url_prefix="/v1", tag="Kept scores")
_UNKNOWN = "No scorecard of this id is kept."


@bp.get("/scores")
@needs("read")
@bp.doc(responses=failures(404, 422, 503))
@bp.output(ScoreList)
@bp.input(ScoresQuery, location="query", arg_name="query")
def scores(query: ScoresQuery) -> Response:
    """List kept scorecards, the newest first.

    ``next`` is the cursor of the following page, null on the last. What is kept meanwhile stands
    before the first page: it neither shifts nor doubles what is still to come.
    """
    with _database().read() as connection:
        found = list_scores(connection, query.filters(), query.limit + 1, query.cursor)
    page, more = found[: query.limit], found[query.limit :]
    return _answer({"scores": page, "next": page[-1]["id"] if more else None})


@bp.get("/scores/<scorecard_id>")
@needs("read")
@bp.doc(responses=failures(404, 503))
@bp.output(KeptScorecard)
def score(scorecard_id: str) -> Response:
    """Return one scorecard as it was answered.

    Where the text is not kept, evidence has no words, targets have no names but their position, and
    there are no warnings, which may name somebody. ``versions`` names the document's other scorecards.
    """
    database = _database()
    if is_id(scorecard_id):
        with database.read() as connection:
            found = find_score(connection, scorecard_id)
        if found is not None:
            return _answer(found)
    raise Refusal(404, _UNKNOWN)


@bp.delete("/scores/<scorecard_id>")
@needs("admin")
@bp.doc(responses=failures(404, 503))
@bp.output({}, status_code=204)
def forget(scorecard_id: str) -> Response:
    """Delete the document of a scorecard, with all its scorecards and the feedback on them."""
    if not is_id(scorecard_id) or not delete_document(_database(), scorecard_id, actor()):
        raise Refusal(404, _UNKNOWN)
    return Response(status=204)


def _database() -> Database:
    store = desk().store
    if store is None:
        raise Refusal(404, "This server keeps no scores.")
    return store.database


def _answer(value: dict[str, Any]) -> Response:
    return Response(write_json(value), content_type="application/json")
