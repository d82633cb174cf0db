"""A text cut into its sentences, and how strongly each shows a signal: what the Article page colours.

Offsets count Unicode code points, as Python's strings do, so a plain slice is the sentence.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from models.labels import POLICY_FRAMES, SENTENCE_SIGNALS

Sentence = Mapping[str, Any]

#: What sentences can be coloured by, the usual ones first.
SIGNALS: Final = (*SENTENCE_SIGNALS, *POLICY_FRAMES)
#: Steps of the scale above "no colour".
STEPS: Final = 5


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a text: a sentence with its ``place`` (from 1), or what stands between two (place None)."""

    text: str
    place: int | None = None
    score: float | None = None
    quoted: bool = False

    @property
    def step(self) -> int:
        """The step of the scale, 0 to ``STEPS``."""
        return step(self.score)


@dataclass(frozen=True, slots=True)
class Block:
    """A sentence of a text that is not kept: where it stands, in per cent of the whole."""

    place: int
    x: float
    width: float
    score: float | None
    quoted: bool

    @property
    def step(self) -> int:
        """The step of the scale, 0 to ``STEPS``."""
        return step(self.score)


def placed(sentences: Sequence[Sentence]) -> list[Sentence]:
    """Return the sentences that have offsets, in order; the title's has none."""
    found = [one for one in sentences if one["start"] is not None]
    return sorted(found, key=lambda one: (one["start"], one["end"]))


def title_sentence(sentences: Sequence[Sentence]) -> Sentence | None:
    """Return what is said of the title, None without one."""
    return next((one for one in sentences if one["start"] is None), None)


def segments(text: str, sentences: Sequence[Sentence], signal: str) -> list[Segment]:
    """Cut a text into its sentences and what stands between them: together they are the text again."""
    return [segment for segment in _cut(text, placed(sentences), signal) if segment.text]


def _cut(text: str, sentences: Sequence[Sentence], signal: str) -> Iterator[Segment]:
    end = 0
    for place, one in enumerate(sentences, start=1):
        start = max(end, one["start"])
        yield Segment(text[end:start])
        end = max(start, one["end"])
        yield Segment(text[start:end], place, score_of(one, signal), one["quoted"])
    yield Segment(text[end:])


def strip(sentences: Sequence[Sentence], signal: str) -> list[Block]:
    """Lay the sentences side by side as they lie in a text that is not kept."""
    found = placed(sentences)
    whole = max((one["end"] for one in found), default=0)
    return [
        Block(
            place, round(100 * one["start"] / whole, 3), round(100 * (one["end"] - one["start"]) / whole, 3),
            score_of(one, signal), one["quoted"],
        )
        for place, one in enumerate(found, start=1)
    ]  # fmt: skip


def score_of(sentence: Sentence, signal: str) -> float | None:
    """Return a sentence's number for a signal or policy frame; None where it was not scored."""
    number = sentence[signal] if signal in SENTENCE_SIGNALS else sentence["frames"].get(signal)
    return None if number is None else float(number)


def step(score: float | None) -> int:
    """Return the step of the scale that a score falls into: 0 is no colour."""
    return 0 if score is None else min(STEPS, int(score * (STEPS + 1)))


def place_at(sentences: Sequence[Sentence], offset: int) -> int | None:
    """Return the place of the sentence that an offset lies in."""
    for place, one in enumerate(placed(sentences), start=1):
        if one["start"] <= offset < one["end"]:
            return place
    return None


def top_frames(sentence: Sentence, most: int = 3) -> list[tuple[str, float]]:
    """Return the policy frames that a sentence shows most, the strongest first."""
    ordered = sorted(sentence["frames"].items(), key=lambda pair: (-pair[1], pair[0]))
    return [(str(name), float(score)) for name, score in ordered[:most]]
