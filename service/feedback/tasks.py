"""``slantwise feedback tasks``: kept texts as tasks of Label Studio, and the interface that fits them."""

from collections.abc import Iterable, Iterator
from typing import Any
from xml.sax.saxutils import quoteattr

from sqlalchemy import Connection, func, select

from models.labels import POLICY_FRAMES, SENTENCE_SIGNALS
from service.feedback.questions import QUESTIONS
from service.store.schema import documents, scorecards


def tasks(connection: Connection, limit: int) -> list[dict[str, Any]]:
    """Return the newest documents whose text is kept, each with its newest scorecard."""
    newest = (
        select(scorecards.c.document_id, func.max(scorecards.c.id).label("score"))
        .group_by(scorecards.c.document_id)
        .subquery()
    )
    shown = (
        select(newest.c.score, documents.c.title, documents.c.publisher, documents.c.text)
        .join(documents, documents.c.id == newest.c.document_id)
        .where(documents.c.text.is_not(None))
        .order_by(documents.c.id.desc())
        .limit(limit)
    )
    return [
        {"data": {name: value or "" for name, value in row.items()}}
        for row in connection.execute(shown).mappings()
    ]


def interface() -> str:
    """Return the labelling interface whose answers can be imported: controls are named after heads."""
    whole = [question for question in QUESTIONS.values() if question.place != "part" and not question.targets]
    lines = [
        "<View>",
        "  <Style>.htx-text { white-space: pre-wrap; }</Style>",
        '  <Header value="$title"/>',
        '  <Labels name="parts" toName="text">',
        *_each("Label", (*SENTENCE_SIGNALS, *POLICY_FRAMES)),
        "  </Labels>",
        '  <Text name="text" value="$text"/>',
    ]
    for question in whole:
        choice = "multiple" if question.frames else "single"
        lines += [
            f"  <Header value={quoteattr(question.head)}/>",
            f'  <Choices name="{question.head}" toName="text" choice="{choice}">',
            *_each("Choice", question.frames or question.classes),
            "  </Choices>",
        ]
    return "\n".join([*lines, "</View>", ""])


def _each(tag: str, values: Iterable[str]) -> Iterator[str]:
    return (f"    <{tag} value={quoteattr(value)}/>" for value in values)
