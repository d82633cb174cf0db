"""Retention: past its age nothing of a text is left, not in a row and not in a file."""

import subprocess
import sys
import textwrap
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from made_store import NOW, document_row, keep, scorecard_row
from sqlalchemy import Row, select

from service import purging
from service.purging import LOCK, Purging
from service.store.database import Database
from service.store.retention import purge
from service.store.revision import upgrade
from service.store.schema import documents, rollups, scorecards

WORD = "Xylophonquarz"


def keep_text(
    database: Database, kept_for: timedelta, scored: timedelta = timedelta(0), size: int = 1
) -> str:
    """Keep a text with every word that may be kept; return its scorecard's id."""
    words = {"text": f"{WORD} " * size, "title": f"On {WORD}", "url": f"https://a.example/{WORD}"}
    document = document_row(**words, keep_until=NOW + kept_for, created_at=NOW - scored)
    card = scorecard_row(document, names=f'{{"targets": ["{WORD}"], "warnings": []}}')
    with database.begin() as connection:
        keep(connection, document, card)
    return str(card["id"])


def words_of(database: Database) -> list[Row[tuple[str | None, ...]]]:
    """Return what each document and scorecard says in words."""
    columns = (
        documents.c.text,
        documents.c.title,
        documents.c.url,
        documents.c.keep_until,
        scorecards.c.names,
    )
    with database.read() as connection:
        return [*connection.execute(select(*columns).join(scorecards).order_by(documents.c.id))]


def numbers_of(database: Database) -> list[list[Row[Any]]]:
    """Return what is kept in numbers."""
    with database.read() as connection:
        return [[*connection.execute(select(what))] for what in (scorecards.c.advocacy, rollups)]


def test_old_texts_lose_their_words_only(database: Database) -> None:
    """What is due has no text, title, address, names or date left; numbers and younger texts stay."""
    keep_text(database, timedelta(0))
    keep_text(database, timedelta(seconds=1))
    before = numbers_of(database)
    assert purge(database, NOW) == 1
    old, young = words_of(database)
    assert tuple(old) == (None,) * 5
    assert WORD in young.text
    assert numbers_of(database) == before
    assert purge(database, NOW) == 0


def test_many_are_emptied_in_turn(database: Database) -> None:
    """More texts than one transaction empties are all emptied."""
    for _ in range(205):
        keep_text(database, -timedelta(days=1))
    assert purge(database, NOW) == 205
    assert {tuple(row) for row in words_of(database)} == {(None,) * 5}


def test_a_shorter_age_for_texts_that_are_there(database: Database) -> None:
    """Texts that were promised longer are emptied too, where the operator says so."""
    keep_text(database, timedelta(days=60), scored=timedelta(days=31))
    keep_text(database, timedelta(days=60), scored=timedelta(days=29))
    assert purge(database, NOW, NOW - timedelta(days=30)) == 1
    assert [row.text is None for row in words_of(database)] == [True, False]


@pytest.mark.parametrize("size", [1, 400, 40_000])
def test_no_byte_is_left_in_the_files(tmp_path: Path, home: Path, size: int) -> None:
    """On SQLite neither the file nor its logs hold a purged word, short texts and long ones alike."""
    database = Database(f"sqlite:///{home}/slantwise.db")
    upgrade(database)
    for _ in range(3):
        keep_text(database, timedelta(0), size=size)
    files = [*home.glob("slantwise.db*")]
    assert any(WORD.encode() in path.read_bytes() for path in files)
    assert purge(database, NOW) == 3
    assert [path.name for path in home.glob("slantwise.db*") if WORD.encode() in path.read_bytes()] == []
    database.close()


def test_a_reader_does_not_stop_it(home: Path) -> None:
    """While somebody reads, rows are emptied at once, and the log by the next run."""
    database = Database(f"sqlite:///{home}/slantwise.db", wait_ms=50)
    upgrade(database)
    keep_text(database, timedelta(0))
    with database.read() as reader:
        assert reader.scalar(select(documents.c.text)) == f"{WORD} "
        assert purge(database, NOW) == 1
        assert reader.scalar(select(documents.c.text)) == f"{WORD} "
    assert purge(database, NOW) == 0
    assert [path.name for path in home.glob("slantwise.db*") if WORD.encode() in path.read_bytes()] == []
    database.close()


def test_one_process_purges(database: Database, home: Path) -> None:
    """Whoever comes second leaves it to the first, until that one ends."""
    home.mkdir(exist_ok=True)
    keep_text(database, -timedelta(days=9_999))
    holder = textwrap.dedent(f"""
        import fcntl, sys
        file = open({str(home / LOCK)!r}, "w")
        fcntl.flock(file, fcntl.LOCK_EX)
        print("held", flush=True)
        sys.stdin.read()
    """)
    ours = Purging(database, home)
    with subprocess.Popen([sys.executable, "-c", holder], stdin=-1, stdout=-1) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        assert ours.once() is None
        other.communicate(timeout=30)
    assert (ours.once(), ours.once()) == (1, 0)
    ours.stop()


def test_it_runs_by_itself(database: Database, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once started, it goes on by itself, and a failure does not end it."""
    home.mkdir(exist_ok=True)
    monkeypatch.setattr(purging, "FIRST_SECONDS", 0.01)
    monkeypatch.setattr(purging, "EVERY_SECONDS", 0.01)
    seen, done = [], threading.Event()

    def fails_once(*_: object) -> int:
        seen.append(1)
        if len(seen) == 1:
            raise OSError
        done.set()
        return 0

    monkeypatch.setattr(purging, "purge", fails_once)
    ours = Purging(database, home)
    ours.start()
    assert done.wait(10)
    ours.stop()
