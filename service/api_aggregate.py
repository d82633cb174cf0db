"""The API of the store as a whole: counts, means and shares of what is kept."""

from apiflask import APIBlueprint
from flask import Response
from pydantic_core import to_json

from service.access import needs
from service.answers_aggregate import Aggregate
from service.current import desk
from service.openapi import failures
from service.queries_aggregate import AggregateQuery
from service.query_lists import asks
from service.store.aggregate import aggregate, kept_bundles
from service.store.cells import Question
from service.store.stance import stance
from service.storing import kept_database

bp = APIBlueprint("aggregate", __name__, url_prefix="/v1", tag="Kept scores")


@bp.get("/aggregate")
@needs("read")
@bp.doc(responses=failures(404, 422, 503))
@bp.output(Aggregate)
@asks(bp, AggregateQuery)
def aggregates(query: AggregateQuery) -> Response:
    """Count and average what is kept, by publisher, time, source type, frame or followed name.

    One bundle and profile at a time, by default the bundle in use. Of each document the newest
    scorecard counts. Figures leave abstentions out and say how many; they are over stories unless
    ``count=copies``. Intervals are of 95 % and take texts for a sample.

    Nothing but its number of texts is said of a publisher, by name or by filter, with fewer than 20.
    This keeps people from judging on little; it is no secrecy: who may ask this may list each score.
    """
    question = query.question(desk().scorer.bundle.version)
    return Response(to_json(_answer(question)), content_type="application/json")


def _answer(question: Question) -> dict[str, object]:
    with kept_database().read() as connection:
        found = (stance if "target" in question.by else aggregate)(connection, question)
        kept = kept_bundles(connection)
    return {
        "bundle": question.bundle, "profile": question.profile, "by": question.by, "count": question.count,
        "groups": found.groups, "unlabelled": found.unlabelled, "withheld": found.withheld, "kept": kept,
    }  # fmt: skip
