"""How advocacy scores are spread: texts by steps of the score, and what was said of them."""

from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, func, literal_column, select, union_all

from models.labels import ADVOCACY
from service.store.answer import FRAME_BITS
from service.store.cells import Question
from service.store.figures import FEWEST, Said
from service.store.schema import scorecards

#: Steps into which the scale from 0 to 1 is cut.
STEPS: Final = 20
LABELS: Final = (f"not_{ADVOCACY}", ADVOCACY, None)


def spread(connection: Connection, question: Question) -> list[Said] | None:
    """Count the texts of a question (its groups aside) by steps of their advocacy score and by label.

    A step holds its lower end, the last one both. Texts without a score are in none; those whose score
    was too close to call, or unlike all training, have a score and no label. Newest scorecards count, of
    near-duplicates the first unless copies are counted. None for named publishers with fewer than
    ``FEWEST`` labelled texts.
    """
    counted = connection.execute(union_all(*(_step(question, step) for step in range(STEPS)))).all()
    found = [
        {"low": step / STEPS, "high": (step + 1) / STEPS, "label": label, "texts": int(number)}
        for step, *numbers in sorted(counted)
        for label, number in zip(LABELS, numbers, strict=True)
        if number
    ]
    if question.named and sum(one["texts"] for one in found if one["label"]) < FEWEST:
        return None
    return found


def _step(question: Question, step: int) -> Select[Any]:
    """Count one step by label; each is one run through the index, so that nothing has to be sorted."""
    c = scorecards.c
    numbers: list[Any] = [
        func.count().filter(c.advocacy_label.is_not_distinct_from(label)) for label in LABELS
    ]
    within = [c.advocacy >= step / STEPS] + [c.advocacy < (step + 1) / STEPS] * (step < STEPS - 1)
    return select(literal_column(str(step)).label("step"), *numbers).where(*within, *_which(question))


def _which(question: Question) -> list[ColumnElement[bool]]:
    c = scorecards.c
    found: list[ColumnElement[bool]] = [c.bundle == question.bundle, c.profile == question.profile]
    found += [c.day >= question.start] if question.start else []
    found += [c.day <= question.end] if question.end else []
    found.append(c.newest.is_(True))
    found += [c.lead.is_(True)] if question.count == "stories" else []
    found += [func.coalesce(c.publisher, "").in_(question.publishers)] if question.publishers else []
    found += [c.source_type == question.source_type] if question.source_type else []
    found += [_framed(question.frame)] if question.frame else []
    return found


def _framed(frame: str) -> Any:
    bit = scorecards.c.frames.bitwise_and(FRAME_BITS[frame])
    return bit != 0
