"""A rater's own votes: found by their document, and taken back by nobody else."""

import pytest
from made_feedback import Crowd
from sqlalchemy import update

from service.feedback.own import own_votes, take_back
from service.feedback.raters import rater_hash
from service.problems import Refusal
from service.store.database import Database
from service.store.schema import feedback


def test_votes_of_one_rater_on_one_document(database: Database) -> None:
    """Only the rater's own votes on that document are found, by their claims."""
    crowd = Crowd(database)
    one, other = crowd.score(), crowd.score("Another text that says something else about the harbour.")
    kept = crowd.vote(one, "anna")
    crowd.vote(one, "bert")
    crowd.vote(other, "anna")
    with database.read() as connection:
        found = own_votes(connection, one.document, rater_hash("", "anna"))
    assert {claim: row["id"] for claim, row in found.items()} == {kept.row["claim"]: kept.row["id"]}


def test_a_vote_is_taken_back_by_its_rater_alone(database: Database) -> None:
    """Another rater cannot take a vote back; its own rater can, once."""
    crowd = Crowd(database)
    vote = crowd.vote(crowd.score(), "anna").row["id"]
    with database.begin() as connection:
        done = [take_back(connection, vote, rater_hash("", name)) for name in ("bert", "anna", "anna")]
    assert done == [False, True, False]
    assert crowd.votes() == []


def test_a_reviewed_vote_stays(database: Database) -> None:
    """What a person decided about is no longer the rater's to take back."""
    crowd = Crowd(database)
    vote = crowd.vote(crowd.score(), "anna").row["id"]
    with database.begin() as connection:
        connection.execute(update(feedback).values(status="accepted", why="reviewed"))
    with pytest.raises(Refusal, match="reviewed already"), database.begin() as connection:
        take_back(connection, vote, rater_hash("", "anna"))
    assert [row["id"] for row in crowd.votes()] == [vote]
