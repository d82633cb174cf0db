"""What people are asked about a score, and what a form of theirs says."""

from pathlib import Path
from typing import Any

import pytest
from made_feedback import FIRST, TEXT, Crowd, sqlite_crowd

from service.dashboard.view_votes import Asker, Mine, vote_fields
from service.feedback.own import own_votes
from service.feedback.raters import rater_hash


@pytest.fixture
def crowd(home: Path) -> Crowd:
    """Return a store with people before it."""
    home.mkdir()
    return sqlite_crowd(home)


def asker(crowd: Crowd, judged: Any) -> Asker:
    """Return what anna is asked."""
    anna = rater_hash("", "anna")
    with crowd.database.read() as connection:
        return Asker(judged, anna, own_votes(connection, judged.document, anna))


def test_a_sentence_is_asked_about_by_its_signal(crowd: Crowd) -> None:
    """A signal has a decision to agree with, a frame a number alone; both name where the sentence stands."""
    judged = crowd.score()
    one = judged.card["sentences"][0]
    signal, frame = (asker(crowd, judged).of_sentence(one, name) for name in ("opinion", "economic"))
    assert (signal.about, signal.said, signal.score) == ("opinion", "yes", one["opinion"])
    assert signal.fields == {"head": "opinion", "start": "0", "end": "28"}
    assert (frame.about, frame.said, frame.score) == ("economic frame", None, one["frames"]["economic"])
    assert frame.fields == {"head": "policy_frames", "start": "0", "end": "28", "frame": "economic"}
    assert (signal.binary, signal.mine) == (True, None)


def test_the_whole_text_is_asked_about(crowd: Crowd) -> None:
    """Heads, frames and targets have names of their own; of several classes the others can be chosen."""
    judged = crowd.score(targets=("Ann", "Bob"))
    made = asker(crowd, judged)
    source, stance = made.of_text("source_type"), made.of_target(1, "Bob")
    assert source.said not in source.others
    assert len(source.others) == len(source.classes) - 1
    assert (stance.about, stance.said, stance.score) == ("stance towards Bob", "against", 0.7)
    assert stance.fields == {"head": "stance", "target": "1"}
    assert made.of_target(0, None).about == "stance towards target 1"
    assert made.of_text("story_frames", "conflict").about == "conflict frame"
    names = [ask.name for ask in (source, stance, made.of_text("story_frames", "conflict"))]
    assert names == ["ask-source_type", "ask-stance-1", "ask-story_frames-conflict"]


def test_own_votes_are_known_again(crowd: Crowd) -> None:
    """A rater sees the own last word on a thing, of other raters and other things none."""
    judged = crowd.score()
    one = judged.card["sentences"][0]
    crowd.vote(judged, "anna", head="opinion", start=FIRST[0], end=FIRST[1], verdict="agree")
    crowd.vote(judged, "anna", head="opinion", start=FIRST[0], end=FIRST[1], verdict="disagree", note="no")
    crowd.vote(judged, "bert", head="advocacy", verdict="label", label="yes")
    made = asker(crowd, judged)
    mine = made.of_sentence(one, "opinion").mine
    (row,) = [vote for vote in crowd.votes() if vote["head"] == "opinion"]
    assert mine == Mine(row["id"], "disagree", "no", "disagree:no", "You disagree", "waits for review", "no")
    assert made.of_text("advocacy").mine is None
    assert made.of_sentence(one, "loaded_language").mine is None


def test_own_votes_follow_the_text_to_another_scorecard(crowd: Crowd) -> None:
    """What was said of a sentence is shown on every scorecard of the same text."""
    first = crowd.score()
    crowd.vote(first, "anna", head="opinion", start=FIRST[0], end=FIRST[1], verdict="agree")
    second = crowd.score()
    assert first.score != second.score
    assert asker(crowd, second).mine_of_sentence(second.card["sentences"][0], "opinion")


@pytest.mark.parametrize(
    ("form", "wanted"),
    [
        ({"vote": "agree", "label": "satire"}, {"verdict": "agree"}),
        ({"vote": "disagree", "label": "satire"}, {"verdict": "disagree", "label": "satire"}),
        ({"vote": "disagree", "label": ""}, {"verdict": "disagree"}),
        ({"vote": "label:yes"}, {"verdict": "label", "label": "yes"}),
        ({"vote": "label", "label": "satire"}, {"verdict": "label", "label": "satire"}),
        ({"vote": "agree", "start": "0", "end": "28"}, {"verdict": "agree", "start": 0, "end": 28}),
        ({"vote": "agree", "start": "-1", "end": "x"}, {"verdict": "agree", "start": "-1", "end": "x"}),
        ({"vote": "agree", "target": "1", "note": " "}, {"verdict": "agree", "target": 1}),
        ({}, {"verdict": ""}),
    ],
)
def test_a_form_says_what_the_api_takes(form: dict[str, str], wanted: dict[str, Any]) -> None:
    """Fields of a form become a vote: numbers as numbers, what is empty left out, anything else as it is."""
    assert vote_fields({**form, "rater": "anna", "evil": "1"}, "01") == {
        "score": "01", "rater": "anna", **wanted,
    }  # fmt: skip


def test_the_text_of_these_tests_has_its_sentence() -> None:
    """The offsets above are those of the first sentence."""
    assert TEXT[slice(*FIRST)] == "The council met on Monday 😀."
