"""Honest figures: every protocol fits anew without what it is tested on, and pools the predictions.

``random`` splits texts, ``*_held_out`` the publishers (global folds) or whole corpora. Samples whose
text is the same never stand on both sides of a split.
"""

from collections.abc import Collection, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from tqdm import tqdm

from models.heads import Space
from models.home import slantwise_home
from models.labels import ADVOCACY
from training.advocacy import document_signals
from training.assemble import RESEARCH, SHIPPED, assemble
from training.bench import Bench, Fit, Hold
from training.controls import blanked
from training.finetune.tuned import Method
from training.gather import Gathered, Rows, gather
from training.kept_answers import Kept
from training.predictions import Predictions
from training.protocols import PROTOCOLS
from training.question import Question
from training.questions import questions
from training.readings import readings_path
from training.report import write_report
from training.run_record import git_commit
from training.specs import SPECS

SPEC_BY_NAME = {spec.name: spec for spec in SPECS}


def evaluate(
    corpora: Path, out: Path, bundle: str, tiers: Collection[str], seed: int = 0, jobs: int = 2,
    final: bool = False, method: Method | None = None,
) -> list[Predictions]:  # fmt: skip
    """Run every protocol of every tier and write the report; return the pooled predictions.

    A figure whose corpora are all in the shipped tier comes from the shipped tier, where that is
    asked for; the rest comes from the research tier. With ``final``, what is kept back is read too,
    and the reading recorded; else the figures of the last reading are repeated. With a ``method``, every
    fit has an encoder of its own, which takes days: what a run has done is kept, and the next goes on.
    """
    kept = None if method is None else Kept(slantwise_home() / "cache" / "evaluation")
    found: dict[tuple[str, str, str, str], Predictions] = {}
    for tier in ("research", "shipped"):  # the stricter tier last, so that it wins
        if tier not in tiers:
            continue
        allowed = RESEARCH if tier == "research" else SHIPPED
        assembled = assemble(corpora, allowed, True, seed, jobs, final=final)
        for p in run_tier(Bench(assembled, tier, seed, method), kept):
            found[p.head, p.corpus, p.protocol, p.profile] = p
    pooled = list(found.values())
    extra = {"git": git_commit(), "seed": seed, "tiers": sorted(tiers)}
    write_report(out, bundle, pooled, extra, readings_path(out), final)
    return pooled


def run_tier(bench: Bench, kept: Kept | None = None) -> list[Predictions]:
    """Return the predictions of every question that this tier's corpora can answer.

    With ``kept``, each fit's answers are kept there, and taken from there where they were made before.
    """
    answered: list[Predictions] = []
    for way, protocol in PROTOCOLS.items():
        asked = [q for q in questions(bench.tier) if q.way == way]
        gathered: dict[Question, list[Gathered]] = {q: [] for q in asked}
        for hold in tqdm([*protocol(bench)], f"{bench.tier} {way}", leave=False):
            make = partial(_answers, bench, hold, asked)
            parts = make() if kept is None else kept.answers(bench, hold, asked, make)
            for question, part in zip(asked, parts, strict=True):
                gathered[question] += [] if part is None else [part]
        for question, found in gathered.items():
            answered += gather(question, found, bench.tier, bench.seed)
    return answered


def _answers(bench: Bench, hold: Hold, asked: Sequence[Question]) -> list[Gathered | None]:
    fit = bench.fitted(hold)
    return [answer(question, fit, bench.assembled.material.profiles) for question in asked]


def answer(question: Question, fit: Fit, profiles: Collection[str]) -> Gathered | None:
    """Return what the fitted heads say of a question's rows among the test keys."""
    name, fitted = question.head, fit.fitted
    if name not in fitted.heads or fit.blank != (question.control == "text_only"):
        return None
    space: Space = "document" if name == ADVOCACY else SPEC_BY_NAME[name].space
    table = blanked(fit.tables[space]) if question.control == "target_blanked" else fit.tables[space]
    rows, truth = question.rows(table)
    chosen = np.array([table.keys[i] in fit.test and bool(table.prepared[i].masked) for i in rows], bool)
    if not chosen.any():
        return None
    rows, truth = rows[chosen], truth[chosen]
    head = fitted.heads[name]
    probabilities, decided, confidence = {}, {}, {}
    for profile in profiles:
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
