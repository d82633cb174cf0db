"""A user's own labelled file: what is refused, and what is found out."""

import csv
import json
from pathlib import Path
from typing import Any

import click
import pytest

from training.own_data import evaluate_file
from training.own_table import read_own

pytestmark = pytest.mark.slow

GOOD = "The minister said on Monday that the council of {} would meet again next week to vote."
BAD = "This disgraceful and horrible plan of {} is a wicked lie that we must fight with all our might."
TOWNS = ("Leeds", "Boston", "Madrid", "Lagos", "Perth", "Oslo", "Lima", "Cairo", "Quito", "Delhi")


def rows(copies: int = 3) -> list[dict[str, Any]]:
    """Return plain and loaded sentences over ten towns; a group is a town."""
    return [
        {"text": f"{text.format(town)} Point {'abcdefgh'[n]}.", "label": label, "paper": town}
        for n in range(copies)
        for town in TOWNS
        for text, label in ((GOOD, "fair"), (BAD, "loaded"))
    ]


def written(path: Path, table: list[dict[str, Any]]) -> Path:
    """Write rows as the file's name says."""
    if path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in table), "utf-8")
        return path
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(table[0]), delimiter="\t" if path.suffix == ".tsv" else ",")
        writer.writeheader()
        writer.writerows(table)
    return path


def evaluate(path: Path, group: str | None = "paper", label: str = "label") -> dict[str, Any]:
    """Evaluate without an encoder, with the report beside the file."""
    return evaluate_file(path, "text", label, group, path.parent / "out", None)


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".jsonl"])
def test_a_file_is_evaluated_at_random_and_by_group(tmp_path: Path, suffix: str) -> None:
    """Two protocols, baselines beside, and the report written, from every kind of file."""
    report = evaluate(written(tmp_path / f"mine{suffix}", rows()))
    figures = report["figures"]
    assert {name: figures[name]["value"] for name in figures if name.startswith("label[fast].mine.auc")} == {
        "label[fast].mine.auc.random": 1.0,
        "label[fast].mine.auc.groups_held_out": 1.0,
    }
    assert figures["label[majority].mine.accuracy.groups_held_out"]["value"] == 0.5
    assert {"label[vader].mine.auc.random", "label[textblob].mine.auc.random"} <= set(figures)
    assert figures["label[fast].mine.macro_f1.random"]["groups"] == 10
    assert report["run"]["classes"] == ["fair", "loaded"]
    assert (tmp_path / "out" / "report.md").is_file()
    assert report == json.loads((tmp_path / "out" / "report.json").read_text("utf-8"))


def test_without_groups_only_random(tmp_path: Path) -> None:
    """Without a group column nothing is held out, and near-duplicates are drawn together."""
    report = evaluate(written(tmp_path / "mine.csv", rows()), group=None)
    assert {name.rsplit(".", 1)[1] for name in report["figures"]} == {"random"}
    duplicates = report["run"]["near_duplicates"]
    assert duplicates == {
        "sets": 2, "texts": 60, "sets_across_groups": None, "texts_across_groups": None,
        "sets_with_several_labels": 0,
    }  # fmt: skip
    assert report["figures"]["label[fast].mine.auc.random"]["groups"] == 2


def test_near_duplicates_across_groups_are_reported(tmp_path: Path) -> None:
    """The same text under two groups is counted, and whether its labels agree."""
    table = [
        row | {"text": f"{row['text']} Said of {row['paper']}: {n * 'very '}."}
        for n, row in enumerate(rows(1))
    ]
    copy = table[0] | {"paper": "elsewhere", "label": "loaded"}
    report = evaluate(written(tmp_path / "mine.csv", [*table, copy]))
    assert report["run"]["near_duplicates"]["sets_across_groups"] >= 1
    assert report["run"]["near_duplicates"]["sets_with_several_labels"] >= 1
    assert "- near_duplicates: {" in (tmp_path / "out" / "report.md").read_text("utf-8")


def test_several_classes_and_left_out_rows(tmp_path: Path) -> None:
    """Three classes are told apart; rows that cannot be used are counted by reason."""
    third = [
        {"text": f"Buy our offer today, dear {town}!", "label": "advert", "paper": town} for town in TOWNS
    ]
    broken = [
        {"text": " ", "label": "fair", "paper": "Leeds"},
        {"text": "A text.\u0000", "label": "fair", "paper": "Leeds"},
        {"text": "Всё это написано по-русски и длинно.", "label": "fair", "paper": "Leeds"},
        {"text": "One of a kind is too few to learn from.", "label": "rare", "paper": "Leeds"},
    ]
    report = evaluate(written(tmp_path / "mine.jsonl", rows() + third + broken))
    assert report["run"]["classes"] == ["advert", "fair", "loaded"]
    assert report["run"]["left_out"] == {
        "without text or label or paper": 1,
        "with NUL or lone surrogates": 1,
        "of labels with fewer than 5 texts": 1,
        "without an English sentence": 1,
    }
    assert report["figures"]["label[fast].mine.macro_f1.random"]["classes"] == {
        "advert": 10, "fair": 30, "loaded": 30,
    }  # fmt: skip


def test_a_group_of_one_label_each_is_no_crash(tmp_path: Path) -> None:
    """With two groups that each hold one label, training sees one class: the figure is poor, not an error."""
    table = [row | {"paper": row["label"]} for row in rows()]
    figures = evaluate(written(tmp_path / "mine.csv", table))["figures"]
    assert figures["label[fast].mine.accuracy.groups_held_out"]["value"] == 0.0


def one_label() -> list[dict[str, Any]]:
    """Return rows of one label."""
    return [row | {"label": "fair"} for row in rows()]


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (rows(1)[:18], r"18 rows can be evaluated; at least 20 are needed"),
        (one_label(), r"column 'label' has one label only: 'fair' 60"),
        ([row | {"label": str(n)} for n, row in enumerate(rows())], r"60 different labels; at most 50"),
        (
            [row | {"label": str(n // 3)} for n, row in enumerate(rows())],
            r"fewer than two labels with 5 texts",
        ),
        ([row | {"paper": "Times"} for row in rows()], r"column 'paper' has one group only: 'Times'"),
        ([row | {"text": ""} for row in rows()], r"0 rows can be evaluated; .*; 60 without text or label"),
        (
            [row | {"text": "Всё это написано по-русски."} for row in rows()],
            r"no text has an English sentence",
        ),
        (
            [row | {"label": ["fair"]} for row in rows()],
            r"line 1: column 'label' must hold one value, not list",
        ),
    ],
)
def test_what_says_nothing_is_refused(tmp_path: Path, table: list[dict[str, Any]], message: str) -> None:
    """Too little, one class, free text as label, one group, lists: the error names the fact."""
    with pytest.raises(click.ClickException, match=message):
        evaluate(written(tmp_path / "mine.jsonl", table))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("mine.csv", b"", r"mine.csv has no rows"),
        ("mine.csv", b"text,label,paper\n", r"mine.csv has no rows"),
        (
            "mine.csv",
            b"words,label\na,b\n",
            r"mine.csv has no column 'text', 'paper'; there are 'label', 'words'",
        ),
        ("mine.csv", "text,label,paper\ncafé,a,b\n".encode("latin-1"), r"mine.csv is not UTF-8: byte 0xe9"),
        ("mine.csv", b"text,label,paper\na,b\n", r"mine.csv, line 2: wrong number of columns"),
        ("mine.jsonl", b'{"text": 1\n', r"mine.jsonl, line 1: "),
        ("mine.jsonl", b"[1]\n", r"mine.jsonl, line 1: not an object"),
        ("mine.xlsx", b"PK", r"mine.xlsx: the name must end in .csv, .tsv or .jsonl"),
    ],
)
def test_broken_files_are_named(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    """The error says what is wrong with the file, and where."""
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(click.ClickException, match=message):
        evaluate(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """A file that is not there is an error of one line."""
    with pytest.raises(click.ClickException, match=r"mine.csv is not there"):
        evaluate(tmp_path / "mine.csv")


def test_a_long_article_is_no_error(tmp_path: Path) -> None:
    """A field may be longer than the csv module's own limit."""
    table = rows()
    table[0]["text"] = " ".join([table[0]["text"]] * 2_000)
    own = read_own(written(tmp_path / "mine.csv", table), "text", "label", None)
    assert own.texts == tuple(row["text"] for row in table)
