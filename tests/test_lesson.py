"""Lessons: what an encoder is taught, what is kept from it, and what is calibrated on because of that."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from made_material import assembled, moved, of_file

from training import taught as taught_module
from training.assemble import Assembled
from training.bench import Bench, Hold
from training.finetune.examples import EACH
from training.finetune.lesson import EVERY, HELD, OF_SENTENCES, held_back, lesson
from training.finetune.tuned import Method, encoder_key, method_of
from training.fit import FEWEST, calibration_rows
from training.reading import digest
from training.specs import SPECS, trainable
from training.taught import taught_by, untaught, write_taught

TEACHERS = ("sentence", "mention")
LOADED = next(spec for spec in SPECS if spec.name == "loaded_language")


@pytest.fixture(scope="module")
def made() -> Assembled:
    """Return sentences of many groups, and articles."""
    sentences = [
        moved(one, "mbic", dict(one.labels), group=f"g{n % 60}") for n, one in enumerate(of_file("sentences"))
    ]
    return assembled(sentences + of_file("articles"))


def test_some_units_are_kept_from_every_encoder(made: Assembled) -> None:
    """About one component in six teaches nothing, always the same ones, and never a part of one."""
    components = made.split.components
    kept_back = held_back(components, 0)
    assert kept_back == held_back(tuple(reversed(components)), 0) != held_back(components, 1)
    assert all(kept_back.isdisjoint(c) or kept_back.issuperset(c) for c in components)
    chosen = sum(not kept_back.isdisjoint(c) for c in components)
    assert 0.5 < chosen * HELD / len(components) < 1.6
    shown = lesson(made, made.masks(), teachers=TEACHERS)
    keys = {e.key for e in (*shown.examples, *shown.unlabelled)} | set().union(*shown.taught.values())
    assert keys.isdisjoint(kept_back)
    assert {e.key for e in shown.watched} <= kept_back


def test_a_lesson_holds_nothing_of_what_is_tested(made: Assembled) -> None:
    """No label and no sentence comes from what a fit holds out, nor from what the encoder may not see."""
    test = frozenset(key for key, fold in made.split.folds.items() if fold == 0)
    more = frozenset(key for key, fold in made.split.folds.items() if fold == 1)
    bench = Bench(made, "shipped", 0, Method(teacher_epochs=1))
    for hold, barred in (
        (Hold(test, taught=EVERY), test),
        (Hold(test, without=more, taught=OF_SENTENCES), test | more),
    ):
        shown = bench.lesson(hold)
        assert {e.key for e in (*shown.examples, *shown.watched, *shown.unlabelled)}.isdisjoint(barred)
        assert shown.examples
        assert shown.unlabelled


def test_what_joined_later_teaches_heads_alone() -> None:
    """A lesson is the same with and without it; views are fitted on it, and nothing is calibrated on it."""
    known, later = of_file("stance"), of_file("stance_advocates")
    made = assembled(known + later)
    shown, before = (lesson(a, a.masks(), teachers=TEACHERS) for a in (made, assembled(known)))
    assert shown.examples
    assert (shown.examples, shown.watched, shown.taught) == (before.examples, before.watched, before.taught)
    stance = next(spec for spec in SPECS if spec.name == "stance")
    table = made.tables["mention"]
    fitted = trainable(stance, table, made.masks()["mention"])
    assert set(table.keys[table.later]) <= set(table.keys[fitted])
    material = replace(made.material, taught={"stance": frozenset(map(digest, before.taught["stance"]))})
    calibrated = calibration_rows(stance, material, made.masks())
    assert len(calibrated) >= 20
    assert not table.later[calibrated].any()


def test_a_lesson_of_one_head_teaches_that_alone(made: Assembled) -> None:
    """Where a fit is of some heads, its encoder learns those; of no taught head, nothing."""
    assert set(lesson(made, made.masks(), heads={"opinion"}).taught) == {"opinion"}
    assert {t for e in lesson(made, made.masks(), heads={"opinion"}).examples for t in e.targets} == {
        "opinion"
    }
    assert lesson(made, made.masks(), heads={"opinion"}).unlabelled == ()
    nothing = lesson(made, made.masks(), heads={"story_frames"}, teachers=TEACHERS)
    assert (nothing.examples, nothing.unlabelled, dict(nothing.taught)) == ((), (), {})


def test_what_a_teacher_labels_is_of_what_it_learns() -> None:
    """Mentions stand where a name stands, a few of a document; without mentions that teach there are none."""
    made = assembled(of_file("stance") + of_file("sentences"), of_file("articles"))
    both = lesson(made, made.masks(), teachers=TEACHERS).unlabelled
    assert {e.stream for e in both} == {"unlabelled", "unlabelled mention"}
    mentions = lesson(made, made.masks(), teachers={"mention"}).unlabelled
    assert mentions == tuple(e for e in both if e.stream == "unlabelled mention")
    assert all(e.text[slice(*(e.span or ()))][0].isupper() and not e.targets for e in mentions)
    assert max(Counter(e.key for e in mentions).values()) <= EACH
    assert len({(e.text, e.span) for e in mentions}) > len({e.text for e in mentions}) / 2
    known = lesson(made, made.masks(), heads=OF_SENTENCES, teachers=TEACHERS)
    assert {e.stream for e in known.unlabelled} == {"unlabelled"}


def test_documents_that_test_stance_are_shown_to_no_encoder() -> None:
    """No teacher labels a sentence of PerSenT: its readers judged those documents, and test us."""
    articles = [
        moved(one, "persent" if n % 2 else one.corpus, {}) for n, one in enumerate(of_file("articles"))
    ]
    some = assembled(of_file("stance") + of_file("sentences"), articles)
    drawn = lesson(some, some.masks(), teachers=TEACHERS).unlabelled
    assert drawn
    assert not [e for e in drawn if e.key.startswith("persent/")]


def test_a_teacher_of_mentions_makes_no_other_encoder_of_sentences() -> None:
    """An encoder that is taught no mention keeps its name; one that is has another with the teacher."""
    made = assembled(of_file("stance") + of_file("sentences"), of_file("articles"))
    with_it, without = Method(), Method(mention_teacher_epochs=0.0)

    def name(method: Method, heads: frozenset[str]) -> str:
        return encoder_key(lesson(made, made.masks(), 0, heads, method.teachers), method)

    assert name(with_it, OF_SENTENCES) == name(without, OF_SENTENCES)
    assert name(with_it, EVERY) != name(without, EVERY)
    assert method_of({"tuned": {"method": {"rate": 1e-4}}}, 0) == without


def test_an_encoder_says_what_it_was_taught(
    made: Assembled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file names samples by digests of their keys; an encoder without one was taught nothing."""
    monkeypatch.setattr(taught_module, "encoder_folder", lambda sha256: tmp_path)
    assert taught_by("0" * 64) == {}
    table = made.tables["sentence"]
    write_taught(tmp_path, {"opinion": table.keys[:3].tolist()})
    assert "mbic" not in (tmp_path / "taught.json").read_text()
    rows = np.arange(6)
    assert untaught(taught_by("0" * 64), "opinion", table, rows).tolist() == [False] * 3 + [True] * 3
    assert untaught(taught_by("0" * 64), "loaded_language", table, rows).all()


def test_what_was_taught_is_not_calibrated_on(made: Assembled) -> None:
    """Calibration uses the samples that the encoder was not taught, and all where those are too few."""
    table, masks = made.tables["sentence"], made.masks()
    shown = lesson(made, masks)
    every = calibration_rows(LOADED, made.material, masks)
    names = {head: frozenset(map(taught_module.digest, keys)) for head, keys in shown.taught.items()}
    material = replace(made.material, taught=names)
    fair = calibration_rows(LOADED, material, masks)
    assert FEWEST <= len(fair) < len(every)
    assert set(table.keys[fair]).isdisjoint(shown.taught["loaded_language"])
    names["loaded_language"] = frozenset(map(taught_module.digest, map(str, table.keys)))
    assert calibration_rows(LOADED, replace(material, taught=names), masks).tolist() == every.tolist()
