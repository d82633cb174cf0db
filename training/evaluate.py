"""Honest figures: every protocol fits anew without what it is tested on, and pools the predictions.

``random`` splits texts, ``*_held_out`` the publishers (global folds) or whole corpora. Samples whose
text is the same never stand on both sides of a split.
"""

from collections.abc import Collection
from pathlib import Path

import numpy as np
from tqdm import tqdm

from models.heads import Space
from models.labels import ADVOCACY
from training.advocacy import document_signals
from training.assemble import RESEARCH, SHIPPED, assemble
from training.gather import Gathered, Rows, gather
from training.material import Fitted
from training.predictions import Predictions
from training.protocols import PROTOCOLS, Bench
from training.question import Question
from training.questions import questions
from training.readings import readings_path
from training.report import write_report
from training.run_record import git_commit
from training.specs import SPECS

SPEC_BY_NAME = {spec.name: spec for spec in SPECS}


def evaluate(
    corpora: Path, out: Path, bundle: str, tiers: Collection[str], seed: int = 0, jobs: int = 2,
    final: bool = False,
) -> list[Predictions]:  # fmt: skip
    """Run every protocol of every tier and write the report; return the pooled predictions.

    A figure whose corpora are all in the shipped tier comes from the shipped tier, where that is
    asked for; the rest comes from the research tier. With ``final``, what is kept back is read too,
    and the reading recorded; else the figures of the last reading are repeated.
    """
    found: dict[tuple[str, str, str, str], Predictions] = {}
    for tier in ("research", "shipped"):  # the stricter tier last, so that it wins
        if tier not in tiers:
            continue
        allowed = RESEARCH if tier == "research" else SHIPPED
        assembled = assemble(corpora, allowed, True, seed, jobs, final=final)
        for p in run_tier(Bench(assembled, tier, seed)):
            found[p.head, p.corpus, p.protocol, p.profile] = p
    pooled = list(found.values())
    extra = {"git": git_commit(), "seed": seed, "tiers": sorted(tiers)}
    write_report(out, bundle, pooled, extra, readings_path(out), final)
    return pooled


def run_tier(bench: Bench) -> list[Predictions]:
    """Return the predictions of every question that this tier's corpora can answer."""
    answered: list[Predictions] = []
    for way, protocol in PROTOCOLS.items():
        asked = [q for q in questions(bench.tier) if q.way == way]
        gathered: dict[Question, list[Gathered]] = {q: [] for q in asked}
        for fitted, test in tqdm(protocol(bench), f"{bench.tier} {way}", leave=False):
            for question in asked:
                part = answer(bench, question, fitted, test)
                if part is not None:
                    gathered[question].append(part)
        for question, parts in gathered.items():
            answered += gather(question, parts, bench.tier, bench.seed)
    return answered


def answer(bench: Bench, question: Question, fitted: Fitted, test: Collection[str]) -> Gathered | None:
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
