"""Revisions: the tables are brought up to date by whoever may, and refused where they are not known."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from service.store import revision, secret
from service.store.database import Database, StoreUnusable, database_at
from service.store.revision import REVISIONS, check, prepare, upgrade
from service.store.schema import metadata


def test_steps_are_named_in_order() -> None:
    """The list that a start reads is that of the files, from the first to the last."""
    config = Config()
    config.set_main_option("script_location", "service.store:migrations")
    steps = ScriptDirectory.from_config(config).walk_revisions()
    assert tuple(step.revision for step in steps)[::-1] == REVISIONS


def test_steps_lead_to_the_schema(database: Database) -> None:
    """After all steps the tables are those of schema.py, to the last column and index."""
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_upgrade_again_changes_nothing(database: Database) -> None:
    """A database that is up to date stays as it is, with what it holds."""
    with database.begin() as connection:
        connection.execute(text("INSERT INTO install VALUES ('mine', '1')"))
    assert upgrade(database) == check(database) == REVISIONS[-1]
    with database.read() as connection:
        assert connection.scalar(text("SELECT count(*) FROM install")) == 2


def test_step_that_breaks_leaves_nothing(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A step that fails midway is undone, and the database can be upgraded afterwards."""
    database = Database(database_url)

    def stumble(connection: object) -> None:
        migrate(connection)
        raise ZeroDivisionError

    migrate = revision._migrate
    monkeypatch.setattr(revision, "_migrate", stumble)
    with pytest.raises(ZeroDivisionError):
        upgrade(database)
    with database.read() as connection:
        assert inspect(connection).get_table_names() == []
    monkeypatch.setattr(revision, "_migrate", migrate)
    assert upgrade(database) == REVISIONS[-1]
    database.close()


def test_start_upgrades_the_embedded_one_only(database_url: str) -> None:
    """A start makes the tables of an embedded database; another one it refuses, and names the command."""
    database = Database(database_url)
    if database.embedded:
        prepare(database)
        assert check(database) == REVISIONS[-1]
    else:
        with pytest.raises(StoreUnusable, match="holds no tables yet; run: slantwise db upgrade"):
            prepare(database)
    database.close()


def test_older_tables(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables that lack a step are refused, and both revisions are named."""
    monkeypatch.setattr(revision, "REVISIONS", (*REVISIONS, "9999"))
    with pytest.raises(StoreUnusable, match=rf"is at {REVISIONS[-1]}, this program needs 9999; run: slant"):
        check(database)


def test_newer_tables(database: Database) -> None:
    """Tables that a newer program made are neither used nor touched."""
    with database.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for work in (prepare, upgrade, check):
        with pytest.raises(StoreUnusable, match="at 9999, which this program does not know"):
            work(database)


def test_another_secret(database: Database, home: Path) -> None:
    """A store whose secret was lost is refused, before it would know no document again."""
    (home / "secret").unlink()
    secret._secret.cache_clear()  # as in a process that starts now
    with pytest.raises(StoreUnusable, match="made with another secret"):
        check(database)


def test_no_database(home: Path) -> None:
    """Looking at an embedded database that is not there does not make it."""
    with pytest.raises(StoreUnusable, match="holds no tables yet"):
        check(database_at("", home))
    assert not home.exists()


@pytest.mark.parametrize("content", [b"no database at all, but words " * 200])
def test_no_database_file(home: Path, content: bytes) -> None:
    """A file that is something else is refused in the driver's own words, and left as it is."""
    home.mkdir()
    (home / "slantwise.db").write_bytes(content)
    with pytest.raises(StoreUnusable, match="file is not a database"):
        prepare(database_at("", home))
    assert (home / "slantwise.db").read_bytes() == content


@pytest.mark.slow
def test_many_starts_at_once(tmp_path: Path) -> None:
    """Of eight processes that start on an empty home, all find the tables ready."""
    code = (
        "import sys; from models.home import slantwise_home as home\n"
        "from service.store.database import database_at; from service.store.revision import check, prepare\n"
        "sys.stdin.read(1); database = database_at('', home()); prepare(database); print(check(database))"
    )
    environment = {**os.environ, "SLANTWISE_HOME": str(tmp_path / "home")}
    command = [sys.executable, "-W", "error", "-c", code]
    started = [
        subprocess.Popen(command, env=environment, stdin=-1, stdout=-1, stderr=-1, text=True)
        for _ in range(8)
    ]
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go")
        process.stdin.flush()
    said = [process.communicate(timeout=60) for process in started]
    assert said == [(f"{REVISIONS[-1]}\n", "")] * 8


def test_start_does_not_load_alembic(home: Path) -> None:
    """A start on tables that are up to date does not import Alembic."""
    database = database_at("", home)
    prepare(database)
    database.close()
    code = (
        "import sys; from models.home import slantwise_home as home\n"
        "from service.store.database import database_at; from service.store.revision import prepare\n"
        "prepare(database_at('', home())); print('alembic' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (run.stdout, run.stderr) == ("False\n", "")
