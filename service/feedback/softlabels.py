"""From votes to what training reads: soft labels, one vote a rater."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import RowMapping

from service.feedback.items import Item, Judged
from service.feedback.questions import QUESTIONS
from service.feedback.said import said_of
from service.store.targets import plain_name

_DIGITS: Final = 6
Place = tuple[str, int, int, str]


@dataclass(frozen=True, slots=True)
class Ballot:
    """One vote with the scorecard that it was given on."""

    row: RowMapping
    judged: Judged

    @property
    def item(self) -> Item:
        """What the vote is about; a target's name is None where it is not kept."""
        question, name = QUESTIONS[self.row["head"]], self.row["item"]
        target = self.judged.card["stance"][int(name)]["target"] if question.targets else None
        return Item(question, self.row["start"], self.row["end"], name, target)

    @property
    def weights(self) -> dict[str, float]:
        """One vote over the classes; "not this" is shared out evenly over all others."""
        item = self.item
        if self.row["label"] is not None:
            return {self.row["label"]: 1.0}
        wrong = said_of(item, self.judged.card).label
        left = [name for name in item.question.classes if name != wrong]
        return dict.fromkeys(left, 1 / len(left))

    @property
    def place(self) -> Place:
        """Where in its document the item stands, in the order in which items are written."""
        item = self.item
        name = plain_name(item.target or "") if item.question.targets else item.name or ""
        return (item.question.head, -1 if item.start is None else item.start, item.end or -1, name)


def items_of(ballots: Iterable[Ballot]) -> list[list[Ballot]]:
    """Group the ballots of one document by what they are about, in a fixed order."""
    found: defaultdict[Place, list[Ballot]] = defaultdict(list)
    for ballot in ballots:
        found[ballot.place].append(ballot)
    return [found[place] for place in sorted(found)]


def line_of(ballots: Sequence[Ballot], document: RowMapping) -> dict[str, Any]:
    """Return the line of one item: its place, its soft label, and what the newest card said of it."""
    newest = max(ballots, key=lambda ballot: (ballot.judged.score, ballot.row["id"]))
    item, frames = newest.item, bool(newest.item.question.frames)
    return {
        "document": newest.judged.document, "publisher": document["publisher"],
        "text": document["text"], "title": document["title"], "head": item.question.head,
        "frame": item.name if frames else None, "start": item.start, "end": item.end, "target": item.target,
        "classes": list(item.question.classes), "weights": soft_label(ballots, item.question.classes),
        "raters": len(ballots), "bundle": newest.judged.bundle,
        "scored": said_of(item, newest.judged.card).scores,
    }  # fmt: skip


def soft_label(ballots: Sequence[Ballot], classes: Sequence[str]) -> dict[str, float]:
    """Return the share of the votes that each class has."""
    votes = [ballot.weights for ballot in ballots]
    return {name: round(sum(vote.get(name, 0) for vote in votes) / len(votes), _DIGITS) for name in classes}
