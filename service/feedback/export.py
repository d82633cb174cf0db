"""``slantwise feedback export``: accepted votes as the versioned JSON lines that training reads."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, select

from service.demo.outlets import DOMAINS
from service.feedback.files import whole_file
from service.feedback.softlabels import Ballot, items_of, line_of
from service.feedback.stored import judged_of
from service.feedback.votes import count_by_status
from service.store.schema import documents, feedback
from service.wire import write_json

FORMAT: Final = "slantwise-feedback"
VERSION: Final = 1


@dataclass(slots=True)
class Exported:
    """What was written, and how many votes were left out, by reason."""

    items: int = 0
    votes: int = 0
    left_out: Counter[str] = field(default_factory=Counter)


def export(connection: Connection, path: Path, bundle: str | None, since: datetime | None = None) -> Exported:
    """Write one line for each judged item whose votes are accepted and whose text is kept.

    Votes on articles of the demo are left out. ``since`` leaves out items on which no vote was given
    from then on. The file is whole or not there, only its owner may read it, and the same votes give
    the same lines.

    Raises:
        OSError: it cannot be written; what stood there before stands.

    """
    done = Exported()
    for status, count in count_by_status(connection, []).items():
        if status != "accepted":
            done.left_out[status] = count
    now = datetime.now(UTC).isoformat(timespec="seconds")
    head = {"format": FORMAT, "version": VERSION, "created_at": now, "bundle": bundle}
    with whole_file(path) as file:
        file.write(write_json(head) + "\n")
        for line in _lines(connection, since, done):
            file.write(write_json(line) + "\n")
    return done


def bundle_in_use() -> str | None:
    """Return the version of the bundle in use on this machine, or None where none can be used."""
    from models.bundle_files import BundleRejected
    from models.pointer import current_bundle_path

    try:
        return current_bundle_path().name
    except BundleRejected:
        return None


def _lines(connection: Connection, since: datetime | None, done: Exported) -> Iterator[Mapping[str, Any]]:
    accepted = (
        select(feedback)
        .where(feedback.c.status == "accepted")
        .order_by(feedback.c.document_id, feedback.c.id)
    )
    rows = connection.execution_options(yield_per=1_000).execute(accepted).mappings()
    for document_id, votes in groupby(rows, key=itemgetter("document_id")):
        own = select(documents).where(documents.c.id == document_id)
        document = connection.execute(own).mappings().one()
        if document["publisher"] in DOMAINS:  # invented texts teach nothing of the real
            done.left_out["on the demo"] += len([*votes])
            continue
        if document["text"] is None:
            done.left_out["text not kept"] += len([*votes])
            continue
        yield from _items(connection, [*votes], document, since, done)


def _items(
    connection: Connection,
    votes: list[RowMapping],
    document: RowMapping,
    since: datetime | None,
    done: Exported,
) -> Iterator[Mapping[str, Any]]:
    cards = judged_of(connection, {vote["scorecard_id"] for vote in votes})
    for ballots in items_of(Ballot(vote, cards[vote["scorecard_id"]]) for vote in votes):
        item = ballots[0].item
        if item.question.targets and item.target is None:
            done.left_out["target's name not kept"] += len(ballots)
        elif since and all(ballot.row["created_at"] < since for ballot in ballots):
            done.left_out["older"] += len(ballots)
        else:
            done.items += 1
            done.votes += len(ballots)
            yield line_of(ballots, document)
