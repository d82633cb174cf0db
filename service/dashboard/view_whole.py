"""What a scorecard says of an article as a whole beyond its heads: targets, evidence, other versions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from service.dashboard.view_said import Bar, Verdict, advocacy_verdict, bars, source_verdict, stance_verdict
from service.dashboard.view_sentences import place_at
from service.dashboard.view_votes import Ask, Asker

Card = Mapping[str, Any]
#: Of a text that was scored very often, so many other scorecards are shown with their numbers.
MAX_VERSIONS: Final = 10


@dataclass(frozen=True, slots=True)
class Target:
    """Somebody that the article speaks of; ``name`` is None where names are not kept."""

    name: str | None
    position: int
    given: bool
    mentions: int
    said: str
    label: str | None
    bars: tuple[Bar, ...]
    ask: Ask


@dataclass(frozen=True, slots=True)
class Shown:
    """A span that moved a head's score, its share of the movement, and the sentence that it lies in."""

    about: str
    text: str | None
    weight: float
    place: int | None


@dataclass(frozen=True, slots=True)
class Version:
    """One scorecard of the same text; ``here`` is the one that the page shows."""

    id: str
    bundle: str
    profile: str
    created_at: str
    score: float | None
    advocacy: Verdict
    source: Verdict
    here: bool


def targets(card: Card, asker: Asker) -> list[Target]:
    """Return whom the article speaks of, in the order of the scorecard."""
    return [
        Target(
            one["target"], one["position"], one["given"], one["mentions"], stance_verdict(one), one["label"],
            tuple(bars(one["scores"], one["label"])), asker.of_target(one["position"], one["target"]),
        )
        for one in card["stance"]
    ]  # fmt: skip


def evidence(card: Card) -> list[Shown]:
    """Return the spans that moved scores, the strongest first."""
    found = [
        Shown(_about(card, one), one["text"], one["weight"], place_at(card["sentences"], one["start"]))
        for one in card["evidence"]
    ]
    return sorted(found, key=lambda one: -abs(one.weight))


def _about(card: Card, shown: Mapping[str, Any]) -> str:
    """Name the score that a span moved, a stance with its target where names are kept."""
    number = shown.get("target")
    if number is None or number >= len(card["stance"]):
        return str(shown["head"]).replace("_", " ")
    name = card["stance"][number]["target"] or f"target {number + 1}"
    return f"stance towards {name}"


def versions(card: Card, others: Sequence[Card]) -> list[Version]:
    """Return this and the other scorecards of the text, the newest first."""
    told = [
        Version(
            one["id"], one["model"]["bundle"], one["model"]["profile"], one["created_at"],
            one["advocacy"]["score"], advocacy_verdict(one["advocacy"]), source_verdict(one["source_type"]),
            one["id"] == card["id"],
        )
        for one in (card, *others)
    ]  # fmt: skip
    return sorted(told, key=lambda one: one.id, reverse=True)
