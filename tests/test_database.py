"""The database: private, one writer at a time, steady reads, and failures that are told apart."""

import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select, text
from sqlalchemy.exc import IntegrityError

from service.store.database import Database, StoreUnavailable, StoreUnusable, database_at
from service.store.schema import install

WORDS = b"wombleworth" * 400


def put(connection: Connection, name: str, value: bytes = b"") -> None:
    """Write a row."""
    connection.execute(insert(install), {"name": name, "value": value})


def names(database: Database) -> list[str]:
    """Read the rows that are not the store's own."""
    with database.read() as connection:
        return [*connection.scalars(select(install.c.name).where(install.c.name != "secret"))]


def test_embedded_file_is_private(home: Path) -> None:
    """The embedded database, made in a home that was not there, and its logs are its owner's only."""
    database = database_at("", home)
    with database.begin() as connection:
        connection.execute(text("CREATE TABLE a (b)"))
        modes = {path.name: path.stat().st_mode & 0o777 for path in home.iterdir()}
    assert modes == dict.fromkeys(("slantwise.db", "slantwise.db-wal", "slantwise.db-shm"), 0o600)
    database.close()


def test_commits_whole_or_not_at_all(database: Database) -> None:
    """What is written is there afterwards; where the work fails, nothing of it is."""
    with database.begin() as connection:
        put(connection, "a")

    def stumble() -> None:
        with database.begin() as connection:
            put(connection, "b")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        stumble()
    assert names(database) == ["a"]


def test_reads_are_of_one_moment(database: Database) -> None:
    """A reader does not see what is committed while it reads, nor is anybody held up."""
    with database.read() as reader:
        before = reader.scalars(select(install.c.name)).all()
        with database.begin() as connection:
            put(connection, "a")
        assert reader.scalars(select(install.c.name)).all() == before
    assert names(database) == ["a"]


def test_writers_wait_for_each_other(database: Database) -> None:
    """What a writer has read stays true until it has written: ten threads count to a hundred."""

    def count() -> None:
        for _ in range(10):
            with database.begin() as connection:
                put(connection, f"n{len(connection.execute(select(install)).all())}")

    threads = [threading.Thread(target=count) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(names(database), key=lambda name: int(name[1:])) == [f"n{i}" for i in range(1, 101)]


def test_says_when_it_is_locked(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    """A writer that waits too long is told that nothing was kept, and the driver's sentence is logged."""
    impatient = Database(database.url, wait_ms=100)
    with database.begin() as connection:
        put(connection, "a")
        began = time.monotonic()
        with pytest.raises(StoreUnavailable, match="nothing was kept"), impatient.begin() as other:
            put(other, "b")
        assert time.monotonic() - began < 3
    assert names(database) == ["a"]
    assert "lock" in caplog.text
    impatient.close()


def test_says_when_it_is_full(home: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A full disk is told as a store that cannot be written, and what was there stays."""
    database = database_at("", home)
    with database.begin() as connection:
        connection.execute(text("CREATE TABLE a (b)"))
        connection.execute(text("PRAGMA max_page_count = 5"))
    with pytest.raises(StoreUnavailable), database.begin() as connection:
        connection.execute(text("INSERT INTO a VALUES (zeroblob(100000))"))
    assert "full" in caplog.text
    with database.read() as connection:
        assert connection.scalar(text("SELECT count(*) FROM a")) == 0
    database.close()


def test_says_when_it_is_gone(caplog: pytest.LogCaptureFixture) -> None:
    """A server that is not there is a store that cannot be reached; no password is logged."""
    database = Database("postgresql://me:opensesame@127.0.0.1:1/nothing")
    with pytest.raises(StoreUnavailable), database.read():
        raise AssertionError
    assert "refused" in caplog.text
    assert "opensesame" not in caplog.text + database.name


@pytest.mark.postgres
@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_comes_back_after_the_server_dropped_it(database: Database) -> None:
    """Connections that the server has cut are made anew, unseen by who asks next."""
    names(database)
    mine = "datname = current_database() AND pid <> pg_backend_pid()"
    other = Database(database.url)
    with other.begin() as connection:
        cut = connection.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {mine}"))
        assert cut.all()
    assert names(database) == []
    other.close()


def test_a_wrong_statement_is_no_failure_of_the_store(database: Database) -> None:
    """What breaks a rule of the tables is the caller's own error; its message does not hold the values."""

    def put_twice() -> None:
        with database.begin() as connection:
            put(connection, "a", WORDS)
            put(connection, "a", WORDS)

    with pytest.raises(IntegrityError) as caught:
        put_twice()
    assert "wombleworth" not in str(caught.value)


def test_what_is_deleted_leaves_the_file(home: Path) -> None:
    """A deleted value stands neither in the file nor in its log, once it is told to forget."""
    database = database_at("", home)
    with database.begin() as connection:
        connection.execute(text("CREATE TABLE install (name, value)"))
        put(connection, "a", WORDS)
    with database.begin() as connection:
        connection.execute(text("DELETE FROM install"))
    assert any(b"wombleworth" in path.read_bytes() for path in home.iterdir())
    database.forget_deleted()
    assert [path.name for path in home.iterdir() if b"wombleworth" in path.read_bytes()] == []
    database.close()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("nonsense", "cannot be read"),
        ("mysql://me:opensesame@host/name", "mysql is not supported"),
        ("postgresql+asyncpg://host/name", "asyncpg is not supported"),
        ("sqlite://", "names a file"),
        ("sqlite:///:memory:", "names a file"),
        ("sqlite:///file:a?mode=memory&uri=true", "names a file"),
    ],
)
def test_refuses_other_urls(url: str, said: str) -> None:
    """A URL that this program cannot use is refused with the reason, and never shown with its password."""
    with pytest.raises(StoreUnusable, match=said) as caught:
        Database(url)
    assert "opensesame" not in str(caught.value)
