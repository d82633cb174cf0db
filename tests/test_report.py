"""The report: what it holds, that it never holds texts, and that it is the same every time."""

import json
from pathlib import Path

import pytest
from made_predictions import drawn, made

from training.predictions import Predictions
from training.report import main_predictions, write_report


def several() -> list[Predictions]:
    """Return predictions of three heads."""
    texts = tuple(f"A secret text number {n}." for n in range(600))
    return [
        drawn("binary", head="opinion", texts=texts),
        drawn("binary", head="opinion", protocol="outlets_held_out"),
        drawn(
            "binary", 300, head="opinion", protocol="corpora_held_out", corpora=("x",) * 100 + ("y",) * 200
        ),
        drawn("multiclass", 90, head="source_type", protocol="publishers_held_out"),
        drawn("multilabel", 90, head="story_frames", protocol="authors_folds"),
    ]


def files(folder: Path) -> dict[str, bytes]:
    """Return the content of every file below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a written report."""
    folder = tmp_path_factory.mktemp("report")
    write_report(folder, "2026.11.1", several(), {"seed": 0})
    return folder


def test_report_json_has_every_part(report: Path) -> None:
    """Bundle, figures by name, recall by class and corpus, abstention and the run."""
    found = json.loads((report / "report.json").read_text("utf-8"))
    assert sorted(found) == ["abstention", "bundle", "figures", "recall", "run"]
    assert (found["bundle"], found["run"]) == ("2026.11.1", {"seed": 0})
    assert {"opinion.corpus.ece.random", "opinion[vader].corpus.auc.random"} <= set(found["figures"])
    recall = found["recall"]["opinion.corpus.corpora_held_out"]
    assert {corpus: sum(c["n"] for c in classes.values()) for corpus, classes in recall.items()} == {
        "x": 100,
        "y": 200,
    }
    assert found["abstention"]["opinion.corpus.random"]["answered"] == 1.0


def test_report_md_sets_protocols_side_by_side(report: Path) -> None:
    """One table a corpus: random, held out, corpora held out; baselines and counts below; pictures."""
    text = (report / "report.md").read_text("utf-8")
    assert "| metric | by | random | outlets held out | corpora held out |" in text
    assert "| macro_f1 | vader |" in text
    assert "600 texts of 30 groups (positive" in text
    assert "tier research" in text
    pictures = [name for name in files(report) if name.startswith("pictures/")]
    assert len(pictures) == 12
    assert all(f"]({name})" in text for name in pictures)


def test_pictures_are_small(report: Path) -> None:
    """No picture is over 100 kB, and each is an SVG without a date."""
    for name, content in files(report).items():
        if name.endswith(".svg"):
            assert len(content) < 100_000
            assert b"<dc:date>" not in content


def test_report_never_holds_texts(report: Path) -> None:
    """Texts are only kept in memory."""
    assert not [name for name, content in files(report).items() if b"secret" in content]


def test_same_input_gives_same_bytes(report: Path, tmp_path: Path) -> None:
    """Writing again changes nothing."""
    write_report(tmp_path, "2026.11.1", several(), {"seed": 0})
    assert files(tmp_path) == files(report)


def test_pictures_are_of_the_held_out_predictions() -> None:
    """A head is drawn with publishers held out, not at random."""
    drawn_of = [(p.head, p.protocol) for p in main_predictions(several())]
    assert drawn_of == [
        ("opinion", "outlets_held_out"),
        ("source_type", "publishers_held_out"),
        ("story_frames", "authors_folds"),
    ]


def test_one_class_only_is_said(tmp_path: Path) -> None:
    """A report without a figure says why."""
    write_report(tmp_path, "b", [made("binary", [1, 1], [0.5, 0.5], [1, 0])], {})
    assert "There is nothing to tell apart" in (tmp_path / "report.md").read_text("utf-8")
    assert sorted(files(tmp_path)) == ["report.json", "report.md"]


def test_odd_names_are_harmless(tmp_path: Path) -> None:
    """Bars, dollars, tags and line ends in a class name neither break a table nor a picture."""
    names = ("$a|b$", "<script>\n", "ж" * 60)
    write_report(tmp_path, "b", [drawn("multiclass", 60, classes=names)], {})
    text = (tmp_path / "report.md").read_text("utf-8")
    assert "<script>" not in text
    assert "$a\\|b$" in text
    assert len(list((tmp_path / "pictures").iterdir())) == 4
