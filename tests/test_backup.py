"""Backup and restore: what comes back is what there was, and nothing else ever takes the store's place."""

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from clusters import new_database
from made_store import keep_many
from sqlalchemy import func, select, text

from service.store.backup import backup, restore, secret_beside
from service.store.database import Database, database_at
from service.store.files import BackupRefused, verify
from service.store.revision import check, upgrade
from service.store.schema import documents


@pytest.fixture
def store(home: Path) -> Database:
    """Return the embedded store of an installation of its own, with three texts."""
    database = database_at("", home)
    upgrade(database)
    keep_many(database, 3)
    return database


@pytest.fixture
def saved(store: Database, tmp_path: Path) -> Path:
    """Return a backup of the store with three texts; the store has two more by now."""
    backup(store, tmp_path / "saved.db")
    keep_many(store, 2)
    return tmp_path / "saved.db"


def number(database: Database) -> int:
    """Return how many texts a store holds, after making sure that it can be used."""
    check(database)
    with database.read() as connection:
        return connection.scalar(select(func.count()).select_from(documents)) or 0


def test_what_was_saved_comes_back(store: Database, saved: Path, home: Path) -> None:
    """After a restore the store is as it was, and the one before lies beside it, whole."""
    kept = restore(store, saved)
    assert (number(store), number(Database(f"sqlite:///{kept}"))) == (3, 5)
    keep_many(store, 1)
    assert number(store) == 4
    assert sorted(path.name for path in home.glob(".*")) == []


def test_a_backup_is_one_file_and_the_secret(saved: Path, home: Path) -> None:
    """There are two files, both for the owner only; the secret can be left out."""
    beside = secret_beside(saved)
    assert beside.read_bytes() == (home / "secret").read_bytes()
    assert {stat.S_IMODE(path.stat().st_mode) for path in (saved, beside)} == {0o600}
    backup(database_at("", home), saved.with_name("other.db"), with_secret=False)
    assert sorted(path.name for path in saved.parent.glob("*.db*")) == [
        "other.db",
        "saved.db",
        "saved.db.secret",
    ]


def test_a_new_machine_gets_the_secret(saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no installation yet, the secret beside the backup makes it the same one."""
    monkeypatch.setenv("SLANTWISE_HOME", str(tmp_path / "new"))
    fresh = database_at("", tmp_path / "new")
    assert restore(fresh, saved) is None
    assert number(fresh) == 3
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "new").iterdir()} == {0o600}


def test_without_its_secret_it_is_refused(
    saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store whose secret is missing, or another, is not put in place."""
    monkeypatch.setenv("SLANTWISE_HOME", str(tmp_path / "new"))
    fresh = database_at("", tmp_path / "new")
    beside = secret_beside(saved)
    beside.rename(tmp_path / "hidden")
    with pytest.raises(BackupRefused, match="secret of this store is missing"):
        restore(fresh, saved)
    beside.write_bytes(b"x" * 32)
    with pytest.raises(BackupRefused, match="is not the secret of this store"):
        restore(fresh, saved)
    assert [*(tmp_path / "new").iterdir()] == []


def test_an_installation_keeps_its_own_secret(store: Database, saved: Path, home: Path) -> None:
    """Another installation's backup is refused; the secret that is there stays."""
    (home / "secret").write_bytes(b"y" * 32)
    with pytest.raises(BackupRefused, match="is not the secret of this store"):
        restore(store, saved)
    assert (home / "secret").read_bytes() == b"y" * 32


def test_not_over_a_server(store: Database, saved: Path) -> None:
    """While another has the store open, even idly, it is not replaced."""
    server = Database(store.url)
    assert number(server) == 5
    with pytest.raises(BackupRefused, match="is in use; stop the server first"):
        restore(store, saved)
    server.close()
    restore(store, saved)
    assert number(store) == 3


def test_not_a_newer_store(store: Database, saved: Path) -> None:
    """A backup of a newer program is refused by its revision; the store stays as it is."""
    with sqlite3.connect(saved) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(BackupRefused, match="is at 9999, which this program does not know"):
        restore(store, saved)
    assert number(store) == 5


@pytest.mark.parametrize("damage", ["page", "half", "text", "empty", "other"])
def test_not_a_damaged_one(store: Database, saved: Path, damage: str) -> None:
    """What is cut, overwritten, or no store at all is refused before anything changes."""
    content = saved.read_bytes()
    other = {"text": b"not a database", "empty": b"", "half": content[: len(content) // 2]}
    if damage == "page":
        middle = len(content) // 4096 // 2 * 4096
        other["page"] = content[:middle] + b"\xff" * 8192 + content[middle + 8192 :]
    if damage == "other":
        saved.unlink()
        with sqlite3.connect(saved) as connection:
            connection.execute("CREATE TABLE alembic_version (version_num)")
    else:
        saved.write_bytes(other[damage])
    with pytest.raises(BackupRefused):
        restore(store, saved)
    assert number(store) == 5


def test_not_over_a_damaged_store(store: Database, saved: Path, home: Path) -> None:
    """A damaged store, or the log of one, is not thrown away: the operator moves it."""
    store.close()
    (home / "slantwise.db").write_bytes(b"no database at all" * 1000)
    with pytest.raises(BackupRefused, match="no sound store"):
        restore(store, saved)
    (home / "slantwise.db").unlink()
    (home / "slantwise.db-wal").write_bytes(b"left")
    with pytest.raises(BackupRefused, match="-wal is left of another store"):
        restore(store, saved)
    (home / "slantwise.db-wal").unlink()
    assert restore(store, saved) is None
    assert number(store) == 3


def test_no_file_is_overwritten(store: Database, saved: Path) -> None:
    """A backup never takes the place of another file, nor its secret that of another secret."""
    before = saved.read_bytes()
    with pytest.raises(BackupRefused, match="exists already"):
        backup(store, saved)
    assert saved.read_bytes() == before
    free = saved.with_name("free.db")
    secret_beside(free).write_bytes(b"z" * 32)
    with pytest.raises(BackupRefused, match="exists already"):
        backup(store, free)
    assert not free.exists()


def test_saved_while_others_write(store: Database, tmp_path: Path) -> None:
    """A backup under constant writes is sound, and holds each text with its scorecard or not at all."""
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            keep_many(store, 1)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for name in ("a.db", "b.db", "c.db"):
            backup(store, tmp_path / name)
    finally:
        stop.set()
        writer.join()
    sizes = []
    for name in ("a.db", "b.db", "c.db"):
        with sqlite3.connect(tmp_path / name) as connection:
            counts = "SELECT (SELECT count(*) FROM documents), (SELECT count(*) FROM scorecards)"
            texts, cards = connection.execute(counts).fetchone()
        assert texts == cards
        sizes.append(texts)
    assert sizes == sorted(sizes)


@pytest.mark.slow
@pytest.mark.slow
def test_a_crash_leaves_the_old_store_or_the_new(store: Database, saved: Path, home: Path) -> None:
    """Killed at each touch of a file in turn, a store works: first the old one, then the new."""
    store.close()
    shutil.copytree(home, home.with_name("before"))
    found, code, step = [], 9, 0
    while code == 9:
        step += 1
        shutil.rmtree(home)
        shutil.copytree(home.with_name("before"), home)
        command = [sys.executable, Path(__file__).with_name("killed_restore.py"), saved, str(step)]
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
        code = subprocess.run(command, env=environment, timeout=60, check=False).returncode
        assert code in (0, 9)
        database = database_at("", home)
        found.append(number(database))
        keep_many(database, 1)
        with database.read() as connection:
            assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
        database.close()
    assert (code, found[0], found[-1], sorted(found, reverse=True)) == (0, 5, 3, found)
    assert step > 5


@pytest.mark.postgres
def test_postgresql_has_its_own_tools(home: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """For PostgreSQL the operator is pointed to pg_dump, for both ways."""
    database = Database(new_database(request.getfixturevalue("_cluster")))
    for way in (backup, restore):
        with pytest.raises(BackupRefused, match="pg_dump"):
            way(database, tmp_path / "saved.db")


def test_verify_reads_only(saved: Path) -> None:
    """Looking at a backup leaves no file beside it, and not a byte changed."""
    before = {path.name: path.read_bytes() for path in saved.parent.glob("saved*")}
    assert len(verify(saved)) == 32
    assert {path.name: path.read_bytes() for path in saved.parent.glob("saved*")} == before


def test_a_backup_of_nothing(home: Path, tmp_path: Path) -> None:
    """Where there is no store there is nothing to save, and no file is made."""
    with pytest.raises(BackupRefused):
        backup(database_at("", home), tmp_path / "saved.db")
    assert [*tmp_path.glob("*saved*")] == []
