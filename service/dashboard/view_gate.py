"""What the gate said of each bundle, and what was in use when: the past of the Model page."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from models import history, pointer
from models.bundle_list import Listed, list_bundles
from models.gate_file import Decision, NoDecision, gate_file, read_decision
from models.history import Entry

#: So many changes of the bundle in use are shown, the newest first.
MAX_CHANGES: Final = 50
_DID: Final = {"publish": "published", "rollback": "rolled back to", "found": "found in use"}


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure of the gate: the bundle in use against the candidate, on the same rows.

    ``low`` and ``high`` are the 95 % interval of the difference.
    """

    name: str
    metric: str
    n: int
    current: float
    candidate: float
    difference: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Gate:
    """One bundle of this machine and the gate's decision on it; ``said`` is None without one."""

    bundle: Listed
    said: bool | None
    reasons: tuple[str, ...]
    figures: tuple[Compared, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One change of the bundle in use, in words."""

    entry: Entry
    did: str


def gates() -> list[Gate]:
    """Return the bundles of this machine, the newest version first, with what the gate said of each."""
    return [_gate(one) for one in list_bundles()]


def changes() -> list[Change]:
    """Return what became the bundle in use, the newest first."""
    newest = history.told_history()[: -MAX_CHANGES - 1 : -1]
    return [Change(one, _DID.get(one.action, one.action)) for one in newest]


def _gate(bundle: Listed) -> Gate:
    folder = pointer.SHIPPED if bundle.shipped else pointer.local_bundles()
    try:
        decision = read_decision(gate_file(folder / bundle.version, bundle.version))
    except NoDecision:
        return Gate(bundle, None, (), ())
    return Gate(bundle, _permits(decision, bundle), decision.reasons, tuple(_compared(decision.figures)))


def _permits(decision: Decision, bundle: Listed) -> bool | None:
    """Return the decision; one on other files of the same version says nothing of these."""
    return decision.publish if decision.sha256 == bundle.sha256 else None


def _compared(figures: Mapping[str, Any]) -> Iterator[Compared]:
    for name, told in figures.items():
        if not isinstance(told, dict) or not all(map(_is_number, map(told.get, ("current", "candidate")))):
            continue
        low, high = _interval(told.get("ci95"))
        yield Compared(
            str(name), str(told.get("metric", "")), int(_number(told.get("n")) or 0), float(told["current"]),
            float(told["candidate"]), _number(told.get("difference")), low, high,
        )  # fmt: skip


def _interval(ci: Any) -> Sequence[float | None]:
    return ci if isinstance(ci, list) and len(ci) == 2 and all(map(_is_number, ci)) else (None, None)


def _number(told: Any) -> float | None:
    return told if _is_number(told) else None


def _is_number(told: Any) -> bool:
    return isinstance(told, int | float) and math.isfinite(told)
