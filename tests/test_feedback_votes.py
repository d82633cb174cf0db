"""Votes: what they may be about, which class they stand for, and that a rater's last word counts."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from made_feedback import FIRST, SECOND, TEXT, Crowd, sqlite_crowd
from sqlalchemy import delete

from models.labels import STORY_FRAMES
from service.feedback.items import Judged
from service.problems import Refusal
from service.store.database import Database
from service.store.schema import documents

SENTENCE = {"start": FIRST[0], "end": FIRST[1]}


@pytest.fixture
def crowd(home: Path) -> Crowd:
    """Return people before an empty store."""
    return sqlite_crowd(home)


@pytest.fixture
def any_crowd(database: Database) -> Crowd:
    """Return people before an empty store of either kind."""
    return Crowd(database)


@pytest.fixture
def judged(crowd: Crowd) -> Judged:
    """Return a scored text that is kept, with one target."""
    return crowd.score(targets=("The council",))


def refused(crowd: Crowd, judged: Judged, **fields: Any) -> str:
    """Give a vote that must be refused with 422, and return what was said."""
    with pytest.raises(Refusal) as caught:
        crowd.vote(judged, **fields)
    assert caught.value.status == 422
    return caught.value.detail


def label(crowd: Crowd, judged: Judged, **fields: Any) -> str | None:
    """Give a vote and return the class that it stands for."""
    found: str | None = crowd.vote(judged, **fields).row["label"]
    return found


def test_agree_is_what_the_card_said(crowd: Crowd, judged: Judged) -> None:
    """Agreeing stands for the class of the card: a label, a present frame, a number from .5 on."""
    card, frame = judged.card, judged.card["frames"][0]
    first = card["sentences"][0]
    said = {True: "yes", False: "no"}
    agreed = [
        label(crowd, judged, verdict="agree", **about)
        for about in (
            {"head": "advocacy"},
            {"head": "partisan"},
            {"head": "source_type"},
            {"head": "policy_frames", "frame": frame["frame"]},
            {"head": "stance", "target": 0},
            {"head": "stance", "target": "the  COUNCIL"},
            {"head": "opinion", **SENTENCE},
        )
    ]
    assert agreed == [
        said[card["advocacy"]["label"] == "advocacy"],
        said[card["advocacy"]["signals"]["partisan"] >= 0.5],
        card["source_type"]["label"],
        said[frame["present"]],
        "against",
        "against",
        said[first["opinion"] >= 0.5],
    ]


def test_disagree_is_the_other_class_where_there_is_one(crowd: Crowd, judged: Judged) -> None:
    """Without a label it is the other of two classes; of several it is any but this one, kept as null."""
    yes = judged.card["sentences"][0]["opinion"] >= 0.5
    assert label(crowd, judged, head="opinion", verdict="disagree", **SENTENCE) == ("no" if yes else "yes")
    assert label(crowd, judged, head="stance", target=0, verdict="disagree") is None
    assert label(crowd, judged, head="stance", target=0, verdict="disagree", label="favour") == "favour"
    said = refused(crowd, judged, head="stance", target=0, verdict="disagree", label="against")
    assert said == "The score said against: that is no disagreement."


def test_any_part_can_be_labelled(crowd: Crowd, judged: Judged) -> None:
    """A label can be put on any part of a kept text; agreement needs a sentence that was scored."""
    part = {"head": "loaded_language", "start": 37, "end": 54}
    assert TEXT[37:54] == "shameful betrayal"
    assert label(crowd, judged, verdict="label", label="yes", **part) == "yes"
    assert "match no scored sentence" in refused(crowd, judged, verdict="agree", **part)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"head": "opinion", "verdict": "agree"}, "send start and end"),
        ({"head": "advocacy", "verdict": "agree", **SENTENCE}, "send no start and end"),
        ({"head": "advocacy", "verdict": "label", "label": "advocacy"}, "there are no, yes"),
        ({"head": "source_type", "verdict": "label", "label": "yes"}, "there are news_report,"),
        ({"head": "advocacy", "verdict": "agree", "frame": "moral"}, "has no frames"),
        ({"head": "advocacy", "verdict": "agree", "target": 0}, "has no targets"),
        ({"head": "story_frames", "verdict": "agree"}, f"there are {', '.join(STORY_FRAMES)}"),
        ({"head": "story_frames", "verdict": "agree", "frame": "economic"}, "needs a frame"),
        (
            {"head": "policy_frames", "verdict": "agree", "frame": "economic", **SENTENCE},
            "send verdict label",
        ),
        ({"head": "stance", "verdict": "agree"}, "needs a target"),
        ({"head": "stance", "verdict": "agree", "target": 1}, "holds 1 targets"),
        ({"head": "stance", "verdict": "agree", "target": "Aldo"}, "no target of this name"),
        ({"head": "stance", "verdict": "agree", "target": ""}, "no target of this name"),
    ],
)
def test_refuses_what_is_not_on_the_card(
    crowd: Crowd, judged: Judged, fields: dict[str, Any], said: str
) -> None:
    """A vote on something that the card does not hold is refused in words that say what it does."""
    assert said in refused(crowd, judged, **fields)


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        (0, 10_000, "beyond the text"),
        (2**31 - 2, 2**31 - 1, "beyond the text"),
        (3, 4, "nothing but white space"),
        (0, 2, "within a character"),
        (2, 9, "within a character"),
        (0, 5, "within a character"),
    ],
)
def test_refuses_parts_that_nobody_can_have_marked(crowd: Crowd, start: int, end: int, said: str) -> None:
    """Offsets beyond the text, on white space, or within a combined character are refused."""
    text = "Ae\u0301 👩\u200d👩 met on Monday, and the council said so."
    judged = crowd.score(text)
    vote = {"head": "opinion", "verdict": "label", "label": "yes"}
    assert said in refused(crowd, judged, start=start, end=end, **vote)


def test_utf16_offsets_are_told(crowd: Crowd, judged: Judged) -> None:
    """Offsets that count UTF-16 units, one too far after an emoji, match no sentence."""
    utf16 = {"start": SECOND[0] + 1, "end": SECOND[1] + 1}
    assert "count Unicode code points" in refused(crowd, judged, head="opinion", verdict="agree", **utf16)


def test_where_the_text_is_not_kept_only_sentences(crowd: Crowd) -> None:
    """Without the text its sentences can be judged, and its targets by position, and nothing else."""
    judged = crowd.score(mode="scores", targets=("The council",))
    assert crowd.vote(judged, head="opinion", verdict="agree", **SENTENCE).new
    assert crowd.vote(judged, head="stance", verdict="agree", target=0).row["item"] == "0"
    part = {"head": "opinion", "verdict": "label", "label": "yes", "start": 0, "end": 5}
    assert "not kept" in refused(crowd, judged, **part)
    assert "no target of this name" in refused(
        crowd, judged, head="stance", verdict="agree", target="The council"
    )
    assert "The council" not in str(crowd.votes())


def test_an_abstention_takes_a_label_only(crowd: Crowd) -> None:
    """Where a head abstained there is nothing to agree with, but what is right can be said."""
    judged = crowd.score("Too short.")
    assert "gave no label" in refused(crowd, judged, head="advocacy", verdict="agree")
    assert "gave no label" in refused(crowd, judged, head="advocacy", verdict="disagree")
    assert label(crowd, judged, head="advocacy", verdict="label", label="no") == "no"


def test_the_same_word_again_changes_nothing(crowd: Crowd, judged: Judged) -> None:
    """A thousand repeats are one vote, and its standing stays."""
    first = crowd.vote(judged).row
    crowd.set(first["id"], status="accepted", why="reviewed")
    repeats = [crowd.vote(judged) for _ in range(1_000)]
    assert {(given.new, given.row["id"], given.row["status"]) for given in repeats} == {
        (False, first["id"], "accepted")
    }
    assert len(crowd.votes()) == 1


def test_the_last_word_counts_and_is_looked_at_anew(any_crowd: Crowd) -> None:
    """Another label replaces the one before and its review; another note does not touch the review."""
    judged = any_crowd.score()
    first = any_crowd.vote(judged, note="at first").row
    any_crowd.set(first["id"], status="accepted", why="reviewed")
    noted = any_crowd.vote(judged, note="on second thought").row
    changed = any_crowd.vote(judged, head="advocacy", verdict="label", label="no").row
    assert (noted["note"], noted["status"]) == ("on second thought", "accepted")
    assert (changed["id"], changed["label"], changed["status"], changed["why"]) == (
        first["id"], "no", "pending", None,
    )  # fmt: skip


def test_one_claim_a_document(crowd: Crowd, judged: Judged) -> None:
    """A rater who judges the same text on another scorecard speaks of the same thing; targets by name."""
    again = crowd.score(targets=("Nobody", "The council"))
    assert (again.document, again.score != judged.score) == (judged.document, True)
    assert crowd.vote(judged, head="stance", target=0, verdict="label", label="favour").new
    moved = crowd.vote(again, head="stance", target=1, verdict="label", label="neutral")
    other = crowd.vote(again, head="stance", target=0, verdict="label", label="neutral")
    assert (moved.new, moved.row["scorecard_id"], other.new) == (False, again.score, True)


def test_raters_are_apart(crowd: Crowd, judged: Judged) -> None:
    """Another pseudonym is another rater, and so is the same one who comes with another key."""
    assert crowd.vote(judged, "anna").new
    assert not crowd.vote(judged, " ANNA ").new
    assert crowd.vote(judged, "bert").new
    assert crowd.vote(judged, "anna", space="01M831SMWG8N3D082TNBEKV4VJ").new


def test_pseudonyms_and_names_are_not_kept(crowd: Crowd, judged: Judged, home: Path) -> None:
    """Neither in a row nor anywhere in the home does the pseudonym stand, nor in a row the target's name."""
    crowd.vote(judged, "Anna-Lena Unmistakable", head="stance", target="The council", verdict="agree")
    files = b"".join(path.read_bytes() for path in home.iterdir())
    assert b"nmistakable" not in files
    assert "nmistakable" not in str(crowd.votes())
    assert "council" not in str(crowd.votes())


def test_a_deleted_document_takes_no_vote(any_crowd: Crowd) -> None:
    """Deleted between reading and writing, the scorecard is not found; votes go with their document."""
    judged = any_crowd.score()
    any_crowd.vote(judged, "bert")
    with any_crowd.database.begin() as connection:
        connection.execute(delete(documents).where(documents.c.id == judged.document))
    with pytest.raises(Refusal) as caught:
        any_crowd.vote(judged)
    assert (caught.value.status, any_crowd.votes()) == (404, [])


def test_votes_at_the_same_time(any_crowd: Crowd) -> None:
    """Of many at once each rater has one vote in the end, and one of each rater's was new."""
    judged = any_crowd.score()
    with ThreadPoolExecutor(8) as pool:
        given = [*pool.map(lambda i: any_crowd.vote(judged, f"rater {i % 4}"), range(64))]
    assert sum(one.new for one in given) == len(any_crowd.votes()) == 4
