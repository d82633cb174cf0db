"""How well two readings agree, and how far our labels are those of the corpora."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sklearn.metrics import cohen_kappa_score

from models.labels import POLICY_FRAMES
from training.annotate_join import CORPUS
from training.annotate_sheets import Row
from training.neardup import words_of
from training.samples import Sample

GRADES: Final = ("opinion", "loaded", "call_to_action", "quoted", "technique")


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two lists of labels compared.

    ``kappa`` is Cohen's, weighted by distance for grades; None where one label is all there is.
    """

    n: int
    equal: float
    kappa: float | None
    first: float
    second: float


def agreement(first: Sequence[int], second: Sequence[int], weighted: bool = False) -> Agreement:
    """Return the agreement of two lists of grades, not empty; ``first`` and ``second`` are their means."""
    n = len(first)
    equal = sum(a == b for a, b in zip(first, second, strict=True)) / n
    one_label = len({*first, *second}) < 2
    weights = "linear" if weighted else None
    kappa = None if one_label else float(cohen_kappa_score(first, second, weights=weights))
    return Agreement(n, equal, kappa, sum(first) / n, sum(second) / n)


def repeatability(rows: Iterable[Row]) -> dict[str, Agreement]:
    """Return, per label, how well second readings agree with the first.

    ``frames`` compares every frame of every sentence, 14 to a sentence.
    """
    pairs = [(row["labels"], row["second"]["labels"]) for row in rows if "second" in row]
    found = {
        name: agreement([a[name] for a, _ in pairs], [b[name] for _, b in pairs], name == "loaded")
        for name in GRADES
    }
    frames = [(int(f in a["frames"]), int(f in b["frames"])) for a, b in pairs for f in POLICY_FRAMES]
    return found | {"frames": agreement([a for a, _ in frames], [b for _, b in frames])}


def with_corpora(
    annotated: Iterable[Sample], rows: Mapping[str, Row], samples: Iterable[Sample]
) -> list[tuple[str, Row, Sample]]:
    """Return (key, our row, corpus' own sample) of annotated sentences that a corpus labels too.

    The corpus' own sample has the same words, the first of several; ``rows`` are ours by the key of ours.
    """
    own: dict[str, dict[str, Sample]] = {}
    for sample in samples:
        if sample.kind in ("sentence", "passage") and sample.corpus not in (CORPUS, "seed"):
            own.setdefault(" ".join(words_of(sample.text)), {}).setdefault(sample.corpus, sample)
    return [
        (one.key, rows[one.key], other)
        for one in annotated
        for other in own.get(" ".join(words_of(one.text)), {}).values()
    ]


def compared(
    pairs: Iterable[tuple[str, Row, Sample]], corpus: str, ours: Callable[[Row], int],
    theirs: Callable[[Sample], Any],
) -> Agreement | None:  # fmt: skip
    """Return the agreement with one corpus' own label; None where it labels none of the sentences."""
    rows = [(ours(row["labels"]), theirs(sample)) for _, row, sample in pairs if sample.corpus == corpus]
    kept = [(a, int(b)) for a, b in rows if b is not None]
    return agreement([a for a, _ in kept], [b for _, b in kept]) if kept else None
