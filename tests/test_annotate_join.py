"""Joining sentence labels to the corpora: spans, soft labels, folds, nothing twice; the frozen test part."""

import hashlib
import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from test_annotate_sentences import sentence

from training import assemble
from training.annotate import AnnotationMismatch, read_annotations, text_sha256
from training.annotate_figures import agreement, compared, repeatability, with_corpora
from training.annotate_join import SENTENCES, sentence_annotations
from training.assemble import may_train
from training.readers import read_all
from training.samples import Sample
from training.splits import split, unit_of

HOME = os.environ.get("SLANTWISE_CORPORA", "")
#: sha256 of the sorted test rows, place, words and labels, one a line: the test part never changes.
FROZEN = "3da90bfd2ef84139eb836f8e784c7eae79f6fb351a85af3fb1fa16cd5ca468ef"
LABELS: dict[str, Any] = {
    "opinion": 1, "loaded": 1, "call_to_action": 0, "quoted": 0, "frames": ["political"], "technique": 0,
}  # fmt: skip
TEXT = f"{sentence(1)} {sentence(2)} {sentence(3)}"
DOCUMENT = Sample("horne2017", "d", "document", TEXT, {}, "g", topic="ferries", url="https://a.example/1")


def row(source: Sample, text: str, part: str = "train", **more: Any) -> dict[str, Any]:
    """Return the labels of a stretch of a sample."""
    start = source.text.index(text)
    return {
        "corpus": source.corpus, "id": source.id, "start": start, "end": start + len(text),
        "sha256": text_sha256(text), "part": part, "drawn": "natural", "pass": "p0", "labels": LABELS, **more,
    }  # fmt: skip


def test_a_sentence_keeps_what_its_document_is() -> None:
    """Words, labels, group and topic are joined; the unit is the document's, so that no fold parts them."""
    (found,) = sentence_annotations([DOCUMENT], [row(DOCUMENT, sentence(2), "test")])
    assert (found.corpus, found.kind, found.text) == ("annotations", "sentence", sentence(2))
    assert found.labels == {
        "loaded_language": 1, "opinion": 1, "call_to_action": 0, "technique": 0,
        "policy_frames": ("political",),
    }  # fmt: skip
    assert found.soft == {"loaded_language": 0.5, "opinion": 1, "call_to_action": 0, "technique": 0}
    assert (found.group, found.topic, found.url) == ("g", "ferries", "https://a.example/1")
    assert found.meta["document"] == DOCUMENT.key
    assert unit_of(found) == unit_of(DOCUMENT) == "horne2017/g"
    assert not may_train(found)
    folds = split([DOCUMENT, found]).folds
    assert folds[found.key] == folds[DOCUMENT.key]


def test_two_readings_give_a_soft_label() -> None:
    """The first reading is the label; the share is the mean of both."""
    second = {"pass": "p1", "labels": LABELS | {"loaded": 2, "opinion": 0}}
    (found,) = sentence_annotations([DOCUMENT], [row(DOCUMENT, sentence(2), second=second)])
    assert found.labels["opinion"] == 1
    assert (found.soft["opinion"], found.soft["loaded_language"]) == (0.5, 0.75)


def test_what_a_corpus_labels_itself_is_not_taught_twice() -> None:
    """A train sentence leaves a task to the corpus that labels the same words; a test sentence keeps it."""
    own = Sample("mbic", "m", "sentence", sentence(5), {"loaded_language": 0}, "g")
    twin = Sample("babe", "b", "sentence", sentence(5).upper(), {"opinion": 1}, "g")
    (train,) = sentence_annotations([own, twin], [row(own, sentence(5))])
    (test,) = sentence_annotations([own, twin], [row(own, sentence(5), "test")])
    assert set(train.labels) == {"call_to_action", "technique", "policy_frames"}
    assert set(train.soft) == {"call_to_action", "technique"}
    assert train.meta["own"] == ("loaded_language", "opinion")
    assert len(test.labels) == 5


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sha256": "0" * 64}, "another text under horne2017/d"),
        ({"start": 1}, "another text under horne2017/d, 1 to"),
        ({"id": "x"}, "no document horne2017/x"),
    ],
)
def test_other_words_are_refused(change: dict[str, Any], message: str) -> None:
    """A sentence that is gone, moved or altered raises instead of being labelled."""
    with pytest.raises(AnnotationMismatch, match=message):
        sentence_annotations([DOCUMENT], [row(DOCUMENT, sentence(2)) | change])


def test_absent_corpora_are_left_out() -> None:
    """Labels of a corpus that was not read are no mistake."""
    assert sentence_annotations([DOCUMENT], [row(DOCUMENT, sentence(2)) | {"corpus": "babe"}]) == []


def test_training_reads_the_annotated_sentences(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """They come with what is needed, also from a corpus of which only its annotated sentences are."""
    headline = Sample("gvfc", "h", "passage", sentence(4), {"policy_frames": ("political",)}, "g")
    rows = {SENTENCES: [row(DOCUMENT, sentence(2)), row(headline, sentence(4))]}
    monkeypatch.setattr(assemble, "read_annotations", lambda path=None: rows.get(path, []))
    monkeypatch.setattr(assemble, "read_all", lambda *_, **__: [DOCUMENT, headline])
    found = assemble.read_samples(tmp_path, assemble.SHIPPED, evaluation=False)
    assert [s.key for s in found] == [
        "horne2017/d", f"annotations/horne2017/d:{rows[SENTENCES][0]['start']}-{rows[SENTENCES][0]['end']}",
        f"annotations/gvfc/h:0-{len(sentence(4))}",
    ]  # fmt: skip


def test_agreement_of_two_readings() -> None:
    """Equal share, Cohen's kappa and both means; frames are compared one by one; one label has no kappa."""
    other = {"pass": "p1", "labels": LABELS | {"opinion": 0, "frames": ["economic"]}}
    rows = [row(DOCUMENT, sentence(1), second=other), row(DOCUMENT, sentence(2))]
    found = repeatability(rows)
    assert (found["opinion"].n, found["opinion"].equal, found["loaded"].kappa) == (1, 0, None)
    assert (found["frames"].n, found["frames"].equal) == (14, 12 / 14)
    assert agreement([0, 1, 1, 0], [0, 1, 0, 0]).kappa == pytest.approx(0.5)
    assert agreement([0, 2, 2, 0], [0, 1, 2, 0], weighted=True).kappa == pytest.approx(0.75)


def test_our_labels_beside_those_of_a_corpus() -> None:
    """Sentences that a corpus labels too are compared by its own label; others are not."""
    own = Sample("mbic", "m", "sentence", sentence(5), {"loaded_language": 1}, "g")
    rows = [row(own, sentence(5)), row(DOCUMENT, sentence(2))]
    ours = sentence_annotations([own, DOCUMENT], rows)
    by_key = dict(zip([s.key for s in ours], rows, strict=True))
    pairs = with_corpora(ours, by_key, [own, DOCUMENT])
    assert [(key, sample) for key, _, sample in pairs] == [(ours[0].key, own)]
    found = compared(
        pairs, "mbic", lambda labels: labels["loaded"], lambda s: s.labels.get("loaded_language")
    )
    assert found is not None
    assert (found.n, found.equal) == (1, 1)
    assert (
        compared(pairs, "mbic", lambda labels: labels["opinion"], lambda s: s.labels.get("opinion")) is None
    )


def test_the_test_part_is_frozen() -> None:
    """Place, words and labels of 456 sentences never change; the parts share no sentence or document."""
    rows = read_annotations(SENTENCES)
    names = ("corpus", "id", "start", "end", "sha256", "labels")
    tested = [{name: entry[name] for name in names} for entry in rows if entry["part"] == "test"]
    lines = sorted(json.dumps(entry, sort_keys=True) for entry in tested)
    assert len(lines) == 456
    assert hashlib.sha256("\n".join(lines).encode()).hexdigest() == FROZEN
    assert len({entry["sha256"] for entry in rows}) == len(rows) == 3_888
    parts = {part: {(r["corpus"], r["id"]) for r in rows if r["part"] == part} for part in ("train", "test")}
    assert parts["train"].isdisjoint(parts["test"])
    documents = {(r["corpus"], r["id"], r["part"]) for r in read_annotations()}
    assert not documents & {(*place, "train") for place in parts["test"]}
    assert not documents & {(*place, "test") for place in parts["train"]}


def test_every_corpus_gives_its_share() -> None:
    """Twenty corpora, all but evenly in the test part; a tenth was read twice."""
    rows = read_annotations(SENTENCES)
    tested = Counter(r["corpus"] for r in rows if r["part"] == "test")
    assert len(tested) == 20
    assert {21, 22, 23} == set(tested.values())
    assert sum("second" in r for r in rows) == 389
    assert not any(r["drawn"] != "natural" for r in rows if r["part"] == "test")


@pytest.mark.corpora
@pytest.mark.slow
@pytest.mark.skipif(not HOME, reason="SLANTWISE_CORPORA is not set: the sentences are NOT joined")
def test_every_row_joins_to_the_real_corpora() -> None:
    """All sentences are in the corpora, word for word; only one publisher is in both parts."""
    rows = read_annotations(SENTENCES)
    samples = read_all(Path(HOME), names={r["corpus"] for r in rows})
    found = sentence_annotations(samples, rows)
    assert Counter(s.meta["annotation"] for s in found) == {"train": 3_432, "test": 456}
    units = {part: {unit_of(s) for s in found if s.meta["annotation"] == part} for part in ("train", "test")}
    assert units["train"] & units["test"] == {"publisher/pauseai.info"}
    assert len(units["train"] | units["test"]) > 150
