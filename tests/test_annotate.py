"""Drawing documents, hiding what would bias a reader, joining labels back, and the frozen test part."""

import hashlib
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from training.annotate import (
    AnnotationMismatch,
    annotated,
    blind_text,
    draw,
    read_annotations,
    text_sha256,
)
from training.readers import read_all
from training.samples import Sample

HOME = os.environ.get("SLANTWISE_CORPORA", "")
#: sha256 of the sorted sha256 of the test texts, one a line: the test part may only grow.
FROZEN = "651646b493711af9659a2fae5182b4113281c3c8d644b3e900030162346e50c6"
#: The same of the documents that were annotated first, in passes p0 to p3.
FROZEN_FIRST = "81f2d9e03b2bd1049e90f0b131d101cbc8007d7217e38f9db7caafe15f3f665c"
FIRST_PASSES = ("p0", "p1", "p2", "p3")


def document(name: str, group: str = "g", corpus: str = "c", words: int = 100) -> Sample:
    """Return a document of so many words."""
    return Sample(corpus, name, "document", f"{name} " + "word " * (words - 1), {"partisan": 1}, group=group)


def test_the_draw_goes_round_the_groups() -> None:
    """A big group gives no more than the small ones, length bounds hold, a seed gives the same draw."""
    samples = [document(f"big{i}", "big") for i in range(50)]
    samples += [document("s1", "one"), document("s2", "two"), document("o", "o", "other")]
    samples += [document("short", "three", words=79), document("long", "four", words=1_501)]
    chosen = draw(samples, 3, seed=7)
    assert Counter((s.corpus, s.group) for s in chosen) == {
        ("c", "big"): 1, ("c", "one"): 1, ("c", "two"): 1, ("other", "o"): 1,
    }  # fmt: skip
    assert [s.key for s in draw(samples, 3, seed=7)] == [s.key for s in chosen]


def test_readers_do_not_see_the_publisher() -> None:
    """The blind text has title and text, with the publisher's name masked and no label."""
    text = "HALVEN (Halven Wire) - The mayor spoke to Halven Wire on Monday about the new bridge.\n" * 2
    blind = blind_text(
        Sample(
            "c",
            "a",
            "document",
            text,
            {"opinion_article": 1},
            "g",
            title="The bridge",
            publisher="Halven Wire",
        )
    )
    assert blind.startswith("The bridge\n")
    assert "Halven Wire" not in blind
    assert "the new bridge" in blind


def test_labels_are_joined_to_the_text_that_was_read() -> None:
    """Grade, type and part are added to the document; other labels, and other samples, stay."""
    one, two = document("a"), document("b")
    row = {"corpus": "c", "id": "a", "sha256": text_sha256(one.text), "advocacy": 4, "part": "test",
           "source_type": "satire"}  # fmt: skip
    joined, same = annotated([one, two], [row, {**row, "corpus": "absent"}])
    assert joined.labels == {"partisan": 1, "advocacy": 4, "annotated_source_type": "satire"}
    assert joined.meta == {"annotation": "test"}
    assert same is two


@pytest.mark.parametrize(
    ("change", "message"),
    [({"sha256": "0" * 64}, "another text under c/a"), ({"id": "x"}, "no document c/x")],
)
def test_another_text_is_refused(change: dict[str, str], message: str) -> None:
    """A document that changed, or is gone, raises instead of being labelled."""
    row = {"corpus": "c", "id": "a", "sha256": text_sha256(document("a").text), "advocacy": 4, "part": "test",
           "source_type": "satire", **change}  # fmt: skip
    with pytest.raises(AnnotationMismatch, match=message):
        list(annotated([document("a")], [row]))


def test_no_file_gives_no_rows(tmp_path: Path) -> None:
    """Where there is no annotation file, nothing is annotated."""
    assert read_annotations(tmp_path / "absent.jsonl") == []


def frozen(rows: list[dict[str, Any]]) -> str:
    """Return the sha256 that freezes the test part of some rows."""
    tested = sorted(row["sha256"] for row in rows if row["part"] == "test")
    return hashlib.sha256("\n".join(tested).encode()).hexdigest()


def test_the_test_part_is_frozen() -> None:
    """There are 314 rows, half of each corpus frozen; no text stands in both halves or twice."""
    rows = read_annotations()
    halves = Counter((row["corpus"], row["part"]) for row in rows)
    assert len({row["sha256"] for row in rows}) == len(rows) == 314
    assert all(halves[corpus, "train"] == halves[corpus, "test"] for corpus, _ in halves)
    assert frozen(rows) == FROZEN
    assert {row["advocacy"] for row in rows} == {0, 1, 2, 3, 4}


def test_what_was_test_stays_test() -> None:
    """The 234 documents of the first passes are there as they were, 18 a corpus, half of each frozen."""
    rows = [row for row in read_annotations() if row["pass"] in FIRST_PASSES]
    assert len(rows) == 234
    assert set(Counter((row["corpus"], row["part"]) for row in rows).values()) == {9}
    assert frozen(rows) == FROZEN_FIRST


@pytest.mark.corpora
@pytest.mark.slow
@pytest.mark.skipif(not HOME, reason="SLANTWISE_CORPORA is not set: the annotations are NOT joined")
def test_every_row_joins_to_the_real_corpora() -> None:
    """All 314 documents are in the corpora, with the text that was annotated."""
    rows = read_annotations()
    samples = read_all(Path(HOME), names={row["corpus"] for row in rows})
    parts = Counter(s.meta.get("annotation") for s in annotated(samples, rows))
    assert (parts["train"], parts["test"]) == (157, 157)
