"""Honest figures: every protocol fits anew without what it is tested on, and pools the predictions.

``random`` splits texts, ``*_held_out`` the publishers (global folds) or whole corpora. Samples whose
text is the same never stand on both sides of a split.
"""

from collections.abc import Collection
from pathlib import Path

from models.home import slantwise_home
from training.answering import make_ahead, run_tier
from training.assemble import RESEARCH, SHIPPED, assemble
from training.bench import Bench
from training.check import first_fold
from training.finetune.tuned import Method
from training.kept_answers import Kept
from training.predictions import Predictions
from training.readings import readings_path
from training.report import write_report
from training.run_record import git_commit


def evaluate(
    corpora: Path, out: Path, bundle: str, tiers: Collection[str], seed: int = 0, jobs: int = 2,
    final: bool = False, method: Method | None = None, encoder: str | None = None,
) -> list[Predictions]:  # fmt: skip
    """Run every protocol of every tier and write the report; return the pooled predictions.

    A figure whose corpora are all in the shipped tier comes from the shipped tier, where that is
    asked for; the rest comes from the research tier. ``encoder`` is the sha256 of the one that figures
    start from, None for the shipped one. With ``final``, what is kept back is read too,
    and the reading recorded; else the figures of the last reading are repeated. With a ``method``, every
    fit has an encoder of its own, which takes days: what a run has done is kept, and the next goes on.
    """
    kept = Kept(slantwise_home() / "cache" / "evaluation")
    pooled: list[Predictions] = []
    check: dict[str, float] = {}
    for tier in ("shipped", "research"):  # the stricter tier first: what it answers is not asked again
        if tier not in tiers:
            continue
        allowed = RESEARCH if tier == "research" else SHIPPED
        assembled = assemble(corpora, allowed, True, seed, jobs, final=final, encoder=encoder)
        bench = Bench(assembled, tier, seed, method)
        if method is not None:
            make_ahead(bench, pooled, jobs)
        pooled += run_tier(bench, kept, pooled)
        check = check or first_fold(bench, kept)
    extra = {"git": git_commit(), "seed": seed, "tiers": sorted(tiers), "check": check}
    write_report(out, bundle, pooled, extra, readings_path(out), final)
    return pooled
