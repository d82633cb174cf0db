"""Import from Label Studio: every annotator apart, every fault told by its place, nothing else lost."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from made_feedback import FIRST, SECOND, TEXT, Crowd, sqlite_crowd

from models.labels import POLICY_FRAMES, STORY_FRAMES
from service.feedback import importing
from service.feedback.importing import Imported, Importer
from service.feedback.items import Judged
from service.feedback.labelstudio import NotUnderstood
from service.feedback.questions import QUESTIONS
from service.feedback.raters import rater_hash
from service.feedback.tasks import interface, tasks
from service.store.audit import last


@pytest.fixture
def crowd(home: Path) -> Crowd:
    """Return people before an empty store."""
    return sqlite_crowd(home)


def choice(name: str, *chosen: str, **more: Any) -> dict[str, Any]:
    """Return the result of a choice, on the text or on a part of it."""
    value = {"choices": [*chosen], **more}
    return {"from_name": name, "to_name": "text", "type": "choices", "value": value}


def region(start: Any, end: Any, *labels: str, **more: Any) -> dict[str, Any]:
    """Return the result of labels on a part of the text."""
    value = {"start": start, "end": end, "labels": [*labels], **more}
    return {"id": "x", "from_name": "parts", "to_name": "text", "type": "labels", "value": value}


def annotation(*results: Any, by: Any = 1, **more: Any) -> dict[str, Any]:
    """Return what one annotator said."""
    return {"completed_by": by, "was_cancelled": False, "result": [*results], **more}


def task(judged: Judged | None, *annotations: Any, **data: Any) -> dict[str, Any]:
    """Return a task of ours."""
    known = {"score": judged.score, "text": judged.text} if judged else {}
    return {"id": 1, "data": {**known, **data}, "annotations": [*annotations]}


def run(
    crowd: Crowd, path: Path, *content: Any, source: str = "labelstudio", reviewed: bool = False
) -> Imported:
    """Write tasks into a file and import it."""
    path.write_text(json.dumps([*content]), "utf-8")
    return Importer(crowd.database, source, reviewed).run(path)


def found(crowd: Crowd) -> list[tuple[Any, ...]]:
    """Return what the store holds of each vote."""
    return [(v["head"], v["item"], v["start"], v["end"], v["label"], v["status"]) for v in crowd.votes()]


def test_choices_and_parts_become_votes(crowd: Crowd, tmp_path: Path) -> None:
    """Choices on the text or a part, labels on parts, and several frames at once, whose rest is absent."""
    judged = crowd.score(targets=("The council",))
    done = run(
        crowd, tmp_path / "ls.json",
        task(
            judged,
            annotation(
                choice("advocacy", "yes"),
                choice("source_type", "satire"),
                choice("opinion", "no", start=FIRST[0], end=FIRST[1], text=TEXT[slice(*FIRST)]),
                choice("stance", "against"),
                choice("story_frames", "conflict", "moral"),
                region(*SECOND, "loaded_language", "morality", text=TEXT[slice(*SECOND)]),
                {"from_name": "notes", "type": "textarea", "value": {"text": ["secret thoughts"]}},
                {"from_id": "x", "to_id": "y", "type": "relation"},
            ),
            target="the council",
        ),
    )  # fmt: skip
    assert done == Imported(
        {"new": 11}, {"a control that names no head": 1, "a result without a value": 1}, []
    )
    said = {"conflict", "moral"}
    assert found(crowd) == [
        ("advocacy", None, None, None, "yes", "pending"),
        ("source_type", None, None, None, "satire", "pending"),
        ("opinion", None, *FIRST, "no", "pending"),
        ("stance", "0", None, None, "against", "pending"),
        *(
            ("story_frames", frame, None, None, "yes" if frame in said else "no", "pending")
            for frame in STORY_FRAMES
        ),
        ("loaded_language", None, *SECOND, "yes", "pending"),
        ("policy_frames", "morality", *SECOND, "yes", "pending"),
    ]
    assert "secret thoughts" not in str(crowd.votes())


def test_annotators_are_apart(crowd: Crowd, tmp_path: Path) -> None:
    """By id, by the id in a written-out user, by address; and so are two Label Studios."""
    judged = crowd.score()
    people = [1, "2", {"id": 2, "email": "b@example.org"}, {"email": "c@example.org"}]
    rows = [task(judged, *(annotation(choice("advocacy", "yes"), by=by) for by in people))]
    first = run(crowd, tmp_path / "ls.json", *rows)
    again = run(crowd, tmp_path / "ls.json", *rows)
    other = run(crowd, tmp_path / "ls.json", *rows, source="labelstudio:paris")
    assert (first.votes, again.votes, other.votes) == (
        {"new": 3, "known before": 1}, {"known before": 4}, {"new": 3, "known before": 1},
    )  # fmt: skip
    assert crowd.votes()[0]["rater"] == rater_hash("labelstudio", "1")
    assert b"example.org" not in str(crowd.votes()).encode()


def test_what_was_not_finished_is_left_out(crowd: Crowd, tmp_path: Path) -> None:
    """Skipped, cancelled and empty annotations are counted, not kept."""
    yes = choice("advocacy", "yes")
    rows = task(
        crowd.score(), annotation(yes, by=1, was_cancelled=True), annotation(by=2), annotation(yes, by=3)
    )
    done = run(crowd, tmp_path / "ls.json", rows)
    assert (done.votes, done.left_out, done.problems) == ({"new": 1}, {"skipped or empty annotations": 2}, [])


def test_a_text_without_a_score_is_known_again(crowd: Crowd, tmp_path: Path) -> None:
    """By its text, title and publisher; the newest scorecard is the one that was judged."""
    crowd.score(publisher="The Post", title="T")
    newest = crowd.score(publisher="The Post", title="T")
    yes = annotation(choice("advocacy", "yes"))
    good = task(None, yes, text=TEXT, title="T", publisher=" The  Post ")
    bad = [task(None, yes, text=TEXT), task(None, yes, text="\ud800"), task(None, yes, text=TEXT, title=7)]
    done = run(crowd, tmp_path / "ls.json", good, *bad)
    assert [vote["scorecard_id"] for vote in crowd.votes()] == [newest.score]
    assert done.problems == [f"task {i}: neither its score nor its text is known here" for i in (2, 3, 4)]


def test_reviewed_annotations_are_accepted(crowd: Crowd, tmp_path: Path) -> None:
    """On request all are accepted, but for what a person rejected; the audit says so."""
    judged = crowd.score()
    rows = task(judged, *(annotation(choice("advocacy", "yes"), by=by) for by in (1, 2)))
    run(crowd, tmp_path / "ls.json", rows)
    crowd.set(crowd.votes()[0]["id"], status="rejected", why="reviewed")
    run(crowd, tmp_path / "ls.json", rows, reviewed=True)
    assert [(v["status"], v["why"]) for v in crowd.votes()] == [
        ("rejected", "reviewed"),
        ("accepted", "reviewed"),
    ]
    with crowd.database.read() as connection:
        (act,) = last(connection, 9)
    assert (act["action"], act["object"], act["outcome"]) == ("feedback.review", "labelstudio", "accepted 2")


def test_offsets_in_utf16_units_are_understood(crowd: Crowd, tmp_path: Path) -> None:
    """Where the marked words stand one further on, because an emoji was counted twice, they are found."""
    words = {"text": TEXT[slice(*SECOND)].replace(" ", "\n")}
    shifted = region(SECOND[0] + 1, str(SECOND[1] + 1), "opinion", **words)
    wrong = region(0, 4, "opinion", text="That")
    done = run(crowd, tmp_path / "ls.json", task(crowd.score(), annotation(shifted, wrong)))
    assert found(crowd) == [("opinion", None, *SECOND, "yes", "pending")]
    assert done.problems == ["task 1, annotation 1, mark 2: the marked words do not stand at these offsets"]


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (annotation(choice("advocacy", "advocacy")), "mark 1: Advocacy has no such label"),
        (annotation(choice("advocacy", "yes", "no")), "advocacy takes one choice, and has 2"),
        (annotation(choice("opinion", "yes")), "mark 1: Opinion is judged on a sentence"),
        (annotation(choice("stance", "against")), "mark 1: Stance needs a target"),
        (annotation(choice("policy_frames", "no such frame")), "a choice of policy_frames is none"),
        (annotation(choice("advocacy", 7)), "a result holds no list of names"),
        (annotation(region(0, 4, "PERSON")), "a label on a part of the text is none of ours"),
        (annotation(region("/p[1]/text()[1]", "/p[1]", "opinion")), "has no offsets"),
        (annotation(region(True, 4, "opinion")), "has no offsets"),
        (annotation(region(0, 10**30, "opinion")), "mark 1: end: "),
        (annotation(region(-4, 4, "opinion")), "mark 1: start: "),
        (annotation(region(0, 10_000, "opinion")), "beyond the text"),
        (annotation(region(4, 4, "opinion")), "end must lie after start"),
        (annotation(choice("advocacy", "yes"), by=None), "does not say who made it"),
        (annotation(choice("advocacy", "yes"), by=True), "does not say who made it"),
        (annotation(choice("advocacy", "yes"), by="x" * 1_000_000), "mark 1: rater: "),
        (annotation(choice("advocacy", "yes"), by="a\0b"), "mark 1: rater: "),
        (annotation(choice("advocacy", "yes"), by="\ud800"), "mark 1: rater: "),
        ({"completed_by": 1}, "no annotation with results"),
        (None, "no annotation with results"),
    ],
)
def test_a_bad_annotation_is_told_and_the_rest_kept(
    crowd: Crowd, tmp_path: Path, bad: Any, said: str
) -> None:
    """Whatever is wrong with one annotation is told by its place, never by its words; others are kept."""
    good = annotation(choice("advocacy", "no"), by="somebody else")
    done = run(crowd, tmp_path / "ls.json", task(crowd.score(), good, bad))
    assert done.votes == {"new": 1}
    (problem,) = done.problems
    assert problem.startswith("task 1, annotation 2")
    assert said in problem
    assert len(problem) < 300


@pytest.mark.parametrize(
    "bad",
    [
        7,
        {"annotations": []},
        {"data": {}, "annotations": None},
        {"data": {"score": "01M832BXN39CW08724XYV9V7DC"}, "annotations": []},
        {"data": {"score": "a\0b"}, "annotations": []},
        {"data": {"score": ["a"]}, "annotations": []},
        {"data": {"text": {"a": 1}}, "annotations": []},
    ],
)
def test_a_bad_task_is_told_and_the_rest_kept(crowd: Crowd, tmp_path: Path, bad: Any) -> None:
    """A task that is none, or is about nothing that is known here, does not stop the others."""
    good = task(crowd.score(), annotation(choice("advocacy", "no")))
    done = run(crowd, tmp_path / "ls.json", bad, good)
    assert (done.votes, [problem[:7] for problem in done.problems]) == ({"new": 1}, ["task 1:"])


def test_another_text_under_a_score_is_refused(crowd: Crowd, tmp_path: Path) -> None:
    """A task whose text is not the text of its score would put votes on the wrong words."""
    rows = task(crowd.score(), annotation(choice("advocacy", "no")), text="Another text.")
    assert run(crowd, tmp_path / "ls.json", rows).problems == [
        "task 1: its text is not the text of the score that it names"
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b'{"data": {}}', "no list of tasks"),
        (b'[{"text": "a", "advocacy": "yes"}]', "not as JSON-MIN"),
        (b'[{"data": {}, "completions": []}]', "no task holds annotations"),
    ],
)
def test_a_file_of_another_kind_is_refused(crowd: Crowd, tmp_path: Path, content: bytes, said: str) -> None:
    """What is no export of Label Studio as JSON is refused whole, in words that help."""
    (tmp_path / "ls.json").write_bytes(content)
    with pytest.raises(NotUnderstood, match=said):
        Importer(crowd.database, "labelstudio", False).run(tmp_path / "ls.json")


def test_a_huge_file_is_refused(crowd: Crowd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over the limit a file is not even read."""
    monkeypatch.setattr(importing, "MAX_BYTES", 10)
    with pytest.raises(NotUnderstood, match="over 10 bytes"):
        run(crowd, tmp_path / "ls.json", task(crowd.score()))


def test_tasks_are_the_newest_kept_texts(crowd: Crowd) -> None:
    """Each document once, with its newest scorecard; what is not kept cannot be shown."""
    crowd.score("An older text that is kept here. " * 3)
    crowd.score("A text that is not kept here. " * 3, "scores")
    crowd.score(title="T", publisher="The Post")
    newest = crowd.score(title="T", publisher="The Post")
    with crowd.database.read() as connection:
        shown, all_shown = tasks(connection, 1), tasks(connection, 100)
    assert shown == [{"data": {"score": newest.score, "title": "T", "publisher": "The Post", "text": TEXT}}]
    assert len(all_shown) == 2


def test_the_interface_is_what_the_import_reads(crowd: Crowd, tmp_path: Path) -> None:
    """Every control and every value of the interface can be imported as it is."""
    root = ElementTree.fromstring(interface())
    judged = crowd.score()
    results = [
        choice(control.attrib["name"], *([one.attrib["value"] for one in control][:1]))
        for control in root.iter("Choices")
    ]
    results += [region(*FIRST, label.attrib["value"]) for label in root.iter("Label")]
    done = run(crowd, tmp_path / "ls.json", task(judged, annotation(*results)))
    assert (done.problems, done.left_out) == ([], {})
    assert {vote["head"] for vote in crowd.votes()} == QUESTIONS.keys() - {"stance"}
    assert done.votes["new"] == 4 + 2 * len(POLICY_FRAMES) + len(STORY_FRAMES) + 3
