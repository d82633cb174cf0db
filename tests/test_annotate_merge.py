"""Merging filled sheets: what is refused, which reading counts, that no text is kept."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from training.annotate_merge import (
    BadSheet,
    add_sentences,
    main,
    merge_documents,
    merge_sentences,
    read_filled,
)

LABELS: dict[str, Any] = {
    "opinion": 1, "loaded": 2, "call_to_action": 0, "quoted": 0, "frames": ["political"], "technique": 1,
}  # fmt: skip
GRADES: dict[str, Any] = {"advocacy": 4, "source_type": "satire", "confidence": "high"}


def entry(sheet: int, n: int, second: bool = False, name: str = "a", **more: Any) -> dict[str, Any]:
    """Return a row of the key."""
    return {
        "sheet": sheet, "n": n, "corpus": "allsides", "id": name, "start": 3, "end": 9, "sha256": "0" * 64,
        "part": "test", "drawn": "natural", "second": second, **more,
    }  # fmt: skip


def lines(path: Path, *rows: dict[str, Any]) -> Path:
    """Write rows as JSON lines."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def test_the_first_reading_counts_and_the_second_is_kept() -> None:
    """A row holds place, part, pass and labels; the second reading stands beside them, with its pass."""
    other = LABELS | {"loaded": 0, "technique": 0}
    filled = {0: {1: {"n": 1, **LABELS}}, 5: {7: {"n": 7, **other}}}
    assert merge_sentences([entry(5, 7, second=True), entry(0, 1)], filled) == [
        {
            "corpus": "allsides", "id": "a", "start": 3, "end": 9, "sha256": "0" * 64, "part": "test",
            "drawn": "natural", "pass": "p0", "labels": LABELS, "second": {"pass": "p5", "labels": other},
        }
    ]  # fmt: skip


def test_what_nobody_could_read_is_left_out() -> None:
    """A skip by the first reader drops the sentence; one by the second reader only the second reading."""
    skip = {"n": 1, "skip": True}
    key = [entry(0, 1), entry(1, 1, name="b"), entry(2, 1, second=True, name="b")]
    (row,) = merge_sentences(key, {0: {1: skip}, 1: {1: {"n": 1, **LABELS}}, 2: {1: skip}})
    assert row["id"] == "b"
    assert "second" not in row


def test_a_key_with_two_first_readings_is_refused() -> None:
    """A sentence cannot be in two sheets for the same reading."""
    with pytest.raises(BadSheet, match="twice for one reading"):
        merge_sentences([entry(0, 1), entry(1, 1)], {})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"loaded": 3}, "line 1: loaded 3"),
        ({"opinion": True}, "line 1: opinion True"),
        ({"opinion": "1"}, "line 1: opinion '1'"),
        ({"frames": ["politics"]}, "no frame 'politics'"),
        ({"frames": "political"}, "frames 'political'"),
        ({"frames": ["political", "political"]}, "frames"),
        ({"frames": ["political", "economic", "morality", "public_opinion"]}, "frames"),
        ({"mood": 1}, "fields"),
        ({"n": 2}, "no n 1"),
    ],
)
def test_labels_that_are_none_are_refused(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    """File, line and reason are named where a value, a frame or a field is not of the guideline."""
    path = lines(tmp_path / "filled_0.jsonl", {"n": 1, **LABELS, **change})
    with pytest.raises(BadSheet, match=f"filled_0.jsonl.*{message}"):
        read_filled(path, {1})


def test_a_number_that_comes_twice_is_refused(tmp_path: Path) -> None:
    """Every sentence is labelled once; rows that nobody asked about are left out."""
    row = {"n": 1, **LABELS}
    with pytest.raises(BadSheet, match="line 2: n 1 a second time"):
        read_filled(lines(tmp_path / "a.jsonl", row, row), {1})
    assert read_filled(lines(tmp_path / "b.jsonl", row, {"n": 9, "skip": True}), {1}) == {1: row}
    with pytest.raises(BadSheet, match="source_type 'novel'"):
        read_filled(lines(tmp_path / "c.jsonl", {"n": 1, **GRADES, "source_type": "novel"}), {1}, False)


def test_documents_go_on_counting_the_passes() -> None:
    """Two further passes, p4 and p5; a second reading keeps grade and type."""
    key = [entry(1, 3, second=True), entry(0, 2)]
    found = merge_documents(key, {0: {2: {"n": 2, **GRADES}}, 1: {3: {"n": 3, **GRADES, "advocacy": 3}}})
    assert found == [
        {
            "corpus": "allsides", "id": "a", "sha256": "0" * 64, "part": "test", "pass": "p4", **GRADES,
            "second": {"pass": "p5", "advocacy": 3, "source_type": "satire"},
        }
    ]  # fmt: skip


def test_the_program_writes_both_files(tmp_path: Path) -> None:
    """Sentences are written anew, documents are added to those that are there; twice gives the same."""
    lines(tmp_path / "key.jsonl", entry(0, 1))
    lines(tmp_path / "filled_0.jsonl", {"n": 1, **LABELS})
    lines(tmp_path / "docs_key.jsonl", entry(0, 2))
    lines(tmp_path / "docs_filled_0.jsonl", {"n": 2, **GRADES})
    old = {"corpus": "masc", "id": "z", "sha256": "1" * 64, "part": "train", "pass": "p0", **GRADES}
    documents, sentences = lines(tmp_path / "documents.jsonl", old), tmp_path / "sentences.jsonl"
    command = [str(tmp_path), "--sentences", str(sentences), "--documents", str(documents)]
    for _ in range(2):
        result = CliRunner().invoke(main, command)
        assert result.output == "1 sentences, 1 documents and 1 more\n"
        assert [json.loads(row)["id"] for row in documents.read_text("utf-8").splitlines()] == ["a", "z"]
    assert json.loads(sentences.read_text("utf-8"))["labels"] == LABELS


def test_later_passes_are_added(tmp_path: Path) -> None:
    """Rows of passes before stay; those of the new sheets are numbered after them, twice gives the same."""
    old = {"corpus": "masc", "id": "z", "start": 0, "end": 4, "pass": "p7", "labels": LABELS}
    sentences = lines(tmp_path / "sentences.jsonl", old)
    lines(tmp_path / "key.jsonl", entry(0, 1), entry(1, 4, second=True))
    lines(tmp_path / "filled_0.jsonl", {"n": 1, **LABELS})
    lines(tmp_path / "filled_1.jsonl", {"n": 4, **LABELS})
    for _ in range(2):
        add_sentences(tmp_path, sentences, 8)
        rows = [json.loads(row) for row in sentences.read_text("utf-8").splitlines()]
        assert [(row["id"], row["pass"]) for row in rows] == [("a", "p8"), ("z", "p7")]
        assert rows[0]["second"]["pass"] == "p9"
