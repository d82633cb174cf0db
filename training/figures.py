"""Figures and their names: ``head.corpus.metric.protocol``, each with interval, counts, seeds and tier.

The head part says in brackets when it is not the accurate profile: ``loaded_language[fast]``, or a
baseline, ``loaded_language[vader]``.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from training import metrics, ranks
from training.baselines import baselines
from training.bootstrap import group_bootstrap, paired_bootstrap
from training.metrics import Metric
from training.predictions import Predictions

Figure = dict[str, Any]
#: Calibration error is only given from this many labels on; below it is mostly noise.
ECE_ROWS: Final = 500
#: Ranked against another head's label: the probabilities are not meant to match it.
OTHER_LABEL: Final = frozenset({("advocacy", "hyperpartisan")})
#: The corpora over which a head's mean and worst AUC are taken; BABE holds MBIC and counts with it as one.
ACROSS: Final[Mapping[str, tuple[str, ...]]] = {
    "loaded_language": ("babe_mbic", "ptc", "annotations"),
    "opinion": ("babe", "annotations"),
}
#: Trained heads give all of these, lexicons and constants only what their scores can mean.
OURS: Final[tuple[Metric, ...]] = (
    metrics.macro_f1, metrics.accuracy, metrics.auc, metrics.recall_min, metrics.ece, metrics.brier_skill,
    ranks.risk_saved, ranks.spearman,
)  # fmt: skip
#: What some heads give besides: a rare class needs more than a mean over classes, a few hosts more than all.
MORE: Final[Mapping[tuple[str, str], tuple[Metric, ...]]] = {
    ("call_to_action", "annotations"): (metrics.f1, metrics.average_precision),
    ("opinion_article", "allsides_clean"): (ranks.auc_within,),
}
LEXICON: Final[tuple[Metric, ...]] = (metrics.macro_f1, metrics.accuracy, metrics.auc)
CONSTANT: Final[tuple[Metric, ...]] = (metrics.macro_f1, metrics.accuracy)


class TwoFiguresError(ValueError):
    """Two predictions would give figures of the same name."""


def figures(predictions: Predictions) -> dict[str, Figure]:
    """Return NAME -> figure for one head, and for the baselines on the same rows.

    A figure without meaning (no rows, one class) is left out.
    """
    calibratable = predictions.size >= ECE_ROWS and (predictions.head, predictions.corpus) not in OTHER_LABEL
    wanted = OURS if calibratable else tuple(m for m in OURS if m is not metrics.ece)
    wanted += MORE.get((predictions.head, predictions.corpus), ())
    label = predictions.head + ("[fast]" if predictions.profile == "fast" else "")
    found = _figures(predictions, label, wanted)
    for name, baseline in ({} if predictions.control else baselines(predictions)).items():
        lexicon = name in ("vader", "textblob")
        found |= _figures(baseline, f"{predictions.head}[{name}]", LEXICON if lexicon else CONSTANT)
    return found


def _figures(p: Predictions, label: str, wanted: Iterable[Metric]) -> dict[str, Figure]:
    found = {}
    for metric in wanted:
        value, name = metric(p), metric.__name__
        if value is not None:
            found[f"{label}.{p.corpus}.{name}.{p.protocol}"] = _figure(p, name, value)
    return found


def _figure(p: Predictions, metric: str, value: float) -> Figure:
    interval = group_bootstrap(metric, p, seed=p.seed)
    return {
        "value": round(value, 4),
        "ci95": [round(end, 4) for end in interval] if interval else None,
        "n": p.size,
        "groups": len(set(p.groups)),
        "seeds": [p.seed],
        "profile": p.profile,
        "tier": p.tier,
        **counts(p),
    }


def counts(predictions: Predictions) -> dict[str, Any]:
    """Return ``{"positives": n}`` of a binary head, ``{"classes": {name: n}}`` of another."""
    p = predictions
    if p.kind == "binary":
        return {"positives": int((p.truth == 1).sum())}
    columns = p.truth.T if p.kind == "multilabel" else [p.truth == k for k in range(len(p.classes))]
    return {"classes": {name: int(column.sum()) for name, column in zip(p.classes, columns, strict=True)}}


def all_figures(all_predictions: Iterable[Predictions]) -> dict[str, Figure]:
    """Return the figures of several predictions; those of several seeds become one, as :func:`pool` says.

    Raises:
        TwoFiguresError: when two predictions have the same head, corpus, protocol, profile and seed.

    """
    seen = set()
    given = list(all_predictions)
    for p in given:
        key = (p.head, p.corpus, p.protocol, p.profile, p.seed)
        if key in seen:
            raise TwoFiguresError(f"two predictions are called {key}")
        seen.add(key)
    found: dict[str, list[Figure]] = {}
    for p in given:
        for name, figure in (figures(p) | _below(p, given)).items():
            known = found.setdefault(name, [])
            if figure["seeds"] not in [other["seeds"] for other in known]:
                known.append(figure)
    pooled = {name: pool(several) for name, several in sorted(found.items())}
    return dict(sorted((pooled | over_corpora(pooled)).items()))


def _below(p: Predictions, given: Iterable[Predictions]) -> dict[str, Figure]:
    """Return by how much a control's macro-F1 stays below that of its head on the same rows, paired."""
    where = (p.corpus, p.protocol, p.profile, p.seed, p.size)
    for head in given if p.control else ():
        there = (head.corpus, head.protocol, head.profile, head.seed, head.size)
        if f"{head.head}[{p.control}]" == p.head and there == where:
            gap = (metrics.macro_f1(head) or 0.0) - (metrics.macro_f1(p) or 0.0)
            interval = paired_bootstrap("macro_f1", p, head, seed=p.seed)
            ends = [round(end, 4) for end in interval] if interval else None
            figure = _figure(p, "macro_f1", gap) | {"ci95": ends}
            return {f"{p.head}.{p.corpus}.macro_f1_below.{p.protocol}": figure}
    return {}


def over_corpora(found: Mapping[str, Figure]) -> dict[str, Figure]:
    """Return the mean and the worst of a head's AUC over the corpora in ACROSS, each held out as a whole."""
    made: dict[str, Figure] = {}
    for head, corpora in ACROSS.items():
        names = [f"{head}.{corpus}.auc.corpora_held_out" for corpus in corpora]
        if all(name in found for name in names):
            values = [found[name]["value"] for name in names]
            facts: Figure = {"ci95": None, "corpora": list(corpora)}
            facts |= {key: sum(found[name][key] for name in names) for key in ("n", "groups", "positives")}
            facts |= {key: found[names[0]][key] for key in ("seeds", "profile", "tier")}
            made[f"{head}.mean.auc.corpora_held_out"] = {
                "value": round(sum(values) / len(values), 4),
                **facts,
            }
            made[f"{head}.worst.auc.corpora_held_out"] = {"value": min(values), **facts}
    return made


def pool(several: list[Figure]) -> Figure:
    """Return one figure of one a seed: the mean value, and an interval that spans those of the seeds."""
    if len(several) == 1:
        return several[0]
    ends = [figure["ci95"] for figure in several if figure["ci95"]]
    return several[0] | {
        "value": round(sum(figure["value"] for figure in several) / len(several), 4),
        "ci95": [min(end[0] for end in ends), max(end[1] for end in ends)] if ends else None,
        "seeds": sorted(seed for figure in several for seed in figure["seeds"]),
    }
