"""Export: accepted votes as lines that training reads; whole, in order, and nothing that is not kept."""

import json
import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from made_feedback import FIRST, TEXT, Crowd, sqlite_crowd
from sqlalchemy import delete, update

from models.labels import STANCES
from service.feedback.export import Exported, export
from service.feedback.items import Judged
from service.store.database import Database
from service.store.schema import documents, feedback
from training.feedback_data import read_feedback

PART = {"start": FIRST[0], "end": FIRST[1]}


@pytest.fixture
def crowd(home: Path) -> Crowd:
    """Return people before an empty store."""
    return sqlite_crowd(home)


@pytest.fixture
def any_crowd(database: Database) -> Crowd:
    """Return people before an empty store of either kind."""
    return Crowd(database)


def accept_all(crowd: Crowd) -> None:
    """Accept every vote there is."""
    with crowd.database.begin() as connection:
        connection.execute(update(feedback).values(status="accepted", why="reviewed"))


def exported(crowd: Crowd, path: Path, since: datetime | None = None) -> tuple[Exported, list[Any]]:
    """Export into a file and return the report and the lines after the header."""
    with crowd.database.read() as connection:
        done = export(connection, path, "2026.11.1", since)
    return done, [json.loads(line) for line in path.read_text("utf-8").splitlines()][1:]


def vote_on_everything(crowd: Crowd, judged: Judged) -> None:
    """Let three people judge one thing of each kind."""
    for rater, yes in (("anna", "yes"), ("bert", "yes"), ("cleo", "no")):
        crowd.vote(judged, rater, head="advocacy", verdict="label", label=yes)
        crowd.vote(judged, rater, head="opinion", verdict="label", label=yes, **PART)
        crowd.vote(judged, rater, head="policy_frames", frame="economic", verdict="label", label=yes)
    crowd.vote(judged, head="stance", target=0, verdict="disagree")
    crowd.vote(judged, head="source_type", verdict="label", label="satire")
    accept_all(crowd)


def test_a_line_says_all_that_training_needs(any_crowd: Crowd, tmp_path: Path) -> None:
    """Text, place, soft label of one vote a rater, and what was judged, by which bundle."""
    judged = any_crowd.score(title="T", publisher="The Post", targets=("The council",))
    vote_on_everything(any_crowd, judged)
    done, lines = exported(any_crowd, tmp_path / "f.jsonl")
    about = {
        "document": judged.document,
        "publisher": "The Post",
        "text": TEXT,
        "title": "T",
        "bundle": "fake.1",
    }
    split = {"no": 0.333333, "yes": 0.666667}
    said = judged.card["advocacy"]["score"]
    opinion = judged.card["sentences"][1]["opinion"]
    economic = next(f["score"] for f in judged.card["frames"] if f["frame"] == "economic")
    whole = {"frame": None, "start": None, "end": None, "target": None}
    binary = {"classes": ["no", "yes"], "weights": split, "raters": 3}
    types = judged.card["source_type"]["scores"]
    assert (done.items, done.votes, dict(done.left_out)) == (5, 11, {"pending": 0, "held": 0, "rejected": 0})
    assert lines == [
        {**about, "head": "advocacy", **whole, **binary, "scored": {"no": round(1 - said, 6), "yes": said}},
        {**about, "head": "opinion", **whole, **PART, **binary,
         "scored": {"no": round(1 - opinion, 6), "yes": opinion}},
        {**about, "head": "policy_frames", **whole, "frame": "economic", **binary,
         "scored": {"no": round(1 - economic, 6), "yes": economic}},
        {**about, "head": "source_type", **whole, "classes": list(types),
         "weights": {name: float(name == "satire") for name in types}, "raters": 1, "scored": types},
        {**about, "head": "stance", **whole, "target": "The council", "classes": [*STANCES],
         "weights": {"favour": 0.5, "neutral": 0.5, "against": 0.0}, "raters": 1,
         "scored": {"favour": 0.1, "neutral": 0.2, "against": 0.7}},
    ]  # fmt: skip


def test_training_reads_what_is_written(crowd: Crowd, tmp_path: Path) -> None:
    """The other room's reader takes every line."""
    vote_on_everything(crowd, crowd.score(text="😀 A\u2028b. " + TEXT, targets=("The council",)))
    vote_on_everything(crowd, crowd.score(targets=("The council",)))
    _, lines = exported(crowd, tmp_path / "f.jsonl")
    read = read_feedback(tmp_path / "f.jsonl").judgements
    assert [(one.document, one.head, one.frame, one.target, dict(one.weights)) for one in read] == [
        (line["document"], line["head"], line["frame"], line["target"], line["weights"]) for line in lines
    ]
    assert len(read) == 10


def test_only_accepted_and_only_kept(crowd: Crowd, tmp_path: Path) -> None:
    """What was not accepted, and texts that are no longer kept, are left out and counted."""
    kept, bare, expired = (
        crowd.score(),
        crowd.score("Another text is here now. " * 3, "scores"),
        crowd.score("A third."),
    )
    for judged in (kept, bare, expired):
        crowd.vote(judged)
    accept_all(crowd)
    for status in ("pending", "held", "rejected"):
        crowd.set(crowd.vote(kept, status).row["id"], status=status)
    with crowd.database.begin() as connection:
        gone = documents.c.id == expired.document
        connection.execute(update(documents).where(gone).values(text=None, title=None))
    done, lines = exported(crowd, tmp_path / "f.jsonl")
    assert [(line["document"], line["raters"]) for line in lines] == [(kept.document, 1)]
    assert done.left_out == {"pending": 1, "held": 1, "rejected": 1, "text not kept": 2}


def test_a_target_without_a_name_is_left_out(crowd: Crowd, tmp_path: Path) -> None:
    """Scored without names, then again with its text: the first card's target cannot be named."""
    bare = crowd.score(mode="scores", targets=("The council",))
    crowd.score(mode="text", targets=("The council",))
    crowd.vote(bare, head="stance", target=0, verdict="agree")
    accept_all(crowd)
    done, lines = exported(crowd, tmp_path / "f.jsonl")
    assert (lines, done.left_out["target's name not kept"]) == ([], 1)


def test_votes_on_several_cards_of_a_text_meet(crowd: Crowd, tmp_path: Path) -> None:
    """The same thing judged on two scorecards is one item: targets by name, all else by place."""
    first, second = crowd.score(targets=("The council",)), crowd.score(targets=("Nobody", "The Council"))
    crowd.vote(first, "anna", head="stance", target=0, verdict="label", label="favour")
    crowd.vote(second, "bert", head="stance", target=1, verdict="label", label="neutral")
    crowd.vote(first, "anna")
    crowd.vote(second, "bert", head="advocacy", verdict="label", label="no")
    accept_all(crowd)
    _, lines = exported(crowd, tmp_path / "f.jsonl")
    assert [(line["head"], line["raters"], line["weights"]) for line in lines] == [
        ("advocacy", 2, {"no": 0.5, "yes": 0.5}),
        ("stance", 2, {"favour": 0.5, "neutral": 0.5, "against": 0.0}),
    ]


def test_since_takes_whole_items(crowd: Crowd, tmp_path: Path) -> None:
    """With a new vote an item is written with its old votes, too; without, it is left out."""
    both, old = crowd.score(), crowd.score("An older text is here now. " * 3)
    now = datetime.now(UTC)
    for judged in (both, old):
        crowd.set(crowd.vote(judged, "anna").row["id"], created_at=now - timedelta(days=9))
    crowd.vote(both, "bert")
    accept_all(crowd)
    done, lines = exported(crowd, tmp_path / "f.jsonl", now - timedelta(days=1))
    assert [(line["document"], line["raters"]) for line in lines] == [(both.document, 2)]
    assert done.left_out["older"] == 1


def test_the_same_votes_give_the_same_lines(any_crowd: Crowd, tmp_path: Path) -> None:
    """In whatever order votes came in, the lines are the same."""
    judged = any_crowd.score(targets=("The council",))
    vote_on_everything(any_crowd, judged)
    _, first = exported(any_crowd, tmp_path / "a.jsonl")
    with any_crowd.database.begin() as connection:
        connection.execute(delete(feedback))
    any_crowd.vote(judged, head="source_type", verdict="label", label="satire")
    any_crowd.vote(judged, "cleo", head="opinion", verdict="label", label="no", **PART)
    vote_on_everything(any_crowd, judged)
    assert exported(any_crowd, tmp_path / "b.jsonl")[1] == first


def test_the_file_is_whole_and_private(crowd: Crowd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Broken off, it leaves what stood there; done, only its owner may read it; nothing else stays."""
    path = tmp_path / "out" / "f.jsonl"
    path.parent.mkdir()
    path.write_text("before")
    crowd.vote(crowd.score())
    accept_all(crowd)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", _full)
        with pytest.raises(OSError, match="full"):
            exported(crowd, path)
    assert (path.read_text(), [*path.parent.iterdir()]) == ("before", [path])
    exported(crowd, path)
    head = json.loads(path.read_text("utf-8").splitlines()[0])
    assert (stat.S_IMODE(path.stat().st_mode), [*path.parent.iterdir()]) == (0o600, [path])
    assert (head["format"], head["version"], head["bundle"]) == ("slantwise-feedback", 1, "2026.11.1")


def _full(handle: int) -> None:
    raise OSError("the disk is full")
