"""Whether the tables are those that this program knows, and how they become so."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, insert, inspect, select, text
from sqlalchemy.exc import SQLAlchemyError

from service.store.database import Database, StoreUnusable, cause
from service.store.failures import StoreUnavailable
from service.store.schema import install
from service.store.secret import SecretUnusable, digest

#: The steps under migrations/versions, in order. Named here too, so that a start need not import Alembic.
REVISIONS: Final = ("0001", "0002")
_HELP: Final = "run: slantwise db upgrade"
_SECRET: Final = install.c.name == "secret"


def prepare(database: Database) -> None:
    """Make a store ready: an embedded database is brought up to date, any other must be.

    Raises:
        StoreUnusable: it cannot be reached, is newer than this program, or older and not embedded.

    """
    if database.embedded and _found(database) != REVISIONS[-1]:
        upgrade(database)
    check(database)


def check(database: Database) -> str:
    """Return the revision of the tables, after making sure that this program can work with them.

    Raises:
        StoreUnusable: they are missing, older or newer, cannot be reached, or need another secret.

    """
    found = _found(database)
    if found is None:
        raise StoreUnusable(f"{database.name} holds no tables yet; {_HELP}")
    _refuse_foreign(database, found)
    if found != REVISIONS[-1]:
        raise StoreUnusable(f"{database.name} is at {found}, this program needs {REVISIONS[-1]}; {_HELP}")
    with _explained(database), database.read() as connection:
        _check_secret(database, connection.scalar(select(install.c.value).where(_SECRET)))
    return found


def upgrade(database: Database) -> str:
    """Bring the tables up to date, whole or not at all; of several that try at once, one does it.

    Raises:
        StoreUnusable: they are newer than this program, or the database does not allow it.

    """
    import_module("alembic.command")  # takes a second on a busy machine; not while the others wait
    with _explained(database), database.begin() as connection:
        found = _revision(connection)
        _refuse_foreign(database, found)
        if found != REVISIONS[-1]:
            _migrate(connection)
        if found is None:
            connection.execute(insert(install).values(name="secret", value=digest(b"check")))
    return REVISIONS[-1]


@contextmanager
def _explained(database: Database) -> Iterator[None]:
    """Say of any failure which database it was, and what its driver said."""
    try:
        yield
    except (SQLAlchemyError, StoreUnavailable) as error:
        said = error.__cause__ if isinstance(error, StoreUnavailable) else error
        raise StoreUnusable(f"{database.name} cannot be used: {cause(said)}") from None
    except SecretUnusable as error:
        raise StoreUnusable(f"{database.name} cannot be used: {error}") from None


def _found(database: Database) -> str | None:
    if database.embedded and not Path(database.url.database or "").exists():
        return None
    with _explained(database), database.read() as connection:
        return _revision(connection)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return str(found) if found else None


def _refuse_foreign(database: Database, found: str | None) -> None:
    if found is not None and found not in REVISIONS:
        raise StoreUnusable(
            f"{database.name} is at {found}, which this program does not know; a newer program made it"
        )


def _check_secret(database: Database, kept: bytes | None) -> None:
    """Refuse a secret that is not the one the store was made with: it would find no document again."""
    if kept != digest(b"check"):
        raise StoreUnusable(
            f"{database.name} was made with another secret; put the file secret back into SLANTWISE_HOME"
        )


def _migrate(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "service.store:migrations")
    command.upgrade(config, "head")
