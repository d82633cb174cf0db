"""From samples to material: who may train, and how big groups are thinned."""

from dataclasses import replace

import pytest
from made_material import assembled, every_head, of_file

from models import encoder
from training import assemble
from training.assemble import THIN, encoder_name, may_train, needed_corpora, thin, with_encoder
from training.featurise import Prepared
from training.kept_back import EVALUATION_ONLY
from training.samples import Sample
from training.specs import SPECS


def test_who_may_train() -> None:
    """The frozen test part and what is for evaluation only never train."""
    sample = of_file("articles")[0]
    barred = [replace(sample, corpus=name) for name in EVALUATION_ONLY]
    barred += [replace(sample, meta=meta) for meta in ({"annotation": "test"}, {"evaluation_only": True})]
    assert may_train(sample)
    assert may_train(replace(sample, meta={"annotation": "train"}))
    assert not any(map(may_train, barred))


def test_thinning_bounds_a_group_and_label() -> None:
    """A senator gives at most twelve releases, always the same; named ones stay, other corpora too."""
    most = THIN["senate-press-grimmer"]
    releases = [
        Sample("senate-press-grimmer", str(i), "document", "x", {"source_type": "press_release"}, "palomar")
        for i in range(30)
    ]
    others = [replace(sample, corpus="masc") for sample in releases]
    kept = thin(releases + others, {releases[3].key})
    assert len(kept) == 1 + most + len(others)
    assert releases[3] in kept
    assert {s.key for s in thin(reversed(releases + others), {releases[3].key})} == {s.key for s in kept}


def test_masks_follow_keys_parts_and_dropped_copies() -> None:
    """What is named, frozen or dropped from the folds may not train; all the rest may."""
    one, two, three, *rest = of_file("articles")[:6]
    made = assembled([one, replace(two, meta={"annotation": "test"}), three, *rest])
    made = replace(made, split=replace(made.split, dropped=(three.key,)))
    table, mask = made.tables["document"], made.masks({one.key})["document"]
    assert {str(key) for key in table.keys[mask]} == {sample.key for sample in rest}


def test_what_is_read() -> None:
    """Training reads what a head or an annotation names; evaluation reads its own corpora on top."""
    assert {name for spec in SPECS for name in spec.corpora} - {"annotations"} <= needed_corpora(False)
    assert needed_corpora(evaluation=True) - needed_corpora(evaluation=False) <= set(EVALUATION_ONLY)


def test_a_clone_without_an_encoder_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    """The shipped encoder is found by its sha256; where there is none, the error says what is wrong."""
    assert len(encoder_name()) == 64
    monkeypatch.setattr(assemble, "ENCODERS", tmp_path)
    with pytest.raises(encoder.EncoderRejected, match="the clone is not whole"):
        encoder_name()


@pytest.mark.parametrize("whole", [False, True])
def test_documents_keep_what_their_heads_read(monkeypatch: pytest.MonkeyPatch, whole: bool) -> None:
    """Another encoder gives sentences and what teaches advocacy new vectors; others keep the middle alone."""
    made = every_head()
    monkeypatch.setattr(assemble, "definition_vectors", lambda encoder: None)
    monkeypatch.setattr(assemble, "taught_by", lambda encoder: {"opinion": frozenset({"x"})})

    def fake(prepared: list[Prepared], encoder: str, jobs: int) -> list[Prepared]:
        return [replace(p, vectors=p.vectors + 1, middle=p.middle + (2 if whole else 0)) for p in prepared]

    monkeypatch.setattr(assemble, "revectored", fake)
    also = frozenset(map(str, made.material.tables["document"].keys)) if whole else frozenset()
    found = with_encoder(made.material, "other", also)
    assert found.taught == {"opinion": frozenset({"x"})}
    assert all((p.vectors == 1).all() for p in found.tables["sentence"].prepared)
    for p in found.tables["document"].prepared:
        assert len(p.vectors) == (
            len(p.masked) if whole or {"advocacy", "partisan"} & set(p.sample.labels) else 0
        )
        assert len(p.middle) == len(p.masked)
    assert (found.tables["document"].dense != made.tables["document"].dense).any() == whole


def test_documents_are_encoded_anew_for_advocacy_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a head that advocacy reads is not fitted, no document needs the last layer."""
    made = every_head()
    shown: list[str] = []

    def fake(prepared: list[Prepared], encoder: str, jobs: int) -> list[Prepared]:
        shown.extend(p.sample.kind for p in prepared)
        return prepared

    monkeypatch.setattr(assemble, "definition_vectors", lambda encoder: None)
    monkeypatch.setattr(assemble, "taught_by", lambda encoder: {})
    monkeypatch.setattr(assemble, "revectored", fake)
    some = tuple(spec for spec in made.material.specs if spec.name in ("opinion", "source_type"))
    found = with_encoder(replace(made.material, specs=some), "other")
    assert "sentence" in shown
    assert "document" not in shown
    assert not any(len(p.vectors) for p in found.tables["document"].prepared)
