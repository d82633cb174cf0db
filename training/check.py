"""Whether a report can be made again: figures of the first global fold, which are quick to make anew."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from training import metrics
from training.answering import answers, asked_of
from training.assemble import SHIPPED, assemble
from training.bench import Bench
from training.figures import Figure
from training.finetune.tuned import Method
from training.gather import gather
from training.kept_answers import Kept
from training.retrain_inputs import absent

#: Figures made anew may differ from the report's by this much: processors round differently.
TOLERANCE: Final = 0.01


class CannotCheck(RuntimeError):
    """There is nothing to compare with, or nothing to make figures from; the message says what."""


def first_fold(bench: Bench, kept: Kept | None = None) -> dict[str, float]:
    """Return NAME.fold0 -> macro-F1 and AUC of each head, profile accurate, on the first global fold."""
    asked, holds = asked_of(bench, "groups")
    parts = answers(bench, holds[0], asked, kept)
    found = {}
    for question, part in zip(asked, parts, strict=True):
        for p in gather(question, [part] if part else [], bench.tier, bench.seed):
            for metric in (metrics.macro_f1, metrics.auc):
                value = metric(p)
                if p.profile == "accurate" and value is not None:
                    found[f"{p.head}.{p.corpus}.{metric.__name__}.fold0"] = round(value, 4)
    return found


def stored(folder: Path) -> Iterator[str]:
    """Yield a line for each figure of our own heads, profile accurate, that a report holds."""
    if not (folder / "report.json").is_file():
        yield f"no report: {folder / 'report.json'} (slantwise evaluate --full writes one)"
        return
    yield from lines_of(_report(folder)["figures"])


def lines_of(figures: Mapping[str, Figure]) -> Iterator[str]:
    """Yield a line for each figure of our own heads, profile accurate."""
    for name, figure in figures.items():
        if "[" not in name.split(".")[0]:
            ends = "" if figure["ci95"] is None else " [{:.3f}, {:.3f}]".format(*figure["ci95"])
            yield f"{name:64}{figure['value']:7.3f}{ends}  n {figure['n']}, {figure['tier']}"


def check(
    folder: Path, corpora: Path, method: Method | None, encoder: Callable[[], str], seed: int, jobs: int
) -> str | None:
    """Make the figures of the first fold anew; return which came out otherwise, if any.

    ``encoder`` gives the sha256 of the one to start from. A fine-tuned encoder of that fold is made first,
    unless it was made before: some minutes.

    Raises:
        CannotCheck: the report holds no such figures, or corpora are missing.

    """
    known = _report(folder)["run"].get("check") if (folder / "report.json").is_file() else None
    if not known:
        raise CannotCheck("the report holds no figures of the first fold")
    if missing := absent(corpora, "shipped"):
        raise CannotCheck(f"corpora are missing: {', '.join(missing)}")
    try:
        assembled = assemble(corpora, SHIPPED, True, seed, jobs, encoder=encoder())
    except ImportError as error:
        raise CannotCheck(f"the fold has an encoder of its own, to be fine-tuned first: {error}") from error
    return otherwise(first_fold(Bench(assembled, "shipped", seed, method)), known)


def otherwise(found: Mapping[str, float], known: Mapping[str, float]) -> str | None:
    """Return which of the known figures came out otherwise by more than TOLERANCE, if any."""
    apart = {name: abs(found.get(name, 2.0) - value) for name, value in known.items()}
    wrong = [f"{name} {known[name]} is now {found.get(name)}" for name, by in apart.items() if by > TOLERANCE]
    return "; ".join(wrong) or None


def _report(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "report.json").read_text("utf-8")))
