"""What a person is asked about a score, and what they said of it before: the votes of the Article page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self

from sqlalchemy import RowMapping

from models.labels import SENTENCE_SIGNALS
from service.dashboard.view_said import words
from service.dashboard.view_sentences import Sentence
from service.feedback.items import Item, Judged
from service.feedback.questions import NO_YES, QUESTIONS
from service.feedback.said import said_of
from service.feedback.votes import claim_of

Row = Mapping[str, Any] | RowMapping
#: Fields of a form, and of a vote, that say what is judged.
ABOUT: Final = ("head", "start", "end", "frame", "target")
#: No offset or position has more digits; a longer number is none of ours, and no integer is made of it.
_DIGITS: Final = 18
_SAID: Final = {"agree": "You agree", "disagree": "You disagree"}
_STANDING: Final = {
    "pending": "waits for review", "accepted": "accepted", "held": "held back for review",
    "rejected": "rejected",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mine:
    """What a rater said of a thing before; ``vote`` is what a form sends to say it again."""

    id: str
    verdict: str
    label: str | None
    vote: str
    said: str
    standing: str
    note: str

    @classmethod
    def of(cls, row: Row) -> Self:
        """Put a row of the store into words."""
        verdict, label = row["verdict"], row["label"]
        vote = verdict if verdict == "agree" or label is None else f"{verdict}:{label}"
        said = _SAID.get(verdict, f"You said {words(str(label))}")
        standing = _STANDING.get(row["status"], row["status"])
        return cls(row["id"], verdict, label, vote, said, str(standing), row["note"] or "")


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing that can be judged: what it is about, and what the scorecard said (None: no label).

    ``name`` tells it from the other questions of a page, ``fields`` are what a vote on it names;
    ``score`` is the number behind what was said, of a question of yes and no that of yes.
    """

    name: str
    about: str
    said: str | None
    score: float | None
    classes: tuple[str, ...]
    fields: Mapping[str, str]
    mine: Mine | None

    @property
    def binary(self) -> bool:
        """Whether it is a question to be answered with yes or no."""
        return self.classes == NO_YES

    @property
    def others(self) -> tuple[str, ...]:
        """The classes that the scorecard did not name."""
        return tuple(name for name in self.classes if name != self.said)


@dataclass(frozen=True, slots=True)
class Asker:
    """Makes the questions about one scorecard, for one rater who may have judged before."""

    judged: Judged
    rater: bytes | None = None
    own: Mapping[bytes, Mapping[str, Any]] = field(default_factory=dict)

    def of_text(self, head: str, frame: str | None = None) -> Ask:
        """Ask about the whole text, or one of its frames."""
        return self.of_item(Item(QUESTIONS[head], None, None, frame))

    def of_target(self, position: int, name: str | None) -> Ask:
        """Ask about the stance towards a target."""
        return self.of_item(Item(QUESTIONS["stance"], None, None, str(position), name))

    def of_sentence(self, sentence: Sentence, signal: str) -> Ask:
        """Ask whether a sentence shows a signal, or a policy frame."""
        return self.of_item(_item(sentence, signal))

    def of_item(self, item: Item) -> Ask:
        """Ask about anything that can be judged."""
        question, said = item.question, said_of(item, self.judged.card)
        scored = "yes" if question.binary else said.label
        fields = {
            "head": question.head, "start": item.start, "end": item.end,
            "frame": item.name if question.frames else None,
            "target": item.name if question.targets else None,
        }  # fmt: skip
        at = None if item.start is None else str(item.start)
        name = "-".join(filter(None, ("ask", question.head, item.name, at)))
        return Ask(
            name, _about(item), said.label, (said.scores or {}).get(scored or ""), question.classes,
            {key: str(value) for key, value in fields.items() if value is not None}, self.mine(item),
        )  # fmt: skip

    def mine(self, item: Item) -> Mine | None:
        """Return what the rater said of a thing before."""
        if self.rater is None or not self.own:
            return None
        row = self.own.get(claim_of(self.rater, item, self.judged))
        return None if row is None else Mine.of(row)

    def mine_of_sentence(self, sentence: Sentence, signal: str) -> Mine | None:
        """Return what the rater said of a sentence before."""
        return self.mine(_item(sentence, signal))


def _about(item: Item) -> str:
    if item.question.targets:
        return f"stance towards {item.target or f'target {int(item.name or 0) + 1}'}"
    return f"{words(item.name)} frame" if item.name else words(item.question.head)


def _item(sentence: Sentence, signal: str) -> Item:
    if signal in SENTENCE_SIGNALS:
        return Item(QUESTIONS[signal], sentence["start"], sentence["end"])
    return Item(QUESTIONS["policy_frames"], sentence["start"], sentence["end"], signal)


def vote_fields(form: Mapping[str, str], score: str) -> dict[str, Any]:
    """Return a vote as the API would take it, from a form: numbers as numbers, what is empty left out."""
    verdict, _, label = form.get("vote", "").partition(":")
    label = label or ("" if verdict == "agree" else form.get("label", ""))
    given = {name: form.get(name, "") for name in (*ABOUT, "rater", "note")} | {"label": label}
    body: dict[str, Any] = {name: value for name, value in given.items() if value.strip()}
    for name in ("start", "end", "target"):
        said = body.get(name, "")
        if said.isdecimal() and len(said) <= _DIGITS:
            body[name] = int(said)
    return body | {"score": score, "verdict": verdict}
