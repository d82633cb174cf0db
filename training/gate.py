"""The gate: a candidate against the bundle in use, on the same rows, neither having seen their publisher.

Both sides bring the predictions that :mod:`training.cross_fit` made; rows are joined by their keys and
differences get paired group-bootstrap intervals. The rule, for every head of the bundle in use, both
profiles, and both the held-out rows of the corpora and the frozen test part:

- the main metric is not worse: the lower end of its difference is not below -WORSE, with fewer than
  ENOUGH rows -WORSE_FEW. It is macro-F1; AUC for advocacy, partisan and opinion_article, and on the
  frozen part for all heads of two classes: classes have other shares there than in the corpora that
  thresholds are set on, so that decisions would measure the shares;
- calibration is not worse: the Brier score not by more than BRIER, the calibration error (from ECE_ROWS
  rows on) not by more than ECE, unless the interval of that difference says it may be chance;
- no class collapses: no recall falls by more than RECALL with an interval below zero, or to nothing;
- the candidate is better than always saying the commonest class, wherever the bundle in use is, and on
  the held-out rows always.

What cannot be compared (a head that is gone, other classes, rows that are gone) is a failure too. Our own
invented texts are compared only where a head has no real ones: that guards the head, and measures nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from models.labels import ADVOCACY
from training import metrics
from training.baselines import majority
from training.bootstrap import paired_bootstrap, paired_recall
from training.figures import ECE_ROWS, counts
from training.held_out import HeldOut
from training.predictions import Predictions

WORSE: Final = 0.02
WORSE_FEW: Final = 0.05
ENOUGH: Final = 500
BRIER: Final = 0.01
ECE: Final = 0.02
RECALL: Final = 0.10
#: Classes, and the frozen part of a head, are judged from this many rows on.
FEW: Final = 20
#: At least this share of the rows of the bundle in use must be among the candidate's.
COMMON: Final = 0.9
RANKED: Final = (ADVOCACY, "partisan", "opinion_article")
RULE: Final = {
    "worse": WORSE, "worse_few": WORSE_FEW, "enough_rows": ENOUGH, "brier": BRIER, "ece": ECE,
    "ece_from_rows": ECE_ROWS, "recall": RECALL, "few": FEW, "common_rows": COMMON,
}  # fmt: skip

Said = Mapping[str, HeldOut]


@dataclass(frozen=True)
class Verdict:
    """Why a candidate may not be published (no reason: it may), and the figures by name."""

    reasons: tuple[str, ...]
    figures: Mapping[str, Mapping[str, Any]]

    @property
    def passed(self) -> bool:
        """Whether nothing that matters got worse."""
        return not self.reasons


def judge(heads: Iterable[str], current: Said, candidate: Said, seed: int = 0) -> Verdict:
    """Compare a candidate's held-out predictions with those of the bundle in use, which has these heads."""
    reasons: list[str] = []
    figures: dict[str, Mapping[str, Any]] = {}
    for head in heads:
        before, after = current.get(head), candidate.get(head)
        if after is None:
            reasons.append(f"{head}: the candidate has no such head")
        elif before is None:
            reasons.append(f"{head}: the bundle in use has no held-out predictions to compare with")
        elif (before.kind, before.classes) != (after.kind, after.classes):
            reasons.append(f"{head}: the candidate has other classes")
        else:
            found, why = _judge_head(before, after, seed)
            figures |= found
            reasons += why
    return Verdict(tuple(reasons), figures)


def _judge_head(before: HeldOut, after: HeldOut, seed: int) -> tuple[dict[str, Mapping[str, Any]], list[str]]:
    figures: dict[str, Mapping[str, Any]] = {}
    reasons: list[str] = []
    for name, parts in (("held_out", ("corpora", "dev")), ("frozen", ("frozen",))):
        old, new, share = _joined(before, after, parts)
        if share < COMMON:
            reasons.append(f"{before.head}: the candidate predicts {share:.0%} of the {name} rows")
        if name == "frozen" and len(old) < FEW:
            continue
        for profile in before.probabilities:
            compared = _Pair(_predictions(old, profile, name, seed), _predictions(new, profile, name, seed))
            figure, why = compared.judged(frozen=name == "frozen")
            figures[f"{before.head}.{name}.{profile}"] = figure
            reasons += [f"{before.head} ({name}, {profile}): {reason}" for reason in why]
    return figures, reasons


def _joined(before: HeldOut, after: HeldOut, parts: tuple[str, ...]) -> tuple[HeldOut, HeldOut, float]:
    """Return both sides' predictions of the rows that they share, and what share of the first's that is.

    Truth and units are the candidate's: what was annotated anew since counts for both.
    """
    before, after = (side.take(np.isin(side.parts, parts)) for side in (before, after))
    real = before.corpora != "seed"
    before = before.take(real) if real.any() else before
    keys, old, new = np.intersect1d(before.keys, after.keys, return_indices=True)
    share = len(keys) / len(before) if len(before) else 1.0
    before, after = before.take(old), after.take(new)
    return replace(before, truth=after.truth, units=after.units), after, share


def _predictions(said: HeldOut, profile: str, rows: str, seed: int) -> Predictions:
    scores = said.probabilities[profile].astype(np.float64)
    n = len(said)
    return Predictions(
        said.head, "gate", rows, said.kind, said.classes, said.truth,
        scores[:, 0] if said.kind == "binary" else scores, said.decided[profile],
        tuple(map(str, said.units)), tuple(map(str, said.corpora)), np.ones(n), np.ones(n, bool), seed,
        profile, "gate",
    )  # fmt: skip


@dataclass(frozen=True)
class _Pair:
    """The predictions of the bundle in use and of the candidate on the same rows."""

    old: Predictions
    new: Predictions

    def judged(self, frozen: bool) -> tuple[dict[str, Any], list[str]]:
        """Return the figure of one head on some rows in one profile, and what is wrong with it."""
        figure: dict[str, Any] = {"n": self.old.size, "groups": len(set(self.old.groups)), **counts(self.old)}
        ranked = self.old.head in RANKED or (frozen and self.old.kind == "binary")
        name = "auc" if ranked else "macro_f1"
        main = self._difference(name)
        if main is None:
            return figure, [] if frozen else ["there is too little to compare"]
        floor, margin = self._floor(name), WORSE if self.old.size >= ENOUGH else WORSE_FEW
        figure |= {"metric": name, **main, "margin": margin, "majority": floor}
        reasons = []
        if main["ci95"][0] < -margin:
            reasons.append(f"{name} may be worse by {-main['ci95'][0]:.3f}, more than {margin}")
        if main["candidate"] <= floor and (not frozen or main["current"] > floor):
            reasons.append(
                f"{name} is {main['candidate']:.3f}, no better than one class for all ({floor:.3f})"
            )
        return figure | self._calibration(reasons) | self._recalls(reasons), reasons

    def _difference(self, name: str) -> dict[str, Any] | None:
        metric = getattr(metrics, name)
        before, after = metric(self.old), metric(self.new)
        interval = paired_bootstrap(name, self.old, self.new, seed=self.old.seed)
        if before is None or after is None or interval is None:
            return None
        return {
            "current": round(before, 4), "candidate": round(after, 4), "difference": round(after - before, 4),
            "ci95": [round(end, 4) for end in interval],
        }  # fmt: skip

    def _floor(self, name: str) -> float:
        return 0.5 if name == "auc" else round(metrics.macro_f1(majority(self.old)) or 0.0, 4)

    def _calibration(self, reasons: list[str]) -> dict[str, Any]:
        found = {"brier": self._difference("brier")}
        if self.old.size >= ECE_ROWS:
            found["ece"] = self._difference("ece")
        for name, margin in (("brier", BRIER), ("ece", ECE)):
            figure = found.get(name)
            if figure and figure["difference"] > margin and figure["ci95"][0] > 0:
                reasons.append(
                    f"calibration: {name} is worse by {figure['difference']:.3f}, more than {margin}"
                )
        return found

    def _recalls(self, reasons: list[str]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        after = metrics.recalls(self.new)
        for name, (recall, n) in metrics.recalls(self.old).items():
            found[name] = {"current": round(recall, 4), "candidate": round(after[name][0], 4), "n": n}
            drop = recall - after[name][0]
            if n >= FEW and drop > 0 and (after[name][0] == 0 or (drop > RECALL and self._sure(name))):
                reasons.append(f"recall of {name} falls from {recall:.2f} to {after[name][0]:.2f}")
        return {"recall": found}

    def _sure(self, name: str) -> bool:
        """Whether a fall of a class's recall is more than chance, or cannot be told from it."""
        interval = paired_recall(self.old, self.new, self.old.classes.index(name), seed=self.old.seed)
        return interval is None or interval[1] < 0
