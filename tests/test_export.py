"""Export: everything that is kept, line by line, and no word that was not asked for."""

import csv
import io
import json
import tracemalloc
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from fakes import FakeScorer
from flask.testing import FlaskClient
from made_store import document_row, scorecard_row
from sqlalchemy import insert

from models.request import ScoreRequest
from service.commands_db import db
from service.store.cards import pack
from service.store.database import Database
from service.store.export import Wanted, lines, table
from service.store.revision import upgrade
from service.store.schema import documents, scorecards

pytestmark = pytest.mark.usefixtures("home")
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "\n=cmd|' /C calc'!A0"]


def score(client: FlaskClient, **more: Any) -> Any:
    """Score a text that is kept with its words."""
    body = {
        "text": "Aldo Brandt met “the council” on Monday, at last. 😀",
        "title": "On Aldo",
        "store": "text",
    }
    answer = client.post(
        "/v1/score", json=body | {"url": "https://a.example/aldo", "targets": ["Aldo"]} | more
    )
    assert answer.status_code == 200, answer.get_json()
    return answer.get_json()


def export(runner: CliRunner, *options: str) -> str:
    """Export by the command."""
    done = runner.invoke(db, ["export", *options])
    assert (done.exit_code, done.stderr) == (0, ""), done.exception
    return done.stdout_bytes.decode()


def test_a_line_is_the_answer(client: FlaskClient, runner: CliRunner) -> None:
    """With texts a line holds the whole answer, and what the store knows of the document."""
    card = score(client, publisher="a.example", published_at="2026-11-02T09:30:00Z")
    (line,) = [json.loads(line) for line in export(runner, "--with-text").splitlines()]
    about = ("document_id", "story_id", "lead", "newest", "publisher", "published_at", "url", "text", "day")
    own = {name: line.pop(name) for name in about}
    assert own["document_id"] == own["story_id"]
    assert [own[name] for name in about[2:]] == [
        True, True, "a.example", "2026-11-02T09:30:00+00:00", "https://a.example/aldo",
        "Aldo Brandt met “the council” on Monday, at last. 😀", "2026-11-02",
    ]  # fmt: skip
    for stance in line["stance"]:
        del stance["position"]
    assert line == card


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_no_word_without_with_text(client: FlaskClient, runner: CliRunner, form: str) -> None:
    """Unless texts are asked for, no text, title, address, name or warning is written."""
    score(client)
    score(client, text="Aldo.", title=None)
    found = export(runner, "--format", form)
    assert len(found.splitlines()) == (3 if form == "csv" else 2)
    assert [word for word in ("Aldo", "council", "https", "very short") if word in found] == []
    assert "Aldo" in export(runner, "--format", form, "--with-text")


def test_a_table(client: FlaskClient, runner: CliRunner) -> None:
    """A csv has a header and a row for each scorecard, text with line breaks in one cell."""
    first = score(client, text="First line.\nSecond line, and three more words.", publisher="a,b")
    score(client, publisher=None)
    rows = [*csv.DictReader(io.StringIO(export(runner, "--format", "csv", "--with-text"), newline=""))]
    assert [row["publisher"] for row in rows] == ["a,b", ""]
    assert (rows[0]["id"], rows[0]["advocacy"], rows[0]["text"]) == (
        first["id"], str(first["advocacy"]["score"]), "First line.\nSecond line, and three more words.",
    )  # fmt: skip
    assert None not in {cell for row in rows for cell in row.values()}


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_is_a_formula(database: Database, formula: str) -> None:
    """What a spreadsheet could take for a formula has an apostrophe before it, in every cell."""
    fill(database, 1, publisher=formula, text=formula, title=formula, url=formula)
    with database.read() as connection:
        found = "".join(table(connection, Wanted(with_text=True)))
    (row,) = csv.DictReader(io.StringIO(found, newline=""))
    assert {row[name] for name in ("publisher", "text", "title", "url")} == {f"'{formula}"}


def test_filters(client: FlaskClient, runner: CliRunner) -> None:
    """Days are inclusive, and a publisher is known whatever white space it came with."""
    for day in ("2026-10-31", "2026-11-01", "2026-11-02"):
        for publisher in ("a.example", "b.example"):
            score(
                client,
                publisher=publisher,
                published_at=day,
                text=f"{publisher} said on {day} that it is so.",
            )
    options = ("--from", "2026-11-01", "--to", "2026-11-02", "--publisher", " a.example ")
    found = [json.loads(line) for line in export(runner, *options).splitlines()]
    assert [(one["day"], one["publisher"]) for one in found] == [
        ("2026-11-01", "a.example"), ("2026-11-02", "a.example"),
    ]  # fmt: skip


def test_a_bad_day_is_told(runner: CliRunner) -> None:
    """A day that is none is refused by its option."""
    done = runner.invoke(db, ["export", "--from", "yesterday"])
    assert (done.exit_code, "--from" in done.stderr) == (2, True)


def fill(database: Database, number: int, **words: Any) -> None:
    """Keep so many real cards quickly."""
    packed = pack(FakeScorer().score(ScoreRequest(text="It was said on Monday that it is so. " * 60)))
    rows = [document_row(day=date(2026, 1, 1), **words) for _ in range(number)]
    with database.begin() as connection:
        connection.execute(insert(documents), rows)
        connection.execute(insert(scorecards), [scorecard_row(row, card=packed) for row in rows])


@pytest.mark.slow
@pytest.mark.parametrize("form", [lines, table], ids=["jsonl", "csv"])
def test_memory_does_not_grow_with_the_store(home: Path, form: Any) -> None:
    """Ten times as many scorecards take no more memory to export."""
    peaks = []
    for number in (150, 1_500):
        database = Database(f"sqlite:///{home}/{number}.db")
        upgrade(database)
        fill(database, number, text="word " * 200)
        with database.read() as connection:
            tracemalloc.start()
            count = sum(1 for _ in form(connection, Wanted(with_text=True)))
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
        assert count == number + (form is table)
        database.close()
    assert peaks[1] < 1.5 * peaks[0]
