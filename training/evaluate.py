"""Honest figures: every protocol fits anew without what it is tested on, and pools the predictions.

``random`` splits texts, ``*_held_out`` the publishers (global folds) or whole corpora. Samples whose
text is the same never stand on both sides of a split.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from models.home import slantwise_home
from training.answering import Wanted, everything, make_ahead, run_tier
from training.assemble import RESEARCH, SHIPPED, assemble
from training.bench import Bench
from training.check import first_fold
from training.figures import Figure, all_figures
from training.finetune.tuned import Method
from training.kept_answers import Kept
from training.predictions import Predictions
from training.question import Question
from training.questions import questions
from training.readings import add_reading, readings_path, spent
from training.repeat import Before
from training.report import write_report
from training.run_record import git_commit

#: The rows that matter most, by head, corpus and protocol, are answered with so many seeds.
MAIN: Final = (
    ("loaded_language", "babe", "random"),
    ("loaded_language", "babe", "outlets_held_out"),
)
SEEDS: Final = 3


class TaughtBefore(ValueError):
    """Figures were to start from an encoder that is fine-tuned already: its vectors know the labels."""


def evaluate(
    corpora: Path, out: Path, bundle: str, tiers: Collection[str], seed: int = 0, jobs: int = 2,
    method: Method | None = None, encoder: str | None = None, before: Before | None = None,
) -> list[Predictions]:  # fmt: skip
    """Run every protocol of every tier and write the report; return the pooled predictions.

    A figure whose corpora are all in the shipped tier comes from the shipped tier, where that is
    asked for; the rest comes from the research tier. ``encoder`` is the sha256 of the one that figures
    start from, None for the shipped one. Of what is kept back the figures of the last reading are repeated
    (see :func:`read_kept_back`). With a ``method``, every fit has an encoder of its own, which takes
    hours: what a run has done is kept, and the next goes on. With ``before``, the protocols
    that it names are run, and the rest of that report is repeated.

    Raises:
        TaughtBefore: the encoder to start from is fine-tuned already.
        CannotRepeat: what the report ``before`` says of the first fold came out otherwise.

    """
    kept = Kept(slantwise_home() / "cache" / "evaluation")
    anew = _both(_may_be_read, everything if before is None else before.asks)
    pooled: list[Predictions] = []
    check: dict[str, float] = {}
    for tier in ("shipped", "research"):  # the stricter tier first: what it answers is not asked again
        if tier not in tiers:
            continue
        bench, wanted = _bench(corpora, tier, seed, jobs, method, encoder), _both(anew, _not_among(pooled))
        if before is not None and not check:  # before hours of encoders
            before.compare(first_fold(bench, kept))
        make_ahead(bench, jobs, wanted)
        pooled += run_tier(bench, kept, wanted)
        check = check or first_fold(bench, kept)
        pooled += _seeds_more(bench, kept, jobs, anew)
    extra = {"git": git_commit(), "seed": seed, "tiers": sorted(tiers), "check": check}
    write_report(out, bundle, pooled, extra, readings_path(out), before)
    return pooled


def read_kept_back(
    corpora: Path, out: Path, tiers: Collection[str], seed: int = 0, jobs: int = 2,
    method: Method | None = None, encoder: str | None = None,
) -> dict[str, Figure]:  # fmt: skip
    """Read what is kept back, add the reading to those of the report in ``out``, and return its figures.

    What was read as often as it may be (:func:`training.readings.spent`) is left out.

    The arguments are those of :func:`evaluate`. Each reading is counted: what is read again and again is no
    test any more.
    """
    pooled: list[Predictions] = []
    done = spent(out)
    for tier in (tier for tier in ("shipped", "research") if tier in tiers):
        new = _not_among(pooled)
        asked = {q for q in questions(tier) if q.kept_back and q.corpus not in done and new(q)}
        if asked:
            bench = _bench(corpora, tier, seed, jobs, method, encoder, final=True)
            pooled += run_tier(bench, wanted=asked.__contains__)
    figures = all_figures(pooled)
    add_reading(readings_path(out), figures)
    return figures


def _bench(
    corpora: Path, tier: str, seed: int, jobs: int, method: Method | None, encoder: str | None,
    final: bool = False,
) -> Bench:  # fmt: skip
    allowed = RESEARCH if tier == "research" else SHIPPED
    assembled = assemble(corpora, allowed, True, seed, jobs, final=final, encoder=encoder)
    if assembled.material.taught:
        raise TaughtBefore(
            f"encoder {assembled.encoder[:12]} was taught labels that figures would test it on"
        )
    return Bench(assembled, tier, seed, method)


def _not_among(known: Sequence[Predictions]) -> Wanted:
    told = {(p.head, p.corpus, p.protocol) for p in known}
    return lambda q: (q.name, q.corpus, q.protocol) not in told


def _may_be_read(question: Question) -> bool:
    """Leave out what ``--final`` alone reads: asked all the same, it would have encoders made for nothing."""
    return not question.kept_back


def _both(one: Wanted, other: Wanted) -> Wanted:
    return lambda question: one(question) and other(question)


def _seeds_more(bench: Bench, kept: Kept, jobs: int, wanted: Wanted = everything) -> list[Predictions]:
    """Answer MAIN with more seeds; they change draws and how training begins, not the global folds."""
    more: list[Predictions] = []
    if bench.method is None:
        return more
    for seed in range(bench.seed + 1, bench.seed + SEEDS):
        other = replace(bench, seed=seed, method=replace(bench.method, seed=seed))
        make_ahead(other, jobs, _both(_is_main, wanted))
        more += run_tier(other, kept, _both(_is_main, wanted))
    return more


def _is_main(question: Question) -> bool:
    return (question.head, question.corpus, question.protocol) in MAIN
