"""How a vote comes in, from the API or from a page: checked against its scorecard, and kept."""

from service.access.callers import Caller
from service.feedback.bodies import FeedbackBody
from service.feedback.raters import NO_KEY, rater_hash
from service.feedback.sources import API
from service.feedback.stored import find_judged
from service.feedback.votes import Given, give, no_score, vote_values
from service.store.database import Database


def rater_of(who: Caller, pseudonym: str) -> bytes:
    """Return what is kept of a rater who sends a request: nobody with another key can speak as them."""
    return rater_hash(NO_KEY if who.by == "address" else who.actor, pseudonym)


def take_vote(database: Database, body: FeedbackBody, who: Caller) -> Given:
    """Keep the vote of a caller.

    Raises:
        Refusal: 404, its scorecard is not here; 422, it does not fit its scorecard.
        StoreUnavailable: the database is locked, full or gone; nothing was kept.

    """
    with database.read() as connection:
        judged = find_judged(connection, body.score)
    if judged is None:
        raise no_score()
    values = vote_values(body, judged, rater_of(who, body.rater), API)
    with database.begin() as connection:
        return give(connection, values)
