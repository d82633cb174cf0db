"""Protocols: what is tested on, or its like, never trains, and each question is answered once a sample."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from made_material import assembled, moved, of_documents, of_file
from made_predictions import drawn

from training import answering, kept_answers
from training import bench as benches
from training import evaluate as evaluation
from training.answering import Wanted, run_tier
from training.assemble import Assembled
from training.bench import Bench, Hold
from training.controls import blanked
from training.figures import all_figures
from training.finetune.lesson import EVERY, OF_SENTENCES, Lesson
from training.finetune.tuned import Method, encoder_key
from training.gather import Gathered
from training.kept_answers import Kept
from training.leaks import Leak, check_no_leak, same_text
from training.material import Masks, Material
from training.predictions import Predictions
from training.protocols import PROTOCOLS, random_folds
from training.question import Question
from training.questions import questions
from training.readings import is_kept_back, read_readings
from training.samples import Sample
from training.splits import FOLDS

ARTICLES = of_file("articles")


def article(number: int, name: str, text: Callable[[str], str] = str, **changes: Any) -> Sample:
    """Return one of our articles as a document of AllSides."""
    sample = ARTICLES[number]
    changes = {"id": name, "title": None, "text": text(sample.text), "group": name, **changes}
    return moved(sample, "allsides", {"opinion_article": number % 2}, **changes)


def nearly(text: str) -> str:
    """Return a text with another first word and another end."""
    return f"Today {text} More follows."


@pytest.mark.parametrize(
    ("planted", "held_out", "random"),
    [
        (article(0, "twin"), True, True),
        (article(0, "twin", str.upper), True, True),
        (article(0, "twin", nearly), True, False),
        (article(1, "twin", publisher="www.wire.com"), True, False),
        (article(1, "twin"), False, False),
    ],
    ids=["same text", "other case", "near-duplicate", "same publisher", "nothing in common"],
)
def test_a_planted_twin_is_a_leak(planted: Sample, held_out: bool, random: bool) -> None:
    """Held-out protocols refuse near-duplicates and publishers of a tested text, random ones equal texts."""
    tested = article(0, "tested", publisher="wire.com")
    made = assembled([tested, planted, *(article(i, str(i)) for i in range(2, 8))])
    masks = made.masks({tested.key})
    for raises, rule in ((held_out, False), (random, True)):
        if raises:
            with pytest.raises(Leak, match="allsides/twin may train but"):
                check_no_leak(made, masks, {tested.key}, rule)
        else:
            check_no_leak(made, masks, {tested.key}, rule)
    check_no_leak(made, made.masks({tested.key, planted.key}), {tested.key}, random=False)


def test_what_is_tested_on_never_trains() -> None:
    """A test sample among the training rows is a leak by either rule, and stops a fit before it starts."""
    made = assembled([article(i, str(i)) for i in range(6)])
    for random in (True, False):
        with pytest.raises(Leak, match="allsides/3 may train but is tested on"):
            check_no_leak(made, made.masks(), {"allsides/3"}, random)
    joined = replace(made.split, components=(("allsides/1", "allsides/3"),))
    with pytest.raises(Leak, match="allsides/1 may train but shares"):
        Bench(replace(made, split=joined), "shipped", 0).fitted(Hold(frozenset({"allsides/3"})))


def mixed() -> list[Sample]:
    """Return our texts as if they came from the corpora that protocols hold out."""
    samples = [*of_file("policy_frames_a"), *ARTICLES]
    for number, one in enumerate(of_file("sentences")):
        corpus = ("mbic", "babe", "seed")[number % 3]
        samples.append(moved(one, corpus, dict(one.labels), group=f"{corpus}{number % 30}"))
    for number, one in enumerate(ARTICLES):
        labels: dict[str, Any] = {"source_type": one.labels["source_type"]}
        publisher = f"outlet{number % 15}.com"
        corpus = ("allsides", "allsides-source-kind")[number % 2]
        samples.append(moved(one, corpus, labels, text=f"{one.text} {number}.", publisher=publisher))
    for number, one in enumerate(ARTICLES[:40]):
        fold = str(number % FOLDS)
        samples.append(moved(one, "narrative-frames", {"story_frames": ("conflict",)}, split=fold))
    samples += [moved(one, "gvfc", {"policy_frames": ()}) for one in of_file("policy_frames_b")[:30]]
    return samples


def test_every_protocol_fits_without_what_it_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each fit of each protocol passes the guard, and each protocol tests what it says."""
    bench = Bench(assembled(mixed(), of_documents()), "research", 0)
    fits: list[Masks] = []
    monkeypatch.setattr(benches, "fit", lambda material, masks: fits.append(masks))
    tested = {
        way: [set(bench.fitted(hold).test) for hold in protocol(bench)] for way, protocol in PROTOCOLS.items()
    }
    counts = {way: len(tests) for way, tests in tested.items()}
    assert counts == {"groups": 5, "random": 5, "once": 2, "documents": 10, "authors": 5, "corpora": 3}
    assert len(fits) == sum(counts.values())
    assert set.union(*tested["groups"]) == set(bench.assembled.split.folds)
    assert tested["once"] == [bench.of_corpora({"gvfc"})] * 2
    assert tested["corpora"][0] == bench.of_corpora({"mbic", "babe"})


def test_equal_texts_share_a_random_fold() -> None:
    """Every sample of a table has a random fold, and samples with one text have one fold."""
    made = assembled([article(i, f"{copy}{i}") for i in range(20) for copy in "ab"])
    folds = random_folds(made, 0)
    prepared = made.tables["document"].prepared
    assert set(folds) == {p.sample.key for p in prepared}
    assert len({(same_text(p), folds[p.sample.key]) for p in prepared}) == 20


def test_an_evaluation_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was fitted before is not fitted again; with other data, code or questions it is."""
    bench = Bench(assembled(mixed()), "shipped", 0)
    hold, asked = next(PROTOCOLS["groups"](bench)), questions("shipped")[:2]
    kept, made = Kept(tmp_path), []

    def make() -> list[Gathered | None]:
        made.append(1)
        return [None, None]

    for _ in range(2):
        assert kept.answers(bench, hold, asked, make) == [None, None]
    assert len(made) == 1
    others = [
        (bench, replace(hold, random=True), asked),
        (bench, hold, asked[:1]),
        (replace(bench, seed=1), hold, asked),
        (replace(bench, method=Method()), hold, asked),
        (Bench(assembled(mixed()[:-1]), "shipped", 0), hold, asked),
    ]
    for number, other in enumerate(others, 2):
        kept.answers(*other, make)
        assert len(made) == number
    monkeypatch.setattr(kept_answers, "code_digest", lambda: "other")
    kept.answers(bench, hold, asked, make)
    assert len(made) == len(others) + 2


def test_a_tier_answers_its_questions() -> None:
    """Every labelled sample is predicted once a protocol, by name of head, corpus, protocol and profile."""
    sentences = [
        moved(one, "seed" if n % 4 == 0 else "mbic", dict(one.labels), group=f"g{n % 40}")
        for n, one in enumerate(of_file("sentences"))
    ]
    made = assembled(sentences)
    bench = Bench(replace(made, material=replace(made.material, profiles=("fast",))), "shipped", 0)
    answered = {(p.head, p.corpus, p.protocol, p.profile): p for p in run_tier(bench)}
    protocols_of = ("outlets_held_out", "random", "corpora_held_out")
    assert set(answered) == {
        (head, "mbic", protocol, "fast")
        for head in ("loaded_language", "opinion")
        for protocol in protocols_of
    }
    for p in answered.values():
        assert len(p.truth) == 180
        assert np.isfinite(p.scores).all()
    assert isinstance(bench.assembled.material, Material)


def test_controls_do_not_see_the_target() -> None:
    """A blanked table tells a sentence's words and vector, and nothing of where the mention stands in it."""
    table = assembled(of_file("stance")).tables["mention"]
    table = replace(table, dense=np.arange(len(table) * 768, dtype=np.float32).reshape(len(table), 768))
    plain = blanked(table)
    sided = np.array([gram.startswith(("<", ">")) for gram in table.grams])
    assert sided.any()
    assert plain.counts[:, sided].sum() == 0
    assert (plain.counts[:, ~sided] != table.counts[:, ~sided]).nnz == 0
    assert (plain.dense == np.tile(table.dense[:, 384:], 2)).all()


def test_stance_is_asked_with_its_controls() -> None:
    """Both controls are answered on the rows of the head itself, by the accurate profile."""
    pairs = [
        moved(one, "newsmtsc", dict(one.labels), split="rw_dev" if n % 4 == 0 else "train")
        for n, one in enumerate(of_file("stance"))
    ]
    answered = run_tier(Bench(assembled(pairs), "shipped", 0))
    found = {p.head: p for p in answered if p.profile == "accurate" and p.protocol == "dev"}
    assert set(found) == {"stance", "stance[text_only]", "stance[target_blanked]"}
    assert len({p.groups for p in found.values()}) == 1
    assert [found[name].control for name in sorted(found)] == ["", "target_blanked", "text_only"]
    assert (found["stance"].scores != found["stance[text_only]"].scores).any()
    below = all_figures(found.values())["stance[text_only].newsmtsc.macro_f1_below.dev"]
    assert below["ci95"][0] <= below["value"] <= below["ci95"][1]


def test_the_main_rows_have_more_seeds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With fine-tuned encoders, and only then, the rows that matter most are answered by three seeds."""
    sentences = [
        moved(one, "babe" if n % 2 else "mbic", dict(one.labels), group=f"g{n % 40}")
        for n, one in enumerate(of_file("sentences"))
    ]
    bench = Bench(assembled(sentences), "research", 0)
    made: set[tuple[int, int]] = set()

    def fake(lesson: Lesson, method: Method) -> str:
        made.add((len(lesson.examples), method.seed))
        return "none"

    monkeypatch.setattr(benches, "tuned", fake)
    monkeypatch.setattr(answering, "tuned_alone", fake)
    monkeypatch.setattr(benches, "with_encoder", lambda material, encoder: material)
    assert evaluation._seeds_more(bench, Kept(tmp_path), 1) == []
    more = evaluation._seeds_more(replace(bench, method=Method()), Kept(tmp_path), 1)
    assert {(p.head, p.corpus, p.protocol) for p in more} == set(evaluation.MAIN)
    assert {p.seed for p in more} == {seed for _, seed in made} == {1, 2}
    assert len(made) > 10  # an encoder for every fold and seed, of other examples each
    folds = {p.seed: p.groups for p in more if p.protocol == "outlets_held_out" and p.profile == "accurate"}
    assert folds[1] == folds[2]


def test_an_encoder_is_made_ahead_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fits that teach the same share an encoder: two processes must never make one at the same time."""
    made: list[str] = []
    monkeypatch.setattr(
        answering, "tuned_alone", lambda lesson, method: made.append(encoder_key(lesson, method))
    )
    bench = Bench(assembled(mixed() + of_file("stance"), of_documents()), "shipped", 0, Method())
    answering.make_ahead(bench, 1, lambda q: q.way in ("once", "documents"))
    assert len(made) == len(set(made)) == 1
    answering.make_ahead(bench, 1, lambda q: q.way == "groups")
    assert len(made) == len(set(made)) == 6


def test_a_fit_that_is_asked_no_stance_teaches_none() -> None:
    """A tier whose stance was told before has encoders of sentences alone, without a teacher of mentions."""
    bench = Bench(assembled(mixed() + of_file("stance"), of_documents()), "research", 0, Method())
    _, every = answering.asked_of(bench, "once")
    assert every[0].taught == EVERY
    _, (alone,) = answering.asked_of(bench, "once", lambda q: q.head != "stance")
    assert alone.taught == OF_SENTENCES
    assert {e.stream for e in bench.lesson(alone).examples} == {"sentence"}
    _, (whole, blind) = answering.asked_of(bench, "once", lambda q: q.head == "stance")
    assert whole.taught == blind.taught == EVERY


def test_what_is_kept_back_is_read_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A final evaluation asks nothing else, and each reading is added to those before."""
    pairs = [
        moved(one, "newsmtsc", dict(one.labels), split=("rw_dev", "rw_test", "mt_test", "train")[n % 4])
        for n, one in enumerate(of_file("stance"))
    ]
    asked: list[bool] = []

    def fake(*_: object, final: bool = False, **__: object) -> Assembled:
        asked.append(final)
        return assembled(pairs)

    monkeypatch.setattr(evaluation, "assemble", fake)
    report = tmp_path / "a.1-report"
    for number in (1, 2):
        found = evaluation.read_kept_back(tmp_path, report, ("shipped",))
        assert {name.split(".", 2)[0] for name in found if "[" not in name} == {"stance"}
        assert all(is_kept_back(name) for name in found)
        assert "stance.newsmtsc.macro_f1.rw_test" in found
        assert len(read_readings(tmp_path / "a.1-final.json")) == number
    assert asked == [True, True]
    monkeypatch.setattr(evaluation, "spent", lambda _: {"frac_dev"})
    evaluation.read_kept_back(tmp_path, report, ("shipped", "research"))
    assert asked == [True] * 3  # the research tier has nothing else to read, and is not assembled


def test_what_is_kept_back_is_asked_by_no_other_evaluation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows that are not read need no encoder, nor does a tier whose stance the stricter one told."""
    asked: dict[str, set[Question]] = {}

    def ahead(bench: Bench, _: int, wanted: Wanted) -> None:
        asked[bench.tier] = {q for q in questions(bench.tier) if wanted(q)}

    def answered(bench: Bench, _: Kept, wanted: Wanted) -> list[Predictions]:
        told = [q for q in questions(bench.tier) if wanted(q)]
        return [drawn(q.kind, 30, head=q.name, corpus=q.corpus, protocol=q.protocol) for q in told]

    monkeypatch.setenv("SLANTWISE_HOME", str(tmp_path))
    monkeypatch.setattr(evaluation, "assemble", lambda *_, **__: assembled(of_file("stance")))
    for name, fake in {"make_ahead": ahead, "run_tier": answered, "first_fold": lambda *_: {}}.items():
        monkeypatch.setattr(evaluation, name, fake)
    monkeypatch.setattr(evaluation, "write_report", lambda *_: None)
    evaluation.evaluate(tmp_path, tmp_path / "r", "a.1", ("shipped", "research"))
    assert not any(q.kept_back for tier in asked.values() for q in tier)
    assert "stance" in {q.head for q in asked["shipped"]}
    assert "stance" not in {q.head for q in asked["research"]}
    assert "babe" in {q.corpus for q in asked["research"]}


def test_figures_never_start_from_an_encoder_that_knows_the_labels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fine-tuned encoder is refused, also where each fit would have one of its own."""
    made = assembled([moved(one, "newsmtsc", dict(one.labels)) for one in of_file("stance")])
    taught = replace(made.material, taught={"stance": frozenset({"0" * 16})})
    monkeypatch.setattr(evaluation, "assemble", lambda *_, **__: replace(made, material=taught))
    for method in (None, Method()):
        with pytest.raises(evaluation.TaughtBefore, match="was taught labels"):
            evaluation.evaluate(tmp_path, tmp_path / "r", "a.1", ("shipped",), method=method)
