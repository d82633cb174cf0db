"""How far raters agree beyond chance: Krippendorff's alpha for each head, on nominal labels.

Krippendorff 2004, "Content Analysis", chapter 11; computed by NLTK.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from service.feedback.questions import QUESTIONS
from service.feedback.reputation import Subject, Vote

NoAlpha = Literal["no_overlap", "one_label"]
#: Held votes may be an attack, and rejected ones were found wrong.
COUNTED: Final = ("pending", "accepted")
_DIGITS: Final = 4


@dataclass(frozen=True, slots=True)
class HeadAgreement:
    """Alpha of one head over the items that two or more raters labelled, and how many those are.

    ``alpha`` is None where ``reason`` says why there is none: no such item, or one label throughout.
    ``votes`` and ``raters`` count what alpha is made of, ``single`` the items that one rater labelled.
    """

    head: str
    alpha: float | None
    reason: NoAlpha | None
    items: int
    votes: int
    raters: int
    single: int


def agreement(votes: Iterable[Vote]) -> list[HeadAgreement]:
    """Return the agreement on every head; votes for "not this" name no label, and are left out."""
    said: dict[str, defaultdict[Subject, dict[bytes, str]]] = {head: defaultdict(dict) for head in QUESTIONS}
    for vote in votes:
        if vote.label is not None and vote.status in COUNTED:
            said[str(vote.item[1])][vote.item][vote.rater] = vote.label
    return [_of_head(head, list(items.values())) for head, items in said.items()]


def _of_head(head: str, items: list[dict[bytes, str]]) -> HeadAgreement:
    shared = [labels for labels in items if len(labels) > 1]
    reason: NoAlpha | None = None
    if not shared:
        reason = "no_overlap"
    elif len({label for labels in shared for label in labels.values()}) == 1:
        reason = "one_label"
    return HeadAgreement(
        head, None if reason else _alpha(shared), reason, len(shared), sum(map(len, shared)),
        len({rater for labels in shared for rater in labels}), len(items) - len(shared),
    )  # fmt: skip


def _alpha(items: list[dict[bytes, str]]) -> float:
    from nltk.metrics.agreement import AnnotationTask  # two seconds, and scikit-learn with it

    triples = [(rater, i, label) for i, labels in enumerate(items) for rater, label in labels.items()]
    return round(float(AnnotationTask(data=triples).alpha()), _DIGITS)
