"""``slantwise db``: what an operator sees of the store's care."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from made_store import document_row, keep, keep_many, scorecard_row
from sqlalchemy import delete, func, select

from service.commands_db import db
from service.store.database import Database, database_at
from service.store.revision import upgrade
from service.store.schema import documents, rollups


@pytest.fixture
def store(home: Path) -> Database:
    """Return the store that the commands open, with two texts."""
    database = database_at("", home)
    upgrade(database)
    keep_many(database, 2)
    return database


def run(*arguments: str) -> Result:
    """Run a command of the group."""
    return CliRunner().invoke(db, arguments)


def number(database: Database) -> int:
    """Return how many texts a store holds."""
    with database.read() as connection:
        return connection.scalar(select(func.count()).select_from(documents)) or 0


def test_reroll(store: Database) -> None:
    """Sums that were lost are there again."""
    with store.begin() as connection:
        before = connection.execute(select(rollups)).all()
        connection.execute(delete(rollups))
    assert run("reroll").stdout == "2 scorecards were counted.\n"
    with store.read() as connection:
        assert connection.execute(select(rollups)).all() == before


def test_purge(store: Database) -> None:
    """Texts past their age are emptied, and with --days those that were scored earlier."""
    now = datetime.now(UTC)
    with store.begin() as connection:
        for age, left in ((100, -10), (50, 40), (5, 85)):
            made = {"created_at": now - timedelta(age), "keep_until": now + timedelta(left), "text": "Words."}
            document = document_row(**made)
            keep(connection, document, scorecard_row(document))
    options = [(), (), ("--days", "30"), ("--days", "30"), ("--days", "0")]
    said = [run("purge", *given).stdout for given in options]
    assert said == [f"{count} documents were emptied of their words.\n" for count in (1, 0, 1, 0, 1)]


def test_backup_and_restore(store: Database, tmp_path: Path) -> None:
    """A saved store is put back, and the message says where the one before is kept."""
    file = tmp_path / "saved.db"
    assert run("backup", str(file)).stdout == f"Saved to {file} and {file}.secret.\n"
    keep_many(store, 1)
    store.close()
    done = run("restore", str(file))
    assert (done.exit_code, done.stdout.startswith("Restored. The store before is kept as ")) == (0, True)
    assert number(store) == 2


def test_refusals_are_told(store: Database, tmp_path: Path) -> None:
    """What cannot be done is one sentence and exit status 1, never a traceback."""
    file = tmp_path / "saved.db"
    assert run("backup", str(file), "--without-secret").stdout == f"Saved to {file}.\n"
    assert number(store) == 2
    again, over, nowhere = run("backup", str(file)), run("restore", str(file)), run("backup", "/nowhere/a.db")
    assert [done.exit_code for done in (again, over, nowhere)] == [1, 1, 1]
    assert again.stderr == f"Error: {file} exists already.\n"
    assert over.stderr.endswith("slantwise.db is in use; stop the server first.\n")
    assert nowhere.stderr == "Error: /nowhere/.a.db.part: No such file or directory.\n"
