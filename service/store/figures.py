"""From the sums of a group to what is said of it: counts, abstentions, a mean and shares with intervals."""

from collections.abc import Mapping
from typing import Any, Final

from service.store.counting import SCALE
from service.store.intervals import mean_interval, wilson
from service.store.schema import REASONS
from service.store.sums import Tally

#: Texts without which nothing is said of a publisher but how many there are.
FEWEST: Final = 20
Said = dict[str, Any]


def counts(tally: Tally) -> Said:
    """Return how many texts there are, copies counted each and once."""
    return {"documents": tally["copies"], "stories": tally["stories"]}


def advocacy(tally: Tally, number: int, named: bool) -> Said:
    """Return abstentions and advocacy of so many texts, advocacy null where too few have a label.

    The reasons are null where only the texts of one frame are counted, for those are not known.
    """
    answered = tally["answered"]
    reasons = reasons_of(tally, "why", number - answered) if "why_too_short" in tally else None
    shown = answered >= (FEWEST if named else 1)
    said = _advocacy(tally, answered) if shown else None
    return {"abstained": number - answered, "reasons": reasons, "advocacy": said}


def reasons_of(tally: Tally, prefix: str, abstained: int) -> dict[str, int]:
    """Return abstentions by reason; ``other`` are those for a reason that is not counted by itself."""
    if not abstained:
        return {}
    found = {reason: tally[f"{prefix}_{reason}"] for reason in REASONS}
    found["other"] = abstained - sum(found.values())
    return {reason: number for reason, number in found.items() if number}


def share(part: int, whole: int, named: bool) -> Said | None:
    """Return a share with its interval, null where too few texts stand behind it."""
    if whole < (FEWEST if named else 1):
        return None
    low, high = wilson(part, whole)
    return {"value": _short(part / whole), "low": _short(low), "high": _short(high), "of": whole}


def _advocacy(tally: Mapping[str, int], answered: int) -> Said:
    total, squares = tally["total"] / SCALE, tally["squares"] / SCALE
    interval = mean_interval(answered, total, squares)
    low, high = (_short(interval[0]), _short(interval[1])) if interval else (None, None)
    return {
        "answered": answered, "mean": _short(total / answered), "low": low, "high": high,
        "share": share(tally["advocacy"], answered, named=False),
    }  # fmt: skip


def _short(value: float) -> float:
    """Round a value that is not negative to six places; an answer has thousands, and this is quicker."""
    return int(value * 1_000_000 + 0.5) / 1_000_000
