"""Who did what to what: one row and one JSON log line for each act, and never a word of any text."""

import json
import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Connection, event, insert, select
from ulid import ULID

from service.store.database import Database
from service.store.schema import audit

Action = Literal[
    "delete", "key.create", "key.revoke", "publish", "rollback", "feedback.review", "feedback.erase",
    "target.add", "target.delete", "demo.add", "demo.remove",
]  # fmt: skip

log = logging.getLogger("slantwise.audit")


def record(
    where: Connection | Database, actor: str, action: Action, object_id: str | None, outcome: str
) -> None:
    """Write down one act, in the transaction of the act where a connection is given; a row and a log line.

    ``actor`` is the id of a key, ``local``, ``open`` or ``cli``; ``object_id`` an id or the name of a
    bundle, never a title, a name or a text; ``outcome`` a word such as ``done`` or ``absent``.
    """
    if isinstance(where, Database):
        with where.begin() as connection:
            record(connection, actor, action, object_id, outcome)
        return
    said = {"actor": actor, "action": action, "object": object_id, "outcome": outcome}
    now = datetime.now(UTC)
    where.execute(insert(audit).values(id=str(ULID()), at=now, **said))
    line = json.dumps({"at": now.isoformat(timespec="milliseconds"), **said})
    event.listen(where, "commit", lambda _: log.info(line), once=True)


def last(connection: Connection, count: int) -> Sequence[dict[str, Any]]:
    """Return the newest acts, the newest first."""
    newest = select(audit).order_by(audit.c.id.desc()).limit(count)
    return [dict(row) for row in connection.execute(newest).mappings()]
