"""Review: the rules over a store, decisions of people, and raters who are forgotten."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from made_feedback import Crowd, sqlite_crowd

from service.feedback import review
from service.feedback.raters import erase_rater, rater_code, rater_hash
from service.feedback.review import apply_rules, carry_out, decide_rater, decide_vote, read_votes
from service.feedback.rules import Limits
from service.feedback.shown import as_lines, shown_votes
from service.store.audit import last
from service.store.database import Database
from service.store.keys import create_key
from service.store.retention import purge

LIMITS = Limits()


@pytest.fixture
def crowd(home: Path) -> Crowd:
    """Return people before an empty store."""
    return sqlite_crowd(home)


def statuses(crowd: Crowd) -> Counter[tuple[str, str | None]]:
    """Count the votes by what became of them."""
    return Counter((vote["status"], vote["why"]) for vote in crowd.votes())


def judge(crowd: Crowd, *raters: str, texts: int = 7) -> None:
    """Let raters say yes to so many texts."""
    for number in range(texts):
        judged = crowd.score(f"The council met in the town number {number} on that Monday.")
        for rater in raters:
            crowd.vote(judged, rater)


def test_from_review_to_agreement(database: Database) -> None:
    """Raters whose votes a person accepted are known: where two of them agree, the rest is accepted."""
    crowd = Crowd(database)
    judge(crowd, "anna", "bert", "new")
    assert apply_rules(database, LIMITS) == 0
    first = [vote["id"] for vote in crowd.votes() if vote["rater"] != rater_hash("", "new")][:10]
    with database.begin() as connection:
        assert all(decide_vote(connection, vote, "accepted", "cli") for vote in first)
    assert apply_rules(database, LIMITS) == 4
    assert statuses(crowd) == {
        ("accepted", "reviewed"): 10, ("accepted", "agreed"): 4, ("pending", None): 7,
    }  # fmt: skip
    assert apply_rules(database, LIMITS) == 0


def test_what_was_accepted_by_rule_is_held_again(crowd: Crowd) -> None:
    """When a rater turns out to flood, votes that the rules had accepted wait for a person."""
    judge(crowd, "anna", "bert")
    for vote in crowd.votes()[:10]:
        crowd.set(vote["id"], status="accepted", why="reviewed")
    apply_rules(crowd.database, LIMITS)
    assert statuses(crowd)["accepted", "agreed"] == 4
    apply_rules(crowd.database, Limits(feedback_hour=1))
    assert statuses(crowd) == {("accepted", "reviewed"): 10, ("held", "flood"): 4}


def test_rules_leave_what_changed_meanwhile(crowd: Crowd, monkeypatch: pytest.MonkeyPatch) -> None:
    """A vote that was changed or reviewed while the rules were thinking keeps what it got."""
    judge(crowd, "anna", texts=3)
    one, two, _ = crowd.votes()
    real = review.decide

    def slow(votes: object, limits: Limits) -> object:
        found = real(votes, limits)  # type: ignore[arg-type]
        crowd.set(one["id"], status="rejected", why="reviewed")
        crowd.set(two["id"], created_at=two["created_at"].replace(year=2020))
        return found

    monkeypatch.setattr(review, "decide", slow)
    apply_rules(crowd.database, Limits(feedback_hour=1))
    assert [(vote["status"], vote["why"]) for vote in crowd.votes()] == [
        ("rejected", "reviewed"), ("pending", None), ("held", "flood"),
    ]  # fmt: skip


def test_decisions_are_audited_without_words(crowd: Crowd) -> None:
    """Who decided what about which vote or rater; a decision that finds nothing is none."""
    judge(crowd, "anna", texts=3)
    votes, code = crowd.votes(), rater_code(rater_hash("", "anna"))
    with crowd.database.begin() as connection:
        wanted = {
            "accept": [votes[0]["id"], "01M832BXN39CW08724XYV9V7DC"], "reject": [votes[1]["id"]],
            "accept_rater": [code, "0" * 12], "reopen": [votes[1]["id"]],
        }  # fmt: skip
        absent = carry_out(connection, wanted, "local")
        acts = [(act["actor"], act["action"], act["object"], act["outcome"]) for act in last(connection, 9)]
    assert absent == ["01M832BXN39CW08724XYV9V7DC", "0" * 12]
    assert statuses(crowd) == {("accepted", "reviewed"): 2, ("pending", None): 1}
    assert sorted(acts) == sorted(
        ("local", "feedback.review", about, outcome)
        for about, outcome in (
            (votes[0]["id"], "accepted"), (votes[1]["id"], "rejected"), (code, "accepted 1"),
            ("0" * 12, "accepted 0"), (votes[1]["id"], "pending"),
        )
    )  # fmt: skip


def test_a_rater_is_decided_about_once(crowd: Crowd) -> None:
    """Accepting a rater does not touch what a person rejected before, nor other raters."""
    judge(crowd, "anna", "bert", texts=3)
    crowd.set(crowd.votes()[0]["id"], status="rejected", why="reviewed")
    with crowd.database.begin() as connection:
        assert decide_rater(connection, rater_code(rater_hash("", "anna")), "accepted", "cli") == 2
    assert statuses(crowd) == {("rejected", "reviewed"): 1, ("accepted", "reviewed"): 2, ("pending", None): 3}


def test_an_erased_rater_is_gone(database: Database) -> None:
    """Every vote of a pseudonym goes, with whichever key or file it came; the audit is not told whose."""
    crowd = Crowd(database)
    judged = crowd.score()
    with database.begin() as connection:
        key, _ = create_key(connection, "a key", ["feedback"])
    crowd.vote(judged, "Anna", note="my own words")
    crowd.vote(judged, "anna ", space=key.id)
    crowd.vote(judged, "ANNA", space="labelstudio:paris", source="labelstudio:paris")
    kept = crowd.vote(judged, "bert").row["id"]
    assert erase_rater(database, "anna", "cli") == 3
    assert [vote["id"] for vote in crowd.votes()] == [kept]
    with database.read() as connection:
        (act,) = last(connection, 9)
    assert (act["action"], act["object"], act["outcome"]) == ("feedback.erase", None, "erased 3")
    assert erase_rater(database, "anna", "cli") == 0


def test_notes_of_the_erased_are_in_no_file(crowd: Crowd, home: Path) -> None:
    """After an erasure the words of a note stand in none of the database's files."""
    crowd.vote(crowd.score(), note="unmistakable words of mine")
    assert b"unmistakable" in b"".join(path.read_bytes() for path in home.iterdir())
    erase_rater(crowd.database, "anna", "cli")
    assert b"unmistakable" not in b"".join(path.read_bytes() for path in home.iterdir())


def test_notes_go_with_the_text(crowd: Crowd) -> None:
    """When a text's time is over, notes on it are emptied; the votes stay."""
    crowd.vote(crowd.score(), note="it says: a shameful betrayal")
    assert purge(crowd.database, datetime.now(UTC) + timedelta(days=91)) == 1
    assert [(vote["label"], vote["note"]) for vote in crowd.votes()] == [("yes", None)]


def test_a_reviewer_sees_what_was_judged(crowd: Crowd) -> None:
    """The words, what the card said and the note, on lines that nothing in them can break or colour."""
    judged = crowd.score(
        "The \x9b31mcouncil\u202e met on Monday at noon. " + "It was so. " * 40, targets=("council",)
    )
    first = judged.card["sentences"][0]
    part = {"start": first["start"], "end": first["end"]}
    crowd.vote(judged, head="opinion", verdict="label", label="no", note="see\nhere", **part)
    crowd.vote(judged, head="stance", target=0, verdict="disagree")
    with crowd.database.read() as connection:
        lines = "\n".join(map(as_lines, shown_votes(connection, "pending", 10))).splitlines()
    assert [line.strip() for line in lines if "note" in line or "words" in line][1:] == [
        "words: The \ufffd31mcouncil\ufffd met on Monday at noon.", "note: see here",
    ]  # fmt: skip
    assert "stance council: not against (card: against)" in lines[0]
    assert max(map(len, lines)) < 250


def test_subjects_are_documents_but_for_targets(crowd: Crowd) -> None:
    """Votes on two scorecards of a text are about one thing; a target is known on one scorecard only."""
    first, second = crowd.score(targets=("The council",)), crowd.score(targets=("The council",))
    for judged, rater in ((first, "anna"), (second, "bert")):
        crowd.vote(judged, rater)
        crowd.vote(judged, rater, head="stance", target=0, verdict="agree")
    with crowd.database.read() as connection:
        items = [vote.item for vote in read_votes(connection)]
    assert Counter(items) == {
        (first.document, "advocacy", None, None, None): 2,
        (first.score, "stance", None, None, "0"): 1,
        (second.score, "stance", None, None, "0"): 1,
    }
