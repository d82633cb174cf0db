"""Everything that is kept, or some of it, as lines of JSON or as a table, one scorecard at a time."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, Select, null, select

from service.store.answer import plain_publisher
from service.store.schema import documents, scorecards
from service.store.scores import rebuilt
from service.wire import write_json
from service.writing import COLUMNS

#: Rows that are in memory at a time.
_AT_ONCE: Final = 100
#: What a spreadsheet may take for a formula, also where it is set in full width (OWASP, CSV Injection).
_FORMULA: Final = frozenset("=+-@\t\r\n＝＋－＠")
_ABOUT: Final = (
    "document_id", "story_id", "lead", "newest", "profile", "publisher", "day", "published_at", "words",
)  # fmt: skip
_WORDS: Final = ("title", "url", "text")
Found = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which scorecards are exported, by day and publisher, and whether with the words that are kept."""

    since: date | None = None
    until: date | None = None
    publisher: str | None = None
    with_text: bool = False

    def rows(self) -> Select[Any]:
        """Select the scorecards in order of time; words that are not wanted are not even read."""
        document, card = documents.c, scorecards.c
        words = (*(document[name] for name in _WORDS), card.names)
        columns: list[ColumnElement[Any]] = [column for column in card if column is not card.names]
        columns += [document.story_id, document.published_at, document.words]
        columns += words if self.with_text else [null().label(column.name) for column in words]
        return select(*columns).join(documents).where(*self._conditions()).order_by(card.id)

    def _conditions(self) -> Iterator[ColumnElement[bool]]:
        if self.since is not None:
            yield scorecards.c.day >= self.since
        if self.until is not None:
            yield scorecards.c.day <= self.until
        if self.publisher is not None:
            yield scorecards.c.publisher == plain_publisher(self.publisher)


def lines(connection: Connection, wanted: Wanted) -> Iterator[str]:
    """Write each scorecard as one JSON object a line: the answer, and what the store knows of its document.

    Where words are not wanted, or not kept, they are null.
    """
    for row in _stream(connection, wanted):
        card = rebuilt(row)
        del card["kept"]
        about = {name: getattr(row, name) for name in _ABOUT if name not in ("profile", "words", "day")}
        yield write_json(card | about | {"url": row.url, "text": row.text}) + "\n"


def table(connection: Connection, wanted: Wanted) -> Iterator[str]:
    """Write a header, and a csv row for each scorecard; a cell that could be a formula gets an apostrophe."""
    scores = {name: take for name, take in COLUMNS.items() if wanted.with_text or name != "warnings"}
    about = _ABOUT + (_WORDS if wanted.with_text else ())
    yield _row([*scores, "created_at", *about])
    for row in _stream(connection, wanted):
        card = rebuilt(row)
        values = [take(card) for take in scores.values()]
        yield _row([*values, card["created_at"], *(getattr(row, name) for name in about)])


def _stream(connection: Connection, wanted: Wanted) -> Iterable[Found]:
    return connection.execute(wanted.rows(), execution_options={"yield_per": _AT_ONCE})


def _row(values: Iterable[Any]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(_cell(value) for value in values)
    return line.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, str) and (value[:1] in _FORMULA or value.lstrip()[:1] in _FORMULA):
        return f"'{value}"
    return value
