"""One article as its page shows it: what its scorecard says, in words, bars and questions to people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.dashboard.view_said import (
    Bar,
)
from service.dashboard.view_sentences import (
    SIGNALS,
    Block,
    Segment,
    Sentence,
    placed,
    score_of,
    segments,
    strip,
    title_sentence,
    top_frames,
)
from service.dashboard.view_votes import Ask, Asker, Mine

Card = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reader is: which signal colours the text, and which sentence is looked at (None: none)."""

    signal: str
    sentence: int | None


@dataclass(frozen=True, slots=True)
class Looked:
    """The sentence that is looked at, one of ``count``: its numbers, its frames and what to judge."""

    place: int
    count: int
    text: str | None
    quoted: bool
    numbers: tuple[Bar, ...]
    frames: tuple[tuple[str, float], ...]
    ask: Ask


def place_of(signal: str, sentence: str, card: Card) -> Place:
    """Read where a reader is; what is no signal or sentence of the article is the beginning."""
    chosen = signal if signal in SIGNALS else SIGNALS[0]
    count = len(placed(card["sentences"]))
    number = int(sentence) if sentence.isascii() and sentence.isdecimal() and len(sentence) < 7 else 0
    return Place(chosen, number if 0 < number <= count else None)


def pieces(text: str | None, card: Card, signal: str) -> tuple[list[Segment], list[Block]]:
    """Return the text cut into sentences, or else a strip of them where the text is not kept."""
    if text is None:
        return [], strip(card["sentences"], signal)
    return segments(text, card["sentences"], signal), []


def heading(card: Card, signal: str) -> Segment | None:
    """Return the title with its score; None where it is not kept or was not scored."""
    said, title = title_sentence(card["sentences"]), card["document"]["title"]
    return Segment(title, None, score_of(said, signal), said["quoted"]) if said and title else None


def judged_places(signal: str, asker: Asker) -> dict[int, Mine]:
    """Return what the rater said before of the sentences, by their places."""
    sentences = placed(asker.judged.card["sentences"])
    said = {place: asker.mine_of_sentence(one, signal) for place, one in enumerate(sentences, 1)}
    return {place: mine for place, mine in said.items() if mine is not None}


def looked_at(place: Place, asker: Asker) -> Looked | None:
    """Return all there is to say of the sentence that is looked at."""
    if place.sentence is None:
        return None
    sentences = placed(asker.judged.card["sentences"])
    one, text = sentences[place.sentence - 1], asker.judged.text
    return Looked(
        place.sentence, len(sentences), None if text is None else text[one["start"] : one["end"]],
        one["quoted"], tuple(_numbers(one, place.signal)), tuple(top_frames(one)),
        asker.of_sentence(one, place.signal),
    )  # fmt: skip


def _numbers(one: Sentence, signal: str) -> Sequence[Bar]:
    names = [name for name in SIGNALS if name in one or name == signal]
    return [Bar(name, score_of(one, name), name == signal) for name in names]
