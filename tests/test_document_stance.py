"""What the mentions of a target make together: pooled as readers of whole documents judge."""

from dataclasses import replace
from pathlib import Path

import corpus_files as files
import numpy as np
import pytest
from bundles import made_head, tiny_bundle
from made_material import assembled, of_documents, of_file

from models.bundle import BundleRejected, load_bundle, save_bundle
from models.heads import Head, Pooling
from models.labels import STANCES
from training.answering import answer, asked_of
from training.bench import Bench
from training.bundle_card import corpus_facts
from training.document_stance import (
    CORPUS,
    FEWEST,
    LABEL,
    document_mentions,
    fit_pooling,
    mention_rows,
    whole,
)
from training.featurise import mention_in
from training.fit import fit
from training.gather import gather
from training.protocols import PROTOCOLS
from training.run_record import run_record, seen
from training.samples import Sample
from training.specs import SPECS

POOLING = Pooling(0.5, (1.0, 0.0, -1.0), 0.2)


def stance_head(**changes: Pooling) -> Head:
    """Return a head of stances that withholds nothing of one mention."""
    return replace(made_head("stance", "multiclass", "mention", STANCES, 4), poolings=changes)


def test_one_mention_stays_as_it_is() -> None:
    """A single mention is decided as ever; the more there are, the more the pooling says."""
    head, means = stance_head(fast=POOLING), np.array([[0.3, 0.1, 0.6]] * 3, np.float32)
    pooled, decided, _, withheld = head.of_documents(means, np.array([1, 2, 50]), "fast")
    np.testing.assert_allclose(pooled[0], means[0], atol=1e-6)
    assert pooled[0, 0] < pooled[1, 0] < pooled[2, 0]
    assert decided.tolist() == [2, 0, 0]
    assert not withheld[0]
    alone, *_ = head.of_documents(means, np.array([1, 2, 50]), "accurate")
    np.testing.assert_allclose(alone, means)


def test_the_cut_goes_over_to_that_of_documents() -> None:
    """Whether a label is withheld is the rule for mentions with one, nearly that of documents with many."""
    sure = Pooling(1.0, (0.0, 0.0, 0.0), 1.0)
    head, means = stance_head(fast=sure), np.array([[0.9, 0.05, 0.05]] * 2, np.float32)
    assert head.of_documents(means, np.array([1, 100]), "fast")[3].tolist() == [False, True]


def test_a_bundle_keeps_poolings(tmp_path: Path) -> None:
    """Poolings are saved and loaded; a head without them is as before; one that does not fit is refused."""
    bundle = load_bundle(tiny_bundle(tmp_path / "tiny.1"))
    assert bundle.heads["stance"].poolings == {}

    def saved(name: str, pooling: Pooling) -> Head:
        heads = bundle.heads | {"stance": replace(bundle.heads["stance"], poolings={"fast": pooling})}
        told = {k: v for k, v in bundle.manifest.items() if k not in ("files", "heads", "spaces", "format")}
        save_bundle(tmp_path / name, told, bundle.spaces, heads, bundle.centroids, [], {"CARD.md": ""})
        return load_bundle(tmp_path / name).heads["stance"]

    assert saved("tiny.2", POOLING).poolings == {"fast": POOLING}
    with pytest.raises(BundleRejected, match="pooling"):
        saved("tiny.3", replace(POOLING, bias=(1.0,)))
    with pytest.raises(BundleRejected, match="pooling"):
        saved("tiny.4", replace(POOLING, slope=0.0))
    with pytest.raises(BundleRejected, match="pooling"):
        saved("tiny.5", replace(POOLING, cut=float("nan")))
    with pytest.raises(BundleRejected, match="pooling"):
        saved("tiny.6", replace(POOLING, bias=(float("inf"), 0.0, 0.0)))


def test_a_pooling_is_found_again() -> None:
    """From means and labels that a pooling made, a fit finds what it was; rare classes count alike."""
    dice = np.random.default_rng(0)
    means = dice.dirichlet([1, 1, 1], 4000).astype(np.float32)
    mentions = dice.integers(1, 13, 4000)
    said = POOLING.probabilities(means, mentions)
    truth = np.array([dice.choice(3, p=row / row.sum()) for row in said.astype(float)])
    found = fit_pooling(stance_head(), means, mentions, truth, "fast")
    shares = np.bincount(truth) / len(truth)
    balanced = POOLING.bias - np.log(shares)  # what equal classes make of it, but for the middle one
    assert found.slope == pytest.approx(POOLING.slope, abs=0.15)
    assert found.bias == pytest.approx(balanced - balanced[1], abs=0.35)
    assert 0 < found.cut < 1


def test_a_name_is_found_where_it_stood() -> None:
    """Of several places of one name that one is taken which the sample means, whatever its typography."""
    text = "“Ann” won, and Ann lost."
    sample = Sample("c", "1", "pair", text, {}, "g", target=(15, 18))
    assert mention_in(['"Ann" won, and Ann lost.'], sample) == (0, 15, 18)
    assert mention_in(['"Ann" won,', "and Ann lost."], sample) == (1, 4, 7)
    assert mention_in(["Ann lost."], sample) == (0, 0, 3)
    assert mention_in(["She lost."], sample) is None
    assert mention_in(['"Ann" won.'], replace(sample, target=(0, 5))) == (0, 0, 5)
    assert mention_in(["Ann won."], replace(sample, target=(10, 11))) is None


def row_of(number: int, text: str) -> dict[str, str]:
    """Return a row of the corpus about Ann Leeson."""
    told = {"DOCUMENT_INDEX": str(number), "TITLE": "T", "DOCUMENT": text, "TARGET_ENTITY": "Ann Leeson"}
    return told | {"TRUE_SENTIMENT": "Negative"} | {f"Paragraph{i}": "" for i in range(16)}


def test_mentions_are_those_that_the_service_finds(tmp_path: Path) -> None:
    """Each mention is a pair with its document's label; a document with a sentence of others is left out."""
    known = "The minister Ann Leeson opened the new bridge over the river on Monday."
    texts = ["Ann Leeson spoke for an hour. Later Leeson left the hall.", f"Well then. {known}", "He spoke."]
    rows = [row_of(number, text) for number, text in enumerate(texts)]
    files.delimited(files.folder(tmp_path, CORPUS) / "dev.csv", rows)
    other = Sample("newsmtsc", "1", "pair", known, {"stance": "neutral"}, "g")
    found = document_mentions(tmp_path, ("permissive",), [other])
    assert [(s.text[slice(*s.target)], s.labels) for s in found if s.target] == [
        ("Ann Leeson", {LABEL: "against"}), ("Leeson", {LABEL: "against"}),
    ]  # fmt: skip
    assert {s.group for s in found} == {"0"}
    assert len(document_mentions(tmp_path, ("permissive",), [])) == 3
    assert document_mentions(tmp_path, ("own",), []) == []
    assert document_mentions(tmp_path / "none", ("permissive",), []) == []


def test_documents_are_held_out_and_pooled() -> None:
    """Each document is tested once, by a pooling fitted on others; its mentions teach no head."""
    also = of_documents()
    made = assembled(of_file("stance"), also)
    bench = Bench(made, "shipped", 0)
    table = made.tables["mention"]
    rows = mention_rows(table)
    which, firsts, truth = whole(table, rows)
    assert len(rows) == len(also)
    assert len(firsts) == len(truth) == which.max() + 1 == len({s.group for s in also}) >= FEWEST
    asked, holds = asked_of(bench, "documents")
    assert len({key for hold in holds for key in hold.test}) == len(also)
    question = next(q for q in asked if q.whole and not q.control)
    parts = []
    for hold in (hold for hold in holds if not hold.blank):
        fitted = bench.fitted(hold)
        assert set(fitted.fitted.heads["stance"].poolings) == {"fast", "accurate"}
        part = answer(question, fitted, ("fast",))
        assert part is not None
        parts.append(part)
    pooled = gather(question, parts, "shipped", 0)[0]
    assert pooled.size == len(firsts)
    assert sorted(np.bincount(pooled.truth)) == sorted(np.bincount(truth))
    assert (pooled.corpus, pooled.protocol) == (CORPUS, "documents_held_out")


def test_the_record_names_what_is_pooled() -> None:
    """The run record and the bundle's corpora tell of documents that fit a pooling alone."""
    made = assembled(of_file("stance"), of_documents())
    specs = tuple(spec for spec in SPECS if spec.name == "stance")
    made = replace(made, material=replace(made.material, specs=specs))
    masks = made.masks()
    record = run_record(made, masks, 0, 0.0)
    assert record["heads"]["stance"]["pooled"][CORPUS] >= FEWEST
    assert CORPUS not in record["heads"]["stance"]["corpora"]
    texts = seen(made, masks, fit(made.material, masks))
    assert set(texts["document_stance"]) == {CORPUS}
    assert set(texts["stance"]) == {"seed"}
    assert corpus_facts([CORPUS])[0]["tier"] == "permissive"


def test_without_documents_nothing_is_asked() -> None:
    """Where the corpus is absent, there is no fold of it and no pooling."""
    made = assembled(of_file("stance"))
    assert list(PROTOCOLS["documents"](Bench(made, "shipped", 0))) == []
