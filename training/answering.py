"""What the fits of the protocols say: every question of a tier, answered once a sample and protocol."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial

import joblib
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from models.heads import Head, Space
from models.labels import ADVOCACY
from models.sparse import Floats
from training.advocacy import document_signals
from training.bench import Bench, Fit, Hold
from training.controls import blanked
from training.document_stance import means, whole
from training.finetune.tuned import encoder_key, tuned_alone
from training.gather import Gathered, Rows, Said, gather
from training.kept_answers import Kept, Parts
from training.predictions import Predictions
from training.protocols import PROTOCOLS
from training.question import Question
from training.questions import questions
from training.specs import SPECS
from training.tables import Table

SPEC_BY_NAME = {spec.name: spec for spec in SPECS}


#: Which questions are asked.
Wanted = Callable[[Question], bool]


def everything(question: Question) -> bool:
    """Ask all that there is."""
    return True


def make_ahead(bench: Bench, jobs: int, wanted: Wanted = everything) -> None:
    """Make the encoders of all fits, several at once, as far as they were not made before."""
    make_encoders(bench, (hold for way in PROTOCOLS for hold in asked_of(bench, way, wanted)[1]), jobs)


def make_encoders(bench: Bench, holds: Iterable[Hold], jobs: int) -> None:
    """Make the encoders of some fits, each once."""
    if bench.method is not None:
        distinct = {(hold.test, hold.without, hold.taught): hold for hold in holds if hold.taught}
        lessons = (bench.lesson(hold) for hold in distinct.values())
        once = {encoder_key(one, bench.method): one for one in lessons}  # two must not make the same
        joblib.Parallel(n_jobs=jobs)(joblib.delayed(tuned_alone)(one, bench.method) for one in once.values())


def asked_of(bench: Bench, way: str, wanted: Wanted = everything) -> tuple[list[Question], list[Hold]]:
    """Return what is asked of a protocol, and the fits that answer it."""
    asked = [q for q in questions(bench.tier) if q.way == way and wanted(q)]
    heads = frozenset(q.head for q in asked)
    if ADVOCACY in heads:  # which reads the others
        return asked, [*PROTOCOLS[way](bench)]
    holds = (_narrowed(hold, heads) for hold in PROTOCOLS[way](bench))
    return asked, [hold for hold in holds if hold.heads]


def _narrowed(hold: Hold, heads: frozenset[str]) -> Hold:
    """Return a fit of the heads that are asked; where stance is none of them, no mention is taught."""
    fitted = (hold.heads or heads) & heads
    return replace(hold, heads=fitted, taught=hold.taught if "stance" in fitted else hold.taught - {"stance"})


def run_tier(bench: Bench, kept: Kept | None = None, wanted: Wanted = everything) -> list[Predictions]:
    """Return the predictions of every wanted question that this tier's corpora can answer.

    With ``kept``, each fit's answers are kept there, and taken from there where they were made before.
    """
    answered: list[Predictions] = []
    for way in PROTOCOLS:
        asked, holds = asked_of(bench, way, wanted)
        gathered: dict[Question, list[Gathered]] = {q: [] for q in asked}
        for hold in tqdm(holds, f"{bench.tier} {way}", leave=False):
            for question, part in zip(asked, answers(bench, hold, asked, kept), strict=True):
                gathered[question] += [] if part is None else [part]
        for question, found in gathered.items():
            answered += gather(question, found, bench.tier, bench.seed)
    return answered


def answers(bench: Bench, hold: Hold, asked: Sequence[Question], kept: Kept | None = None) -> Parts:
    """Return one fit's answers, those that were kept where there are any."""
    if kept is not None:
        return kept.answers(bench, hold, asked, partial(answers, bench, hold, asked))
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
    head, decisions = fitted.heads[name], _decisions(question, fit, table, rows, profiles)
    if question.whole:
        which, rows, truth = whole(table, rows)
        said = {p: _of_documents(head, decisions(p), p, which) for p in profiles}
    else:
        said = {p: _of_rows(head, decisions(p), p) for p in profiles}
    return Gathered(Rows.of(table, rows), truth, said)


def _decisions(
    question: Question, fit: Fit, table: Table, rows: NDArray[np.int64], profiles: Collection[str]
) -> Callable[[str], Mapping[str, Floats]]:
    """Return what gives the decisions of a head's views on rows, by profile."""
    fitted = fit.fitted
    if question.head != ADVOCACY:
        found = fitted.base.decisions(SPEC_BY_NAME[question.head], table, rows)
        return lambda profile: found
    views = fitted.heads[ADVOCACY].views
    read = {p: document_signals(fitted, fitted.base, p, table, rows, SPEC_BY_NAME) for p in profiles}
    return lambda profile: {f"signals_{profile}": views[f"signals_{profile}"].dense(read[profile])}


def _of_rows(head: Head, decisions: Mapping[str, Floats], profile: str) -> Said:
    probabilities = head.probabilities(decisions, profile)
    decided, confidence = head.decide(probabilities, profile)
    return Said(probabilities, decided, confidence, confidence >= head.calibrations[profile].cut)


def _of_documents(
    head: Head, decisions: Mapping[str, Floats], profile: str, which: NDArray[np.int64]
) -> Said:
    pooled = head.of_documents(*means(head.probabilities(decisions, profile), which), profile)
    probabilities, decided, confidence, withheld = pooled
    return Said(probabilities, decided, confidence, ~withheld)
