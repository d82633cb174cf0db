"""Whether a window differs from those before it: by chance, as windows do here, or because of a change.

An alarm needs all three: the difference is no chance (a test, guarded against the number of tests), it
matters (its size, in units that can be read), and it is clearly larger than those between the same
store's earlier windows. How far the texts are from the bundle's reference is told beside it and raises
no alarm: texts of another kind than the training texts would be an alarm for ever.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2_contingency, false_discovery_control, ks_2samp

from models.distance import apart, distance, frame_tables, label_table
from models.observed import FRAMES, NUMBERS, SIGNALS, Summary, middles
from models.reference_file import Profile
from service.drift.windows import Publisher, Window
from service.store.figures import FEWEST

#: Texts that a window, and all before it together, must have for all publishers together.
FEWEST_TEXTS: Final = 50
#: The share of false alarms among alarms that is allowed (Benjamini and Yekutieli 2001: tests may depend).
FALSE: Final = 0.001
#: What matters: the mean move of a number in its own unit (``length``: a tenth is a quarter more words);
#: of labels a Jensen-Shannon distance, of which 0.1 is 50 % becoming 62 %, or 10 % becoming 18 %.
MATTERS: Final = {
    "advocacy": 0.05, "advocacy_confidence": 0.05, "source_type_confidence": 0.05,
    "known_words": 0.02, "length": 0.1,
}  # fmt: skip
MATTERS_LABELS: Final = 0.1
#: How many times the largest difference between earlier windows.
MORE: Final = 1.25
#: Labels that are rarer than this in both windows together are one.
_RARE: Final = 10


@dataclass(frozen=True, slots=True)
class Finding:
    """One signal of all texts (``publisher`` None) or of one publisher's.

    ``size`` is the difference from before, ``usual`` the largest between earlier windows, ``chance``
    the guarded p-value; ``reference`` the distance to the bundle's reference and ``spread`` the
    largest that one of the reference's own publishers has. ``frame`` names what changed among frames.
    """

    publisher: Publisher
    signal: str
    n: int
    before: int
    size: float
    usual: float | None
    chance: float
    alarm: bool
    frame: str | None = None
    reference: float | None = None
    spread: float | None = None


def compare(windows: Sequence[Window], reference: Profile | None) -> list[Finding]:
    """Return every signal of all texts, and of each publisher, that has enough texts on both sides."""
    found = [*_findings(None, [window.whole() for window in windows], FEWEST_TEXTS)]
    named = sorted(one for one in windows[0].by_publisher if one is not None)
    for publisher in named:
        found += _findings(publisher, [window.of(publisher) for window in windows], FEWEST)
    if not found:
        return []
    guarded = false_discovery_control([one.chance for one in found], method="by")
    judged = [_judged(one, float(chance)) for one, chance in zip(found, guarded, strict=True)]
    return [_placed(one, windows, reference) for one in judged]


def _findings(publisher: Publisher, sums: Sequence[Summary], fewest: int) -> Iterator[Finding]:
    recent, earlier = sums[0], sums[1:]
    before = sum(earlier, Summary())
    if min(recent.n, before.n) < fewest:
        return
    for signal in SIGNALS:
        n, other = recent.count(signal), before.count(signal)
        size = distance(signal, recent, before)
        if size is None or min(n, other) < fewest:
            continue
        frame, chance = _chance(signal, recent, before)
        usual = _usual(signal, earlier, fewest)
        yield Finding(publisher, signal, n, other, size, usual, chance, alarm=False, frame=frame)


def _usual(signal: str, earlier: Sequence[Summary], fewest: int) -> float | None:
    """Return the largest distance of one earlier window from the others, None where there are not two."""
    found = []
    for number, one in enumerate(earlier):
        others = sum((other for at, other in enumerate(earlier) if at != number), Summary())
        size = distance(signal, one, others)
        if size is not None and min(one.count(signal), others.count(signal)) >= fewest:
            found.append(size)
    return max(found, default=None)


def _chance(signal: str, one: Summary, other: Summary) -> tuple[str | None, float]:
    """Return how often chance alone does as much or more; of frames that of the one that changed most."""
    if signal in NUMBERS:
        drawn = (np.repeat(middles(signal), summary.numbers[signal]) for summary in (one, other))
        return None, float(ks_2samp(*drawn, method="asymp").pvalue)
    if signal != FRAMES:
        return None, _independent(label_table(one, other, signal))
    tables = frame_tables(one, other)
    frame = max(tables, key=lambda name: apart(*tables[name]))
    return frame, min(1.0, _independent(tables[frame]) * len(tables))


def _independent(table: NDArray[np.int64]) -> float:
    """Return the p-value of the chi-squared test, with rare columns taken together."""
    rare = table.sum(axis=0) < _RARE
    joined = np.column_stack([table[:, ~rare], table[:, rare].sum(axis=1)])
    joined = joined[:, joined.sum(axis=0) > 0]
    if joined.shape[1] < 2:
        return 1.0
    return float(chi2_contingency(joined, correction=False).pvalue)


def _judged(one: Finding, chance: float) -> Finding:
    matters = one.size >= MATTERS.get(one.signal, MATTERS_LABELS)
    alarm = matters and chance < FALSE and one.size > MORE * (one.usual or 0)
    return replace(one, chance=chance, alarm=alarm)


def _placed(one: Finding, windows: Sequence[Window], reference: Profile | None) -> Finding:
    """Add how far the recent texts are from the reference, of all texts only."""
    if reference is None or one.publisher is not None:
        return one
    far = distance(one.signal, windows[0].whole(), reference.summary)
    return replace(one, reference=far, spread=reference.spread.largest.get(one.signal))


def far_from_reference(findings: Sequence[Finding]) -> Mapping[str, float]:
    """Return the signals of all texts that are farther from the reference than its own publishers are."""
    return {
        one.signal: one.reference
        for one in findings
        if one.reference is not None and one.spread is not None and one.reference > one.spread
    }
