"""``slantwise feedback``: from a file of annotators to a file for training, by commands alone."""

import json
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from made_feedback import Crowd, sqlite_crowd

from service.commands_feedback import feedback
from service.feedback.raters import rater_code, rater_hash
from service.opened import opened_store
from training.feedback_data import read_feedback


@pytest.fixture
def crowd(home: Path) -> Crowd:
    """Return people before the store that commands open."""
    with opened_store():
        return sqlite_crowd(home)


def run(runner: CliRunner, *words: object) -> Result:
    """Run a command."""
    return runner.invoke(feedback, [str(word) for word in words])


def annotated(crowd: Crowd, path: Path, *labels: str) -> Path:
    """Write a Label Studio export: each annotator's label of one kept text."""
    judged = crowd.score()
    annotations = [
        {
            "completed_by": by,
            "result": [{"from_name": "advocacy", "type": "choices", "value": {"choices": [label]}}],
        }
        for by, label in enumerate(labels)
    ]
    tasks = [{"data": {"score": judged.score}, "annotations": annotations}]
    path.write_text(json.dumps(tasks))
    return path


def test_from_label_studio_to_training(runner: CliRunner, crowd: Crowd, tmp_path: Path) -> None:
    """Imported, listed, accepted and exported, three annotators are one soft label that training reads."""
    file, out = annotated(crowd, tmp_path / "ls.json", "yes", "yes", "no"), tmp_path / "out.jsonl"
    imported = run(runner, "import", file, "--format", "labelstudio")
    shown = [json.loads(line) for line in run(runner, "review", "--json").stdout.splitlines()]
    empty = run(runner, "export", out)
    decided = run(runner, "review", "--accept", shown[0]["id"], "--accept-rater", shown[1]["rater"],
                  "--accept-rater", shown[2]["rater"])  # fmt: skip
    exported = run(runner, "export", out)
    assert [one.exit_code for one in (imported, empty, decided, exported)] == [0] * 4
    assert imported.stderr == "votes: 3 new; left out: none\n"
    assert empty.stderr == f"0 items from 0 votes in {out}; votes left out: 3 pending\n"
    assert exported.stderr == f"1 items from 3 votes in {out}; votes left out: none\n"
    (judged,) = read_feedback(out).judgements
    assert (judged.head, judged.weights, judged.raters) == ("advocacy", {"no": 0.333333, "yes": 0.666667}, 3)


def test_reviewed_import(runner: CliRunner, crowd: Crowd, tmp_path: Path) -> None:
    """--accept takes what others reviewed; --place keeps the annotators of two servers apart."""
    file = annotated(crowd, tmp_path / "ls.json", "yes")
    for place in ("paris", "rome"):
        words = ("--format", "labelstudio", "--accept", "--place", place)
        assert run(runner, "import", file, *words).exit_code == 0
    assert [(vote["source"], vote["status"]) for vote in crowd.votes()] == [
        ("labelstudio:paris", "accepted"), ("labelstudio:rome", "accepted"),
    ]  # fmt: skip


def test_problems_of_a_file_are_told(runner: CliRunner, crowd: Crowd, tmp_path: Path) -> None:
    """At most fifty one by one; what is good is kept, and the exit status is 1."""
    file = annotated(crowd, tmp_path / "ls.json", "yes", *["maybe"] * 60)
    done = run(runner, "import", file, "--format", "labelstudio")
    lines = done.stderr.splitlines()
    assert (done.exit_code, len(lines), len(crowd.votes())) == (1, 52, 1)
    assert lines[0] == f"{file}: task 1, annotation 2, mark 1: Advocacy has no such label; there are no, yes."
    assert lines[50] == f"{file}: 10 more problems"
    (tmp_path / "no.json").write_text("no")
    done = run(runner, "import", tmp_path / "no.json", "--format", "labelstudio")
    assert (done.exit_code, "not JSON" in done.stderr) == (1, True)


def test_review_lists_lines(runner: CliRunner, crowd: Crowd) -> None:
    """What waits is shown with its words; held votes on request."""
    crowd.vote(crowd.score("The council met on Monday, and again on Tuesday."), note="hm")
    (vote,) = crowd.votes()
    code = rater_code(rater_hash("", "anna"))
    assert (
        run(runner, "review")
        .stdout.splitlines()[0]
        .startswith(f"{vote['id']}  pending  rater {code}  advocacy: yes")
    )
    assert "words: The council met on Monday" in run(runner, "review").stdout
    assert run(runner, "review", "--status", "held").stdout == ""


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("review", "--accept", "abc"), 2, "an id has 26"),
        (("review", "--accept-rater", "anna"), 2, "12 hexadecimal digits"),
        (("review", "--reject", "01M832BXN39CW08724XYV9V7DC"), 1, "nothing there to decide about: 01M832"),
        (("import", "nowhere.json", "--format", "labelstudio"), 2, "nowhere.json"),
        (("export", "nowhere/f.jsonl"), 1, "nowhere/f.jsonl: No such file"),
        (("export", "f.jsonl", "--since", "yesterday"), 2, "--since"),
        (("tasks",), 2, "Give a FILE"),
        (("tasks", "nowhere/f.json"), 1, "nowhere/f.json: No such file"),
        (("erase-rater", "a\nb"), 2, "nobody can have given"),
    ],
)
def test_what_cannot_be_done_is_said(
    runner: CliRunner, crowd: Crowd, words: tuple[str, ...], status: int, said: str
) -> None:
    """Each mistake has its words, and none a traceback."""
    done = run(runner, *words)
    assert (done.exit_code, said in done.stderr.replace("\n", " ")) == (status, True), done.stderr


def test_tasks_are_private_and_fit(runner: CliRunner, crowd: Crowd, tmp_path: Path) -> None:
    """Tasks go into a file for its owner, the interface to standard output."""
    judged = crowd.score()
    path = tmp_path / "tasks.json"
    assert run(runner, "tasks", path).stderr == f"1 tasks in {path}\n"
    assert [one["data"]["score"] for one in json.loads(path.read_text("utf-8"))] == [judged.score]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert run(runner, "tasks", "--interface").stdout.startswith("<View>\n")


def test_agreement_table(runner: CliRunner, crowd: Crowd) -> None:
    """One line a head, a dash where there is no number; the same as JSON."""
    for text in ("The council met on Monday at noon.", "The council met on Tuesday at noon."):
        judged = crowd.score(text)
        for rater in ("anna", "bert"):
            crowd.vote(
                judged, rater, head="partisan", verdict="label", label="yes" if "Mon" in text else "no"
            )
    lines = run(runner, "agreement").stdout.splitlines()
    rows = [json.loads(line) for line in run(runner, "agreement", "--json").stdout.splitlines()]
    assert [line.split()[:3] for line in lines if "partisan" in line or "stance" in line] == [
        ["partisan", "1.000", "2"], ["stance", "-", "0"],
    ]  # fmt: skip
    assert (len(lines), [row["alpha"] for row in rows if row["head"] == "partisan"]) == (len(rows) + 1, [1.0])


def test_a_rater_is_erased(runner: CliRunner, crowd: Crowd) -> None:
    """The command says how many votes went, and not whose."""
    crowd.vote(crowd.score())
    assert run(runner, "erase-rater", " Anna ").output == "1 votes erased\n"
    assert crowd.votes() == []
