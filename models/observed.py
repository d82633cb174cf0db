"""What is looked at in a scorecard to see drift, and summed up over many: counts, never a text.

A :class:`Summary` is what the reference beside a bundle holds, and what the service makes of stored
scorecards: histograms, label counts, and frames that were present.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import log10
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
#: What is a number, with its bounds; ``length`` is the decimal logarithm of the number of words. The
#: confidences are proxies: the probability of the likelier side, and of the likeliest source type.
NUMBERS: Final[dict[str, tuple[float, float]]] = {
    "advocacy": (0, 1), "advocacy_confidence": (0, 1), "source_type_confidence": (0, 1),
    "known_words": (0, 1), "length": (0, 6),
}  # fmt: skip
#: What is one of several: labels of those texts that have one, and why others have none.
LABELS: Final = ("advocacy_label", "advocacy_abstention", "source_type", "source_type_abstention")
#: Which frames are present, of those texts where that was decided.
FRAMES: Final = "frames"
SIGNALS: Final = (*NUMBERS, *LABELS, FRAMES)
BINS: Final = 100
#: What abstention is called where there was none.
ANSWERED: Final = "answered"


@dataclass(frozen=True, slots=True)
class Observed:
    """One scorecard: its numbers and labels (those that it has), its frames (None: not decided)."""

    numbers: Mapping[str, float]
    labels: Mapping[str, str]
    frames: tuple[str, ...] | None

    @classmethod
    def of(cls, card: Mapping[str, Any]) -> Self:
        """Look at a scorecard in the shape of its JSON, with ``document.known_words`` if that is known."""
        advocacy, source, read = card["advocacy"], card["source_type"], card["document"]
        score = advocacy["score"]
        likeliest = max((one for one in source["scores"].values() if one is not None), default=None)
        numbers = {
            "advocacy": score,
            "advocacy_confidence": None if score is None else max(score, 1 - score),
            "source_type_confidence": likeliest,
            "known_words": read.get("known_words"),
            "length": log10(read["words"]) if read["words"] else None,
        }
        labels = {
            "advocacy_label": advocacy["label"],
            "advocacy_abstention": advocacy["reason"] or ANSWERED,
            "source_type": source["label"],
            "source_type_abstention": source["reason"] or ANSWERED,
        }
        return cls(
            {name: value for name, value in numbers.items() if value is not None},
            {name: value for name, value in labels.items() if value is not None},
            _frames(card["frames"]),
        )


@dataclass(slots=True)
class Summary:
    """Many scorecards: ``n`` of them, histograms of BINS bins, counts of labels, and frames."""

    n: int = 0
    numbers: dict[str, Counts] = field(default_factory=lambda: {name: _empty() for name in NUMBERS})
    labels: dict[str, Counter[str]] = field(default_factory=lambda: {name: Counter() for name in LABELS})
    decided: int = 0
    present: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, cards: Iterable[Observed]) -> Self:
        """Sum up scorecards."""
        summary = cls()
        for card in cards:
            summary.add(card)
        return summary

    def add(self, card: Observed) -> None:
        """Count one more scorecard."""
        self.n += 1
        for name, value in card.numbers.items():
            low, high = NUMBERS[name]
            self.numbers[name][min(BINS - 1, max(0, int((value - low) / (high - low) * BINS)))] += 1
        for name, label in card.labels.items():
            self.labels[name][label] += 1
        if card.frames is not None:
            self.decided += 1
            self.present.update(card.frames)

    def __add__(self, other: "Summary") -> "Summary":
        return Summary(
            self.n + other.n,
            {name: self.numbers[name] + other.numbers[name] for name in NUMBERS},
            {name: self.labels[name] + other.labels[name] for name in LABELS},
            self.decided + other.decided,
            self.present + other.present,
        )

    def count(self, signal: str) -> int:
        """Return how many of the scorecards have a signal at all."""
        if signal == FRAMES:
            return self.decided
        if signal in NUMBERS:
            return int(self.numbers[signal].sum())
        return self.labels[signal].total()

    def to_json(self) -> dict[str, Any]:
        """Return the form in which a summary is kept in a file."""
        return {
            "n": self.n,
            "numbers": {name: counts.tolist() for name, counts in self.numbers.items()},
            "labels": {name: dict(sorted(counts.items())) for name, counts in self.labels.items()},
            "frames": {"decided": self.decided, "present": dict(sorted(self.present.items()))},
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Self:
        """Read a summary back.

        Raises:
            ValueError: it is not of this form.

        """
        try:
            numbers = {name: np.array(told["numbers"][name], np.int64) for name in NUMBERS}
            labels = {name: Counter(told["labels"][name]) for name in LABELS}
            summary = cls(
                int(told["n"]), numbers, labels, int(told["frames"]["decided"]),
                Counter(told["frames"]["present"]),
            )  # fmt: skip
        except (KeyError, ValueError, TypeError, AttributeError, OverflowError) as error:
            raise ValueError(f"no summary of scorecards: {type(error).__name__}") from None
        tallies = [*numbers.values(), *(np.array([*c.values()]) for c in (*labels.values(), summary.present))]
        if any(len(counts) != BINS for counts in numbers.values()) or any(
            tally.dtype.kind not in "if" or (tally < 0).any() for tally in tallies
        ):
            raise ValueError("no summary of scorecards: these are no counts")
        return summary


def middles(signal: str) -> NDArray[np.float64]:
    """Return the middle of each bin of a number."""
    low, high = NUMBERS[signal]
    return low + (np.arange(BINS) + 0.5) * (high - low) / BINS


def _empty() -> Counts:
    return np.zeros(BINS, np.int64)


def _frames(frames: Iterable[Mapping[str, Any]]) -> tuple[str, ...] | None:
    """Return which frames are present, None where not every one was decided."""
    decided = [(one["frame"], one["present"]) for one in frames]
    if not decided or any(present is None for _, present in decided):
        return None
    return tuple(name for name, present in decided if present)
