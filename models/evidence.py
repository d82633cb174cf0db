"""Which sentences moved a score: those that speak for advocacy, and the mentions behind a stance."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np

from models.document import Document, Sentence
from models.features import Floats
from models.labels import ADVOCACY, SENTENCE_SIGNALS, STANCES
from models.scope import Scope
from models.scorecard import Evidence
from models.targets import Target

_ADVOCACY: Final = 5
_EACH_STANCE: Final = 3
#: Mentions that lean less than this to either side show nothing.
_LEAST: Final = 0.01


def advocacy(document: Document, scores: Mapping[str, Floats], s: Scope) -> tuple[Evidence, ...]:
    """Return the author's own sentences that speak most for advocacy by their signals.

    The weight is the mean of the three sentence signals, less its mean over the text.
    """
    if s.barred or not {*SENTENCE_SIGNALS} <= set(scores):
        return ()
    strength = np.mean([scores[name][:, 0] for name in SENTENCE_SIGNALS], axis=0)
    mean = strength.mean()
    placed = _placed(document)
    strength = strength[len(strength) - len(placed) :]  # a title is scored first, and has no place
    ranked = sorted(range(len(placed)), key=lambda i: (-strength[i], i))
    chosen = [i for i in ranked if not placed[i].quoted and strength[i] > mean][:_ADVOCACY]
    return tuple(_evidence(ADVOCACY, document.text, placed[i], strength[i] - mean) for i in chosen)


def stance(
    document: Document, sentences: int, said: Sequence[tuple[Target, Floats | None]]
) -> Iterable[Evidence]:
    """Yield for each target the sentences with the mentions that lean most to a side.

    ``said`` holds each target's probabilities by mention, (mentions, 3), or None where there are none;
    ``sentences`` is how many sentences were scored, with the title. The weight is the part of a sentence
    in favour minus against, so that over all of a target's mentions weights sum to that difference of their
    mean, from which its scores are read: above nought in favour, below it against. ``target`` is its place
    in ``stance``.
    """
    placed = _placed(document)
    first = sentences - len(placed)
    for number, (target, probabilities) in enumerate(said):
        if probabilities is None:
            continue
        leaning = probabilities[:, STANCES.index("favour")] - probabilities[:, STANCES.index("against")]
        weights: dict[int, float] = {}
        for mention, lean in zip(target.mentions, leaning, strict=True):
            place = mention.sentence - first
            weights[place] = weights.get(place, 0.0) + float(lean) / len(leaning)
        ranked = sorted(weights, key=lambda place: (-abs(weights[place]), place))
        chosen = [place for place in ranked if place >= 0 and abs(weights[place]) >= _LEAST]
        for place in chosen[:_EACH_STANCE]:
            yield _evidence("stance", document.text, placed[place], weights[place], number)


def _placed(document: Document) -> list[Sentence]:
    """Return the sentences that were scored and have a place in the text."""
    return [sentence for sentence in document.sentences if sentence.english and sentence.masked]


def _evidence(head: str, text: str, sentence: Sentence, weight: float, target: int | None = None) -> Evidence:
    span = text[sentence.start : sentence.end]
    return Evidence(head, sentence.start, sentence.end, span, round(float(weight), 6), target)
