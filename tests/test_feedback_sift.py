"""Which judgements may teach: each reason to leave one out, and that nothing held out gets through."""

import os
import random
from pathlib import Path
from typing import Any

import pytest
from made_judgements import known, line, sentence, ulid, write_lines

from training import feedback_sift
from training.annotate import text_sha256
from training.feedback_data import Judgement, read_feedback
from training.feedback_sift import Known, Sifted, known_texts, sift
from training.samples import Sample

HOME = os.environ.get("SLANTWISE_CORPORA", "")
DICE = random.Random(7)
TEXTS = [" ".join(sentence(bool(i % 2), DICE) for _ in range(4)) for i in range(6)]
NOBODY = known([])


@pytest.fixture
def read(tmp_path: Path) -> Any:
    """Return the judgements of some lines."""

    def make(*lines: dict[str, Any]) -> tuple[Judgement, ...]:
        return read_feedback(write_lines(tmp_path / "f.jsonl", lines)).judgements

    return make


def whole(number: int, text: str, **changes: Any) -> dict[str, Any]:
    """Return a line about a whole text."""
    about = {"document": ulid(number), "text": text, "head": "advocacy", "start": None, "end": None}
    return line(**about, weights={"yes": 1.0}, **changes)


def part(number: int, text: str, start: int, end: int) -> dict[str, Any]:
    """Return a line about a part of a text."""
    return line(document=ulid(number), text=text, start=start, end=end)


def sample(name: str, text: str, kind: Any = "document") -> Sample:
    """Return a sample of a corpus."""
    return Sample("seed", name, kind, text, {}, group=name)


def test_nothing_is_left_out_without_a_reason(read: Any) -> None:
    """Judgements of new texts all teach, several of one text too."""
    lines = [whole(i, text) for i, text in enumerate(TEXTS)] + [part(0, TEXTS[0], 0, 40)]
    assert sift(read(*lines), NOBODY) == Sifted(tuple(range(2, 9)), {})


def test_repeats_and_copies(read: Any) -> None:
    """The second line about one thing is left out, and all lines about a later copy of a text."""
    copy = TEXTS[0].replace("Monday", "Sunday").replace("June", "July")
    lines = [
        whole(1, TEXTS[0]),
        whole(1, TEXTS[0], raters=9),
        whole(2, copy),
        part(2, copy, 0, 40),
        whole(3, TEXTS[1]),
    ]
    assert sift(read(*lines), NOBODY) == Sifted((2, 6), {"repeated": (3,), "copy": (4, 5)})


def test_what_the_corpora_hold(read: Any) -> None:
    """A near-duplicate of a document is left out, and a part that stands in one; the rest teaches."""
    corpus = known(
        [sample("a", TEXTS[0] + " And one sentence more, which nobody judged."), sample("b", TEXTS[2])]
    )
    mixed = f"{TEXTS[1]} {TEXTS[2][: TEXTS[2].index('.') + 1]}"
    lines = [
        whole(1, TEXTS[0]),
        part(2, mixed, len(TEXTS[1]) + 1, len(mixed)),
        whole(2, mixed),
        whole(3, TEXTS[3]),
    ]
    assert sift(read(*lines), corpus) == Sifted((4, 5), {"in_corpora": (2, 3)})


def test_what_is_held_out_never_trains(read: Any) -> None:
    """A test document, a part of one, and a text that quotes a test sentence are all left out."""
    quoted = TEXTS[1][: TEXTS[1].index(".") + 1]
    held = [sample("test", TEXTS[0]), sample("sentence", quoted, "sentence")]
    corpus = known(held, held=[one.key for one in held])
    stolen = f"{TEXTS[2]} {TEXTS[0][TEXTS[0].index('.') + 2 :]}"
    lines = [
        whole(1, TEXTS[0].upper()), part(2, stolen, len(TEXTS[2]) + 1, len(stolen)),
        whole(3, TEXTS[1]), whole(4, TEXTS[3]),
    ]  # fmt: skip
    assert sift(read(*lines), corpus) == Sifted((5,), {"held_out": (2, 3, 4)})


def test_the_frozen_part_is_known_without_the_corpora(read: Any) -> None:
    """Where the corpora are absent, the sha256 of the annotated test texts still keeps them out."""
    marks = frozenset({text_sha256(TEXTS[0])})
    assert sift(read(whole(1, TEXTS[0]), whole(2, TEXTS[1])), Known([], [], marks)) == Sifted(
        (3,), {"held_out": (2,)}
    )


def test_known_texts_name_what_is_held_out(tmp_path: Path) -> None:
    """Without corpora our own texts are known, none held out, and the frozen part's sha256 are there."""
    found = known_texts(tmp_path)
    assert {s.corpus for s in found.samples} == {"seed"}
    assert not any(found.held)
    assert len(found.marks) >= 117


def test_official_test_parts_are_held_out() -> None:
    """Development, validation and test parts, and corpora that only evaluate, never train."""
    made = {
        split: Sample("newsmtsc", split, "pair", "x", {}, group="g", split=split)
        for split in ("train", "rw_dev", "mt_test", "valid", "gold")
    }
    assert {name for name, one in made.items() if feedback_sift.never_trains(one)} == set(made) - {"train"}
    assert feedback_sift.never_trains(Sample("frac-dev", "1", "sentence", "x", {}, group="g"))


@pytest.mark.corpora
@pytest.mark.slow
@pytest.mark.skipif(not HOME, reason="SLANTWISE_CORPORA is not set: real held-out texts are NOT tested")
def test_real_held_out_texts_are_left_out(read: Any) -> None:
    """A text of every corpus' test part, and of the frozen annotations, is refused as held out."""
    corpora = known_texts(Path(HOME))
    first: dict[tuple[str, str | None, bool], Sample] = {}
    for one, held in zip(corpora.samples, corpora.held, strict=True):
        if len(one.text.split()) >= 12 and one.text.isprintable():
            first.setdefault((one.corpus, one.split, held), one)
    kept = [one for (_, _, held), one in first.items() if held]
    names = {one.corpus for one in kept}
    assert {"newsmtsc", "frac-dev", "gvfc", "ptc_semeval20", "ccf-climate-frames"} <= names
    lines = [line(document=ulid(n), text=one.text, start=0, end=len(one.text)) for n, one in enumerate(kept)]
    found = sift(read(*lines), corpora)
    assert found.kept == ()
    assert set(found.left_out) <= {"held_out", "copy"}
