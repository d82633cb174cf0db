"""From judgements to training samples: one a class that somebody voted for, weighed by its votes."""

import re
from collections.abc import Iterator
from typing import Any, Final

from models.clean import from_text
from models.labels import ADVOCACY
from models.targets import MAX_MENTIONS
from training.feedback_data import SPEC_OF, Judgement, classes_of
from training.reading import digest
from training.samples import FEEDBACK, Kind, Sample

#: A text to learn from and, for a stance, where its target stands in it.
Place = tuple[str, tuple[int, int] | None]

KINDS: Final[dict[str, Kind]] = {"sentence": "sentence", "document": "document", "mention": "pair"}
#: Advocacy is graded from 0 to 4; a vote says only on which side of 3 a text stands.
GRADES: Final = {"no": 0, "yes": 4}


def trust(raters: int) -> float:
    """Return what a judgement weighs before any bound: 1/2 for one rater, 2/3 for two, never 1."""
    return raters / (raters + 1)


def why_not(judgement: Judgement) -> str | None:
    """Return why a judgement can teach nothing (a key of REASONS in feedback_sift), or None."""
    wanted = "document" if judgement.head == ADVOCACY else SPEC_OF[judgement.head].space
    if wanted == "sentence" and judgement.start is None:
        return "needs_a_part"
    if wanted == "document" and judgement.start is not None:
        return "needs_the_whole"
    if wanted == "mention" and not mentions(judgement):
        return "target_absent"
    return None


def samples_of(judgement: Judgement) -> list[Sample]:
    """Return a sample for each class with a share of the votes, in each place where it applies.

    A stance towards a target is taught by the sentences that name it, at most MAX_MENTIONS, which share
    the weight. ``meta`` holds the ``weight``, the number of ``raters``, the ``line`` of the file, the frames
    that were ``judged``, and whether the class won (``top``; none does where votes are even).
    """
    best = max(judgement.weights.values())
    won = [name for name, share in judgement.weights.items() if share == best]
    places: list[Place] = mentions(judgement) if judgement.target else [(judgement.part, None)]
    found = []
    for number, place in enumerate(places):
        for name in classes_of(judgement.head):
            share = judgement.weights.get(name, 0.0)
            if share > 0:
                meta = {
                    "weight": trust(judgement.raters) * share / len(places),
                    "raters": judgement.raters,
                    "line": judgement.line,
                    "top": won == [name],
                } | ({"judged": (judgement.frame,)} if judgement.frame else {})
                found.append(_sample(judgement, place, name, f"{number}:{name}", meta))
    return found


def _sample(judgement: Judgement, place: Place, label: str, end: str, meta: dict[str, Any]) -> Sample:
    head = judgement.head
    kind: Kind = "document" if head == ADVOCACY else KINDS[SPEC_OF[head].space]
    where = "" if judgement.start is None else f"{judgement.start}-{judgement.end}"
    what = judgement.frame or ("" if judgement.target is None else digest(judgement.target))
    return Sample(
        FEEDBACK, f"{judgement.document}:{head}:{what}:{where}:{end}", kind, place[0],
        {head: _label(judgement, label)}, group=judgement.document,
        title=judgement.title if kind == "document" else None, publisher=judgement.publisher, target=place[1],
        meta=meta,
    )  # fmt: skip


def _label(judgement: Judgement, name: str) -> Any:
    if judgement.head == ADVOCACY:
        return GRADES[name]
    if judgement.frame is not None:
        return (judgement.frame,) if name == "yes" else ()
    return name if SPEC_OF[judgement.head].kind == "multiclass" else int(name == "yes")


def mentions(judgement: Judgement) -> list[Place]:
    """Return the sentences that name the target, each with the place of the name in it."""
    return list(_mentions(judgement))[:MAX_MENTIONS]


def _mentions(judgement: Judgement) -> Iterator[Place]:
    name = " ".join((judgement.target or "").split())
    surname = name.rsplit(" ", 1)[-1]
    forms = [name, surname] if len(surname) > 2 and surname[0].isupper() else [name]
    pattern = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, forms)) + r")(?!\w)")
    for sentence in from_text(judgement.text, None, judgement.publisher).sentences:
        start, end = sentence.start, sentence.end
        if judgement.start is not None and not judgement.start <= start < (judgement.end or 0):
            continue
        match = pattern.search(judgement.text[start:end])
        if match and sentence.english:
            yield judgement.text[start:end], match.span()
