"""What a scorecard says of an item, and which class a vote is for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from service.feedback.bodies import FeedbackBody
from service.feedback.items import Item, sentence_at, wrong
from service.feedback.questions import YES_FROM

Card = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Said:
    """The class that a card stands for (None: it abstained, or decides nothing) and its numbers, if any."""

    label: str | None = None
    scores: dict[str, float] | None = None


NOTHING: Final = Said()


def said_of(item: Item, card: Card) -> Said:
    """Return what a card says of an item."""
    if item.start is not None:
        return _of_sentence(item, card)
    if item.question.frames:
        return _of_frame(item, card)
    if item.question.targets:
        return _of_classes(card["stance"][int(item.name or 0)])
    if item.question.head == "source_type":
        return _of_classes(card["source_type"])
    if item.question.head == "advocacy":
        label = card["advocacy"]["label"]
        return _of_number(card["advocacy"]["score"], None if label is None else label == "advocacy")
    return _of_bare_number(card["advocacy"]["signals"].get(item.question.head))


def settle(body: FeedbackBody, item: Item, card: Card) -> str | None:
    """Return the class that a vote is for; None is any class but the one that the card gave.

    Raises:
        Refusal: 422, the label is none of the head's, or there was nothing to agree or disagree with.

    """
    classes = item.question.classes
    if body.label is not None and body.label not in classes:
        raise wrong(f"{body.head} has no such label; there are {', '.join(classes)}")
    if body.verdict == "label":
        return body.label
    said = said_of(item, card).label
    if said is None:
        raise wrong("the score gave no label here: send verdict label")
    if body.verdict == "agree":
        return said
    if body.label == said:
        raise wrong(f"the score said {said}: that is no disagreement")
    return body.label or item.question.other(said)


def _of_sentence(item: Item, card: Card) -> Said:
    """Of a sentence's frames the card has numbers and no decision."""
    sentence = sentence_at(item.start, item.end, card)
    if sentence is None:
        return NOTHING
    if item.question.frames:
        return _of_number(sentence["frames"].get(item.name), None)
    return _of_bare_number(sentence[item.question.head])


def _of_frame(item: Item, card: Card) -> Said:
    kind = item.question.head.removesuffix("_frames")
    found = [frame for frame in card["frames"] if (frame["kind"], frame["frame"]) == (kind, item.name)]
    return _of_number(found[0]["score"], found[0]["present"]) if found else NOTHING


def _of_classes(judgement: Mapping[str, Any]) -> Said:
    scores = judgement["scores"]
    return Said(judgement["label"], None if None in scores.values() else dict(scores))


def _of_bare_number(score: float | None) -> Said:
    return _of_number(score, None if score is None else score >= YES_FROM)


def _of_number(score: float | None, yes: bool | None) -> Said:
    label = None if yes is None else ("yes" if yes else "no")
    return Said(label, None if score is None else {"no": round(1 - score, 6), "yes": score})
