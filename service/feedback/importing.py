"""``slantwise feedback import``: the votes of a Label Studio export, each checked as any other vote."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError
from sqlalchemy import Connection, select, update

from service.feedback.bodies import FeedbackBody
from service.feedback.items import Judged
from service.feedback.labelstudio import (
    Annotation,
    NotUnderstood,
    is_finished,
    read_annotation,
    read_tasks,
    task_data,
)
from service.feedback.offsets import fit_offsets
from service.feedback.raters import rater_hash
from service.feedback.reputation import REVIEWED
from service.feedback.stored import find_judged
from service.feedback.votes import Values, give, vote_values
from service.problems import Refusal, describe
from service.queries import is_id
from service.store.answer import identity_of
from service.store.audit import record
from service.store.database import Database
from service.store.schema import documents, feedback, scorecards
from service.wire import read_json

MAX_BYTES: Final = 268_435_456


@dataclass(slots=True)
class Imported:
    """What came of a file: votes by outcome, what was left out, and each problem with its place."""

    votes: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Importer:
    """One import: where to, from which Label Studio, and whether its votes were reviewed already."""

    database: Database
    source: str
    reviewed: bool
    done: Imported = field(default_factory=Imported)

    def run(self, path: Path) -> Imported:
        """Import a file, one transaction a task: what is ill-formed is told by its place, the rest is kept.

        Doing it again changes nothing, so a run that broke off is simply repeated.

        Raises:
            NotUnderstood: it is too large, no JSON, or no export of Label Studio.

        """
        for number, task in enumerate(read_tasks(_read(path)), start=1):
            try:
                self._task(number, task)
            except NotUnderstood as error:
                self.done.problems.append(f"task {number}: {error}")
        if self.reviewed and self.done.votes:
            told = f"accepted {self.done.votes.total()}"
            record(self.database, "cli", "feedback.review", self.source, told)
        return self.done

    def _task(self, number: int, task: Any) -> None:
        data = task_data(task)
        annotations = task.get("annotations")
        if not isinstance(annotations, list):
            raise NotUnderstood("it holds no annotations")
        with self.database.read() as connection:
            judged = _find(connection, data)
        found = [*self._votes(number, annotations, data, judged)]
        if found:
            with self.database.begin() as connection:
                for values in found:
                    self.done.votes[_keep(connection, values, self.reviewed)] += 1

    def _votes(
        self, number: int, annotations: list[Any], data: Mapping[str, Any], judged: Judged
    ) -> Iterator[Values]:
        for place, raw in enumerate(annotations, start=1):
            if not is_finished(raw):
                self.done.left_out["skipped or empty annotations"] += 1
                continue
            try:
                annotation = read_annotation(raw, data.get("target"))
            except NotUnderstood as error:
                self.done.problems.append(f"task {number}, annotation {place}: {error}")
                continue
            self.done.left_out.update(annotation.ignored)
            yield from self._marks(f"task {number}, annotation {place}", annotation, judged)

    def _marks(self, place: str, annotation: Annotation, judged: Judged) -> Iterator[Values]:
        for number, (fields, words) in enumerate(annotation.marks, start=1):
            try:
                moved = fit_offsets(fields, words, judged.text)
                body = FeedbackBody.model_validate(
                    {**moved, "score": judged.score, "rater": annotation.annotator}
                )
                yield vote_values(body, judged, rater_hash(self.source, body.rater), self.source)
            except (NotUnderstood, Refusal, ValidationError) as error:
                said = str(error) if isinstance(error, NotUnderstood) else describe(error).detail
                self.done.problems.append(f"{place}, mark {number}: {said}")


def _read(path: Path) -> Any:
    if path.stat().st_size > MAX_BYTES:
        raise NotUnderstood(f"the file is over {MAX_BYTES} bytes; export it in parts")
    try:
        return read_json(path.read_bytes())
    except ValueError:
        raise NotUnderstood("the file is not JSON in UTF-8; export from Label Studio as JSON") from None


def _find(connection: Connection, data: Mapping[str, Any]) -> Judged:
    """Return the scorecard that a task names, or the newest one of the very text that it shows."""
    score, text = data.get("score"), data.get("text")
    if score is None and isinstance(text, str):
        score = _score_of(connection, data, text)
    judged = find_judged(connection, score) if isinstance(score, str) and is_id(score) else None
    if judged is None:
        raise NotUnderstood("neither its score nor its text is known here")
    if judged.text is not None and text is not None and text != judged.text:
        raise NotUnderstood("its text is not the text of the score that it names")
    return judged


def _score_of(connection: Connection, data: Mapping[str, Any], text: str) -> str | None:
    named = [data.get(name) or None for name in ("publisher", "title")]
    if not all(name is None or isinstance(name, str) for name in named):
        return None
    try:
        identity = identity_of(named[0], named[1], text)
    except UnicodeEncodeError:
        return None
    newest = select(scorecards.c.id).join(documents).where(documents.c.identity == identity)
    return connection.scalar(newest.order_by(scorecards.c.id.desc()).limit(1))


def _keep(connection: Connection, values: Values, reviewed: bool) -> str:
    given = give(connection, values)
    if reviewed and given.row["why"] != REVIEWED:
        mine = feedback.c.id == given.row["id"]
        connection.execute(update(feedback).where(mine).values(status="accepted", why=REVIEWED))
    return "new" if given.new else "known before"
