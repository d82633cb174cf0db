"""The state of drift as the overview tells it: what the last check found, in words and numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from service.dashboard.text import words
from service.drift.state import State

_SAID: Final = {
    "quiet": "Nothing changed beyond what is usual here.",
    "alarm": "Something changed beyond what is usual here.",
    "too few": "There are too few texts to compare.",
}


@dataclass(frozen=True, slots=True)
class Drift:
    """One profile's last check; ``alarms`` name what changed, and since when."""

    profile: str
    status: str
    said: str
    texts: int
    before: int
    days: tuple[str, str]
    alarms: tuple[str, ...]
    far: tuple[str, ...]


def drift_of(state: State | None) -> list[Drift]:
    """Return what the last check found, by profile."""
    told = (state or {}).get("profiles", {})
    return [_profile(name, one, (state or {}).get("alarms", [])) for name, one in sorted(told.items())]


def _profile(name: str, told: Mapping[str, Any], alarms: list[Mapping[str, Any]]) -> Drift:
    status = str(told.get("status"))
    return Drift(
        profile=name, status=status, said=_SAID.get(status, status), texts=int(told.get("texts", 0)),
        before=int(told.get("before", 0)), days=(str(told.get("from")), str(told.get("to"))),
        alarms=tuple(_alarm(one) for one in alarms if one.get("profile") == name),
        far=tuple(words(str(one)) for one in told.get("far_from_reference", ())),
    )  # fmt: skip


def _alarm(one: Mapping[str, Any]) -> str:
    what = words(str(one["signal"])) + (f" ({words(str(one['frame']))})" if one.get("frame") else "")
    whose = one.get("publisher") or "all texts"
    return f"{what}, {whose}, since {str(one['since'])[:10]}"
