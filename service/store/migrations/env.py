"""Alembic's way in: on the connection that is given, or for a developer on the database of the settings."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection

from models.home import slantwise_home
from service.settings import settings_from
from service.store.database import database_at
from service.store.schema import Moment, metadata


def _render(kind: str, value: Any, _: object) -> str | Literal[False]:
    """Write our own type of time as what it is in the database."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(value, Moment) else False


def _run(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=metadata, render_item=_render)
    with context.begin_transaction():
        context.run_migrations()


_given: Connection | None = context.config.attributes.get("connection")
if _given is not None:
    _run(_given)
else:
    _database = database_at(settings_from().database_url, slantwise_home())
    with _database.begin() as _own:
        _run(_own)
    _database.close()
