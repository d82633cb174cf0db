"""Honest figures: every protocol fits anew without what it is tested on, and pools the predictions.

``random`` splits texts, ``*_held_out`` the publishers (global folds) or whole corpora. Samples whose
text is the same never stand on both sides of a split.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedKFold
from tqdm import tqdm

from models.heads import Space
from models.labels import ADVOCACY
from training.assemble import RESEARCH, SHIPPED, Assembled, assemble
from training.fit import Fitted, document_signals, fit
from training.gather import Gathered, Rows, gather
from training.predictions import Predictions
from training.questions import Question, questions
from training.report import write_report
from training.specs import SPECS, Spec, targets_of
from training.splits import FOLDS
from training.train import git_commit

log = logging.getLogger(__name__)
SPEC_BY_NAME = {spec.name: spec for spec in SPECS}
Fit = tuple[Fitted, Mapping[Space, NDArray[np.int64]]]


@dataclass(frozen=True)
class Bench:
    """One tier's material, and how a protocol's fits are made from it."""

    assembled: Assembled
    tier: str
    seed: int

    def fitted(self, test: Iterable[str], heads: Collection[str] = ()) -> Fitted:
        """Fit without the ``test`` keys; ``heads`` bounds which heads are fitted."""
        specs = tuple(s for s in SPECS if not heads or s.name in heads)
        material = replace(self.assembled.material, specs=specs)
        return fit(material, self.assembled.masks(set(test)))

    def keys(self, wanted: Callable[[str, "object"], bool]) -> set[str]:
        """Return the keys of samples that ``wanted(key, sample)`` picks."""
        return {
            p.sample.key
            for t in self.assembled.tables.values()
            for p in t.prepared
            if wanted(p.sample.key, p.sample)
        }


def evaluate(
    corpora: Path, out: Path, bundle: str, tiers: Collection[str], seed: int = 0, jobs: int = 2
) -> list[Predictions]:
    """Run every protocol of every tier and write the report; return the pooled predictions.

    A figure whose corpora are all in the shipped tier comes from the shipped tier, where that is
    asked for; the rest comes from the research tier.
    """
    found: dict[tuple[str, str, str, str], Predictions] = {}
    for tier in ("research", "shipped"):  # the stricter tier last, so that it wins
        if tier not in tiers:
            continue
        assembled = assemble(corpora, RESEARCH if tier == "research" else SHIPPED, True, seed, jobs)
        for p in run_tier(Bench(assembled, tier, seed)):
            found[p.head, p.corpus, p.protocol, p.profile] = p
    pooled = list(found.values())
    write_report(out, bundle, pooled, {"git": git_commit(), "seed": seed, "tiers": sorted(tiers)})
    return pooled


def run_tier(bench: Bench) -> list[Predictions]:
    """Return the predictions of every question that this tier's corpora can answer."""
    protocols = {
        "groups": _by_fold(bench, _global_folds(bench)),
        "random": _by_fold(bench, _random_folds(bench)),
        "once": _once(bench),
        "authors": _authors(bench),
        "corpora": _corpora(bench),
    }
    answered: list[Predictions] = []
    for way, runs in protocols.items():
        asked = [q for q in questions(bench.tier) if q.way == way]
        gathered: dict[Question, list[Gathered]] = {q: [] for q in asked}
        for fitted, test in tqdm(runs, f"{bench.tier} {way}", leave=False):
            for question in asked:
                part = answer(bench, question, fitted, test)
                if part is not None:
                    gathered[question].append(part)
        for question, parts in gathered.items():
            answered += gather(question, parts, bench.tier, bench.seed)
    return answered


def answer(bench: Bench, question: Question, fitted: Fitted, test: set[str]) -> Gathered | None:
    """Return what the fitted heads say of a question's rows among the test keys."""
    name = question.head
    if name not in fitted.heads:
        return None
    space: Space = "document" if name == ADVOCACY else SPEC_BY_NAME[name].space
    table = bench.assembled.tables[space]
    rows, truth = question.rows(table)
    chosen = np.array([table.keys[i] in test and bool(table.prepared[i].masked) for i in rows], bool)
    if not chosen.any():
        return None
    rows, truth = rows[chosen], truth[chosen]
    head = fitted.heads[name]
    probabilities, decided, confidence = {}, {}, {}
    for profile in bench.assembled.material.profiles:
        if name == ADVOCACY:
            signals = document_signals(fitted, fitted.base, profile, table, rows, SPEC_BY_NAME)
            view = f"signals_{profile}"
            decisions = {view: head.views[view].dense(signals)}
        else:
            decisions = fitted.base.decisions(SPEC_BY_NAME[name], table, rows)
        probabilities[profile] = head.probabilities(decisions, profile)
        decided[profile], confidence[profile] = head.decide(probabilities[profile], profile)
    cuts = {profile: c.cut for profile, c in head.calibrations.items()}
    return Gathered(Rows.of(table, rows), truth, probabilities, decided, confidence, cuts)


def _by_fold(bench: Bench, folds: Mapping[str, int]) -> Iterable[tuple[Fitted, set[str]]]:
    for fold in range(FOLDS):
        test = {key for key, where in folds.items() if where == fold}
        yield bench.fitted(test), test


def _global_folds(bench: Bench) -> Mapping[str, int]:
    return bench.assembled.split.folds


def _random_folds(bench: Bench) -> dict[str, int]:
    """Return StratifiedKFold over distinct texts, by corpus and label; equal texts share a fold."""
    folds: dict[str, int] = {}
    for table in bench.assembled.tables.values():
        texts = [" ".join(p.masked).lower() for p in table.prepared]
        first = {text: i for i, text in reversed(list(enumerate(texts)))}
        places = sorted(first.values())
        strata = [f"{table.corpora[i]}{sorted(table.prepared[i].sample.labels.items())[:1]}" for i in places]
        splitter = StratifiedKFold(FOLDS, shuffle=True, random_state=bench.seed)
        _, codes = np.unique(strata, return_inverse=True)
        rare = np.bincount(codes)[codes] < FOLDS
        fold_of = {}
        for fold, (_, test) in enumerate(splitter.split(places, np.where(rare, -1, codes))):
            fold_of |= {texts[places[i]]: fold for i in test}
        folds |= {str(key): fold_of[text] for key, text in zip(table.keys, texts, strict=True)}
    return folds


def _once(bench: Bench) -> Iterable[tuple[Fitted, set[str]]]:
    """One fit for what never trains: development parts and corpora that only evaluate."""
    test = bench.keys(lambda _, s: _never_trains(s))
    yield bench.fitted(test | _linked(bench, test)), test


def _never_trains(sample: "object") -> bool:
    from training.assemble import EVALUATION_ONLY

    split = getattr(sample, "split", None)
    return getattr(sample, "corpus", "") in EVALUATION_ONLY or str(split).endswith("dev")


def _linked(bench: Bench, keys: Collection[str]) -> set[str]:
    """Return the samples that share a component (publisher or near-duplicate text) with one of the keys."""
    wanted = set(keys)
    linked: set[str] = set()
    for component in bench.assembled.split.components:
        if len(component) < 2_000 and wanted.intersection(component):
            linked.update(component)
    return linked


def _authors(bench: Bench) -> Iterable[tuple[Fitted, set[str]]]:
    """The five folds that the authors of narrative-frames published."""
    for fold in range(FOLDS):
        test = bench.keys(
            lambda _, s, f=str(fold): (
                getattr(s, "corpus", "") == "narrative-frames" and str(getattr(s, "split", "")) == f
            )
        )  # type: ignore[misc]
        if test:
            yield bench.fitted(test, {"story_frames"}), test


def _corpora(bench: Bench) -> Iterable[tuple[Fitted, set[str]]]:
    """Leave out whole corpora, one family at a time (BABE holds MBIC)."""
    families = [({"babe", "mbic"}, {"loaded_language", "opinion"})]
    families += [
        ({corpus}, {"source_type"}) for corpus in SPEC_BY_NAME["source_type"].corpora if corpus != "seed"
    ]
    families.append(({"allsides", "allsides-source-kind"}, {"source_type"}))
    for corpora, heads in families[:-1]:
        joined = (
            {"allsides", "allsides-source-kind"}
            if corpora & {"allsides", "allsides-source-kind"}
            else corpora
        )
        test = bench.keys(lambda _, s, c=corpora: getattr(s, "corpus", "") in c)  # type: ignore[misc]
        without = bench.keys(lambda _, s, c=joined: getattr(s, "corpus", "") in c)  # type: ignore[misc]
        if test:
            yield bench.fitted(without | _linked(bench, test), heads), test


__all__ = ["Bench", "Spec", "answer", "evaluate", "run_tier", "targets_of"]
