"""The database: SQLite in SLANTWISE_HOME unless a URL says otherwise; one writer at a time in either."""

import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, create_engine, event, make_url, text
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    ProgrammingError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from service.store.failures import StoreUnavailable, StoreUnusable

__all__ = ["Database", "StoreUnavailable", "StoreUnusable", "database_at"]

FILE: Final = "slantwise.db"
KINDS: Final = ("sqlite", "postgresql", "sqlite+pysqlite", "postgresql+psycopg")
#: How long a writer waits for the one before it.
WAIT_MS: Final = 5_000
_WRITE: Final = "slantwise_write"
#: Any number: it names the lock that our writers share on a PostgreSQL server.
_WRITERS: Final = 7_237_159_460_172_645
#: What is wrong with a statement, not with the database.
_OURS: Final = (DataError, IntegrityError, ProgrammingError)

log = logging.getLogger("slantwise.store")


class Database:
    """One database: ``begin`` to write, ``read`` for a consistent look that holds nobody up.

    Raises:
        StoreUnusable: the URL is none that this program can use.

    """

    def __init__(self, url: str | URL, wait_ms: int = WAIT_MS) -> None:
        self.url = _checked(url)
        self.embedded = self.url.get_backend_name() == "sqlite"
        self._wait_ms = wait_ms
        more = {} if self.embedded else {"pool_pre_ping": True, "connect_args": {"connect_timeout": 5}}
        # Last in, first out: SQLite's cache of pages is good as long as the same connection goes on writing.
        pool = {"pool_size": 5, "max_overflow": 25, "pool_timeout": wait_ms / 1000, "pool_use_lifo": True}
        self.engine = create_engine(self.url, hide_parameters=True, **pool, **more)
        if self.embedded:
            event.listen(self.engine, "do_connect", self._create_private)
            event.listen(self.engine, "connect", self._prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
        else:
            event.listen(self.engine, "connect", self._prepare_postgresql)
        self._writer = self.engine.execution_options(**{_WRITE: True})
        steady = {} if self.embedded else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        self._reader = self.engine.execution_options(**steady)

    @property
    def name(self) -> str:
        """What may be shown: the URL without a password."""
        return self.url.render_as_string(hide_password=True)

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """Open a transaction that writes, and commit it at the end; what it reads stays true until then.

        There is one writer at a time, as SQLite has it, on PostgreSQL too: keep it short.

        Raises:
            StoreUnavailable: it is locked, full or gone; nothing was written.

        """
        with _told_apart(), self._writer.begin() as connection:
            if not self.embedded:
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _WRITERS})
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Open a transaction that only reads: everything in it is of one moment.

        Raises:
            StoreUnavailable: it is gone, or no connection is free.

        """
        with _told_apart(), self._reader.connect() as connection:
            yield connection

    def forget_deleted(self) -> None:
        """Empty SQLite's write-ahead log, where a deleted text outlives its row, unless somebody reads it."""
        if self.embedded:
            with suppress(SQLAlchemyError), closing(self.engine.raw_connection()) as raw:
                # It holds up other writers, so it does not wait long.
                for pragma in (
                    "busy_timeout=200",
                    "wal_checkpoint(TRUNCATE)",
                    f"busy_timeout={self._wait_ms}",
                ):
                    with suppress(sqlite3.Error):
                        raw.cursor().execute(f"PRAGMA {pragma}").fetchall()

    def close(self) -> None:
        """Close every connection that is not in use."""
        self.engine.dispose()

    # --- how a connection is made --------------------------------------------------------------------

    def _create_private(self, *_: object) -> None:
        """Make SQLite's file for its owner only (its logs take over the mode); SQLite tells what fails."""
        path = Path(self.url.database or "")
        with suppress(OSError):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))

    def _prepare_sqlite(self, raw: Any, record: object) -> None:
        raw.isolation_level = None  # the driver begins nothing by itself
        for pragma in (
            f"busy_timeout={self._wait_ms}", "journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON",
            "secure_delete=ON",
        ):  # fmt: skip
            raw.execute(f"PRAGMA {pragma}")

    def _prepare_postgresql(self, raw: Any, record: object) -> None:
        raw.autocommit = True
        raw.execute(f"SET lock_timeout = {self._wait_ms}")
        raw.autocommit = False


def database_at(url: str, home: Path) -> Database:
    """Return the database that a setting names; empty means the embedded one.

    Raises:
        StoreUnusable: the URL is none that this program can use.

    """
    return Database(url or URL.create("sqlite", database=str(home / FILE)))


def cause(error: BaseException | None) -> str:
    """Return the driver's own sentence, in one line."""
    return " ".join(str(getattr(error, "orig", None) or error).split())


@contextmanager
def _told_apart() -> Iterator[None]:
    """Tell a database that fails from a statement that is wrong."""
    try:
        yield
    except (DatabaseError, InterfaceError, NoConnectionFree) as error:
        if isinstance(error, _OURS):
            raise
        log.error("unavailable: %s", cause(error))
        raise StoreUnavailable from error


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITE)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _checked(url: str | URL) -> URL:
    try:
        found = make_url(url)
    except (ArgumentError, ValueError):
        raise StoreUnusable("The database URL cannot be read.") from None
    if found.drivername not in KINDS:
        raise StoreUnusable(f"{found.drivername} is not supported; take sqlite or postgresql.")
    if found.drivername.startswith("sqlite") and (found.query or found.database in (None, "", ":memory:")):
        raise StoreUnusable("A sqlite URL names a file, and nothing else.")
    return found
