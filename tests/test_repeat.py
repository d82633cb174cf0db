"""A report that repeats another: what was made anew is new, the rest says where it comes from."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from made_material import assembled, moved, of_documents, of_file
from made_predictions import drawn

from training import evaluate as evaluation
from training.commands_evaluate import WAYS, evaluate
from training.figures import all_figures
from training.predictions import Predictions
from training.protocols import PROTOCOLS
from training.readings import add_reading, readings_path
from training.repeat import Before, CannotRepeat
from training.report import write_report

ANEW = ("once", "documents")
CHECK = {"opinion.babe.auc.fold0": 0.8}
TEST = "stance.newsmtsc.macro_f1.rw_test"


def before() -> list[Predictions]:
    """Return what an earlier bundle said: three corpora never seen, and one head with two protocols."""
    never = [
        drawn("binary", seed=n, head="loaded_language", corpus=name, protocol="corpora_held_out")
        for n, name in enumerate(("babe_mbic", "ptc", "annotations"))
    ]
    frames = [
        drawn("multilabel", 90, head="policy_frames", corpus=corpus, protocol=protocol)
        for corpus, protocol in (("annotations", "test"), ("gvfc", "zero_shot"))
    ]
    stance = drawn("multiclass", 90, head="stance", corpus="newsmtsc", protocol="dev")
    return [*never, *frames, stance, drawn("binary", head="opinion", seed=1)]


def anew() -> list[Predictions]:
    """Return what is said of three of them now."""
    return [
        drawn("binary", seed=9, head="loaded_language", corpus="ptc", protocol="corpora_held_out"),
        drawn("multilabel", 90, 9, head="policy_frames", corpus="gvfc", protocol="zero_shot"),
        drawn("multiclass", 90, 9, head="stance", corpus="newsmtsc", protocol="dev"),
    ]


@pytest.fixture
def reports(tmp_path: Path) -> tuple[Path, Path]:
    """Return the folders of a report and of one that repeats it."""
    old, new = tmp_path / "a.1-report", tmp_path / "a.2-report"
    kept_back = drawn("multiclass", 90, head="stance", corpus="newsmtsc", protocol="rw_test")
    add_reading(readings_path(old), all_figures([kept_back]))
    write_report(old, "a.1", before(), {"check": CHECK, "git": "one"}, readings_path(old))
    earlier = Before.read(old, ANEW)
    write_report(new, "a.2", anew(), {"check": CHECK, "git": "two"}, readings_path(new), earlier)
    return old, new


def test_what_is_made_anew_is_new(reports: tuple[Path, Path]) -> None:
    """Its figures are those of a report without a rest; all others are repeated, and say from where."""
    old, new = (json.loads((folder / "report.json").read_text("utf-8")) for folder in reports)
    moved_on = {name for name in old["figures"] if old["figures"][name] != new["figures"].get(name)}
    rows = [
        ("loaded_language", "ptc", "corpora_held_out"),
        ("policy_frames", "gvfc", "zero_shot"),
        ("stance", "newsmtsc", "dev"),
    ]
    for name, figure in new["figures"].items():
        head, corpus, _, protocol = name.split(".")
        is_new = (head.split("[")[0], corpus, protocol) in rows or corpus in ("mean", "worst")
        assert is_new == ("from" not in figure), name
        if not is_new:
            assert figure == {"from": "a.1", **old["figures"][name]}
    assert {"stance.newsmtsc.auc.dev", "loaded_language.mean.auc.corpora_held_out"} <= moved_on
    gone = set(old["figures"]) - set(new["figures"])  # a reading is of its own bundle
    assert TEST in gone
    assert {name.split(".")[3] for name in gone} == {"rw_test"}
    assert new["recall"]["stance.newsmtsc.dev"] != old["recall"]["stance.newsmtsc.dev"]
    assert new["abstention"]["opinion.corpus.random"] == old["abstention"]["opinion.corpus.random"]
    assert new["run"]["repeated"] == {"bundle": "a.1", "git": "one", "anew": [*ANEW]}


def test_the_mean_over_corpora_is_of_old_and_new(reports: tuple[Path, Path]) -> None:
    """It is taken again: a mean that was repeated would not be that of the figures beside it."""
    figures = json.loads((reports[1] / "report.json").read_text("utf-8"))["figures"]
    values = [
        figures[f"loaded_language.{corpus}.auc.corpora_held_out"]["value"]
        for corpus in ("babe_mbic", "ptc", "annotations")
    ]
    assert figures["loaded_language.mean.auc.corpora_held_out"]["value"] == round(sum(values) / 3, 4)


def test_pictures_are_repeated_with_their_figures(reports: tuple[Path, Path]) -> None:
    """A head whose pictured rows were made anew is drawn, the others' pictures are the same bytes."""
    same = {
        file.name: file.read_bytes() == (reports[0] / "pictures" / file.name).read_bytes()
        for file in (reports[1] / "pictures").iterdir()
    }
    assert {file.name for file in (reports[0] / "pictures").iterdir()} == set(same)
    assert {name.split(".")[0] for name, equal in same.items() if not equal} == {"stance"}
    text = (reports[1] / "report.md").read_text("utf-8")
    assert all(f"](pictures/{name})" in text for name in same)
    assert "repeated from the report of `a.1`" in text
    assert "repeated from" not in (reports[0] / "report.md").read_text("utf-8")


def test_pictures_of_the_fast_profile_are_repeated(tmp_path: Path) -> None:
    """A head that has no other profile is drawn with it, and its pictures are known by their head."""
    fast = drawn("binary", head="opinion", profile="fast")
    write_report(tmp_path, "a.1", [fast], {"check": CHECK})
    earlier = Before.read(tmp_path, ANEW)
    assert set(earlier.pictures(tmp_path / "pictures", [])["opinion"]) >= {"confusion", "reliability"}
    assert earlier.pictures(tmp_path / "pictures", [fast]) == {}


def test_a_report_may_be_completed_where_it_lies(reports: tuple[Path, Path]) -> None:
    """The same folder is read before it is written; a figure that was repeated once keeps its origin."""
    _, new = reports
    pictures = {file.name: file.read_bytes() for file in (new / "pictures").iterdir()}
    write_report(new, "a.3", anew()[-1:], {"check": CHECK, "git": "three"}, None, Before.read(new, ["once"]))
    figures = json.loads((new / "report.json").read_text("utf-8"))["figures"]
    assert figures["opinion.corpus.auc.random"]["from"] == "a.1"
    assert figures["policy_frames.gvfc.auc.zero_shot"]["from"] == "a.2"
    assert {file.name: file.read_bytes() for file in (new / "pictures").iterdir()} == pictures


@pytest.mark.parametrize("content", [None, "", "[]", "{}", '{"run": {}}', '{"run": {"check": {}}}'])
def test_only_a_report_that_can_be_compared_is_repeated(tmp_path: Path, content: str | None) -> None:
    """No file, a broken one, or one without figures of the first fold: an error that names it."""
    if content is not None:
        (tmp_path / "report.json").write_text(content, "utf-8")
    with pytest.raises(CannotRepeat, match=r"report\.json"):
        Before.read(tmp_path, ANEW)


def test_a_fold_that_comes_out_otherwise_stops_it(reports: tuple[Path, Path]) -> None:
    """Within the tolerance of a check it is the same; beyond it the figure is named with both values."""
    earlier = Before.read(reports[0], ANEW)
    earlier.compare({"opinion.babe.auc.fold0": 0.805})
    with pytest.raises(CannotRepeat, match=r"as a\.1 says: opinion\.babe\.auc\.fold0 0\.8 is now 0\.7"):
        earlier.compare({"opinion.babe.auc.fold0": 0.7})


def test_an_evaluation_asks_what_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of our own texts: the fold is compared first, then only figures of the named protocols are new."""
    monkeypatch.setenv("SLANTWISE_HOME", str(tmp_path))
    samples = [
        moved(one, "mbic", dict(one.labels), group=f"g{n % 40}") for n, one in enumerate(of_file("sentences"))
    ]
    samples += [moved(one, "gvfc", {"policy_frames": ()}) for one in of_file("policy_frames_b")[:30]]
    made = assembled([*samples, *of_file("policy_frames_a")], of_documents())
    monkeypatch.setattr(evaluation, "assemble", lambda *_, **__: made)
    old, new = tmp_path / "a.1-report", tmp_path / "a.2-report"
    evaluation.evaluate(tmp_path, old, "a.1", ("shipped",))
    earlier = Before.read(old, ("random",))
    evaluation.evaluate(tmp_path, new, "a.2", ("shipped",), before=earlier)
    first, second = (json.loads((folder / "report.json").read_text("utf-8")) for folder in (old, new))
    assert {n: f["value"] for n, f in first["figures"].items()} == {
        n: f["value"] for n, f in second["figures"].items()
    }
    fresh = {name.split(".")[3] for name, figure in second["figures"].items() if "from" not in figure}
    assert fresh == {"random"}


@pytest.mark.parametrize(
    "options",
    [["--full", "--protocol", "once"], ["--full", "--repeat", "."], ["--repeat", ".", "--protocol", "once"]],
)
def test_half_of_the_options_is_an_error(options: list[str]) -> None:
    """A protocol and a report go together, and with --full; nothing is made without."""
    done = CliRunner().invoke(evaluate, options)
    assert done.exit_code == 2
    assert "go together" in done.output


def test_a_report_that_cannot_be_repeated_is_told(tmp_path: Path) -> None:
    """The command says which file is missing, and shows no traceback."""
    done = CliRunner().invoke(evaluate, ["--full", "--repeat", str(tmp_path), "--protocol", "once"])
    assert done.exit_code == 1
    assert done.output.startswith("Error: no report to repeat from: ")


def test_every_protocol_can_be_named() -> None:
    """The command's choices are the protocols."""
    assert set(WAYS) == set(PROTOCOLS)
