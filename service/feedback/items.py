"""What a vote is about: found on the stored scorecard, and checked against it and its text."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from service.feedback.bodies import FeedbackBody
from service.feedback.questions import QUESTIONS, Question
from service.problems import Refusal
from service.store.targets import plain_name

_JOINER: Final = "\u200d"


@dataclass(frozen=True, slots=True)
class Judged:
    """A stored scorecard with its document; ``text`` is None where it is not kept."""

    score: str
    document: str
    card: Mapping[str, Any]
    text: str | None

    @property
    def bundle(self) -> str:
        """The bundle that made the card."""
        return str(self.card["model"]["bundle"])


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that was scored: ``name`` is a frame or a target's position, ``target`` its name."""

    question: Question
    start: int | None
    end: int | None
    name: str | None = None
    target: str | None = None

    def key(self, judged: Judged) -> tuple[str | None, ...]:
        """Return what makes two votes about the same thing, also on another scorecard of the document.

        A target without a name cannot be known again there.
        """
        name = self.name
        if self.question.targets:
            name = f"={plain_name(self.target)}" if self.target else f"{judged.score}:{name}"
        part = (None, None) if self.start is None else (str(self.start), str(self.end))
        return (judged.document, self.question.head, *part, name)


def find_item(body: FeedbackBody, judged: Judged) -> Item:
    """Find on the card what a vote is about.

    Raises:
        Refusal: 422, there is no such thing on it.

    """
    question = QUESTIONS[body.head]
    _check_part(body, question, judged)
    _check_frame(body, question)
    if not question.targets:
        if body.target is not None:
            raise wrong(f"{body.head} has no targets")
        return Item(question, body.start, body.end, body.frame)
    position = _position(body.target, judged.card["stance"])
    return Item(question, None, None, str(position), judged.card["stance"][position]["target"])


def sentence_at(start: int | None, end: int | None, card: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the sentence that stands exactly there, or None."""
    return next((s for s in card["sentences"] if (s["start"], s["end"]) == (start, end)), None)


def _position(target: int | str | None, stances: list[Mapping[str, Any]]) -> int:
    if target is None:
        raise wrong("stance needs a target: its position on the card, or its name")
    if isinstance(target, str):
        names = [stance["target"] and plain_name(stance["target"]) for stance in stances]
        if plain_name(target) not in names:
            raise wrong("the card holds no target of this name; where names are not kept, send its position")
        return names.index(plain_name(target))
    if target >= len(stances):
        raise wrong(f"the card holds {len(stances)} targets; positions begin at 0")
    return target


def _check_frame(body: FeedbackBody, question: Question) -> None:
    if question.frames and body.frame not in question.frames:
        raise wrong(f"{body.head} needs a frame; there are {', '.join(question.frames)}")
    if body.frame is not None and not question.frames:
        raise wrong(f"{body.head} has no frames")


def _check_part(body: FeedbackBody, question: Question, judged: Judged) -> None:
    if body.start is None or body.end is None:
        if question.place == "part":
            raise wrong(f"{body.head} is judged on a sentence or another part: send start and end")
        return
    if question.place == "text":
        raise wrong(f"{body.head} is judged on the whole text: send no start and end")
    if sentence_at(body.start, body.end, judged.card) is not None:
        return
    if body.verdict != "label":
        raise wrong("start and end match no scored sentence (offsets count Unicode code points)")
    if judged.text is None:
        raise wrong("the text is not kept: only its sentences can be judged")
    _check_span(body.start, body.end, judged.text)


def _check_span(start: int, end: int, text: str) -> None:
    """Refuse what cannot be a part that somebody marked; most often offsets of another counting."""
    if end > len(text):
        raise wrong(f"end lies beyond the text of {len(text)} code points")
    if not text[start:end].strip():
        raise wrong("this part holds nothing but white space")
    if _cuts(text, start) or _cuts(text, end):
        raise wrong("start or end lies within a character (offsets count Unicode code points)")


def _cuts(text: str, at: int) -> bool:
    """Say whether a border separates a mark, or what a joiner joins, from its character."""
    if not 0 < at < len(text):
        return False
    joined = _JOINER in (text[at], text[at - 1])
    return joined or unicodedata.category(text[at]).startswith("M")


def wrong(detail: str) -> Refusal:
    """Make the refusal of a vote that does not fit its scorecard."""
    return Refusal(422, detail[0].upper() + detail[1:] + ".")
