"""What ``slantwise score`` does: the items of each file through the scorer, in order."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import click
from pydantic import ValidationError

from models.home import slantwise_home
from models.request import UnscorableInput
from service import loading
from service.lines import failed_line
from service.problems import Refusal, log_failure
from service.reading import Item, read_items, read_rows
from service.settings import Settings
from service.store.failures import StoreUnusable
from service.storing import kept, store_mode
from service.wire import write_json
from service.writing import Table

if TYPE_CHECKING:
    from service.store.keeping import Store

Answer = dict[str, Any]


class ScoreRun:
    """One call of the command: a scorer, what holds where a request does not say, and how many failed."""

    def __init__(self, settings: Settings, profile: str, store: str) -> None:
        self.failures = 0
        self._settings = settings
        self._profile = profile
        self._keeps = store
        self._scorer = loading.load_scorer(settings)

    def files(self, paths: Sequence[str]) -> None:
        """Score each item of each file and write one JSON object a line."""
        for path in paths:
            for answer in self._file(path):
                _write(write_json(answer) + "\n")

    def table(self, path: str, column: str) -> None:
        """Score one column of a csv and write the csv with score columns.

        Raises:
            click.ClickException: the file is no csv in UTF-8, or has no such column.

        """
        try:
            with click.open_file(path, "rb") as stream:
                columns, rows = read_rows(stream)
        except Refusal as error:
            raise click.ClickException(f"{path}: {error.detail}") from None
        if column not in columns:
            raise click.ClickException(f"{path}: no column {column!r}; there are: {', '.join(columns)}")
        table = Table(columns)
        _write(table.header())
        for number, row in enumerate(rows, start=1):
            answer = self._answer(Item(path, number, {"text": row[column] or ""}, self._profile))
            _write(table.failed(row, answer) if "status" in answer else table.scored(row, answer))

    def _file(self, path: str) -> Iterator[Answer]:
        with click.open_file(path, "rb") as stream:
            try:
                for item in read_items(path, stream, self._profile):
                    yield self._answer(item)
            except Refusal as error:
                yield self._failed(error, path, None)

    def _answer(self, item: Item) -> Answer:
        try:
            body = item.body()
            mode = store_mode(body, self._settings, self._keeps)
            store = None if mode == "none" else self._store
            return kept(store, self._scorer.score(body.to_request()), body, mode).to_json()
        except (Refusal, ValidationError, UnscorableInput) as error:
            return self._failed(error, item.file, item.line)
        except StoreUnusable as error:
            return self._failed(Refusal(503, str(error)), item.file, item.line)
        except Exception as error:
            log_failure(error)
            return self._failed(error, item.file, item.line)

    @cached_property
    def _store(self) -> "Store":
        """The store, opened when the first item is to be kept."""
        from service.store.database import database_at
        from service.store.keeping import Store
        from service.store.revision import prepare

        database = database_at(self._settings.database_url, slantwise_home())
        prepare(database)
        return Store(database, self._settings.text_retention_days)

    def _failed(self, error: Exception, file: str, line: int | None) -> Answer:
        self.failures += 1
        answer = failed_line(error, line, file)
        place = file if line is None else f"{file}:{line}"
        click.echo(f"{place}: {answer['detail']}", err=True)
        return answer


def _write(text: str) -> None:
    """Write UTF-8, whatever the terminal is set to."""
    click.echo(text.encode(), nl=False)
