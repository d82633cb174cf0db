"""Whether an answer is kept: by HTTP, in a batch and on the command line, as far as the operator allows."""

import csv
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from fakes import FakeScorer
from flask.testing import FlaskClient
from sqlalchemy import func, select

from models.home import slantwise_home
from service import loading
from service.app import create_app
from service.commands import score as score_command
from service.settings import Settings
from service.store.database import Database, database_at
from service.store.schema import documents, scorecards

TEXT = "The council met on Monday. It is a shameful betrayal, and every citizen should say so!"


@contextmanager
def served(**changes: Any) -> Iterator[FlaskClient]:
    """Serve over a store of its own, and let go of it."""
    app = create_app(Settings(**changes), FakeScorer())
    yield app.test_client()
    if (store := app.extensions["slantwise"].store) is not None:
        store.database.close()


def stored(database: Database | None = None) -> list[tuple[str, str | None]]:
    """Read which scorecards are kept, and with which texts."""
    database = database or database_at("", slantwise_home())
    chosen = select(scorecards.c.id, documents.c.text).join(documents).order_by(scorecards.c.id)
    with database.read() as connection:
        return [tuple(row) for row in connection.execute(chosen)]


def score(client: FlaskClient, store: str | None = None, text: str = TEXT) -> Any:
    """Have a text scored; without ``store`` the request does not say what is kept."""
    return client.post("/v1/score", json={"text": text} | ({"store": store} if store else {}))


@pytest.mark.parametrize(
    ("default", "most", "asked", "kept"),
    [
        ("scores", "text", None, "scores"),
        ("scores", "text", "none", "none"),
        ("scores", "text", "text", "text"),
        ("text", "text", None, "text"),
        ("text", "text", "scores", "scores"),
        ("text", "scores", None, "scores"),
        ("scores", "scores", "text", None),
        ("scores", "none", None, "none"),
        ("scores", "none", "scores", None),
        ("none", "text", None, "none"),
        ("none", "text", "scores", None),
    ],
)
def test_what_is_kept(home: Path, default: str, most: str, asked: str | None, kept: str | None) -> None:
    """A request is kept as it asks, or else as the server is set; beyond what the server allows it is 422."""
    with served(store=default, max_store=most) as client:
        answer = score(client, asked)
    found = stored()
    if kept is None:
        assert (answer.status_code, [*answer.json["errors"]], found) == (422, ["store"], [])
    else:
        text = TEXT if kept == "text" else None
        assert found == ([] if kept == "none" else [(answer.json["id"], text)])


def test_batch_keeps_each_line_before_it_leaves(home: Path) -> None:
    """A line's scorecard is in the store when the line leaves, before the next is scored."""
    lines = [{"text": TEXT}, {"text": TEXT, "store": "none"}, {"text": TEXT, "store": "text"}]
    body = "\n".join(map(json.dumps, lines))
    with served() as client:
        response = client.post(
            "/v1/score/batch", data=body, content_type="application/x-ndjson", buffered=False
        )
        found = []
        for piece in response.iter_encoded():
            found.append(json.loads(piece)["id"])
            assert [one for one, _ in stored()] == [one for one in found if one]
    assert (len(found), found[1], len({*found})) == (3, None, 3)


def test_no_answer_that_is_not_kept(home: Path, caplog: pytest.LogCaptureFixture) -> None:
    """While the store cannot be written an answer that should be kept is 503, another one is given."""
    with served() as client:
        client.application.extensions["slantwise"].store.database.close()
        impatient = Database(f"sqlite:///{home}/slantwise.db", wait_ms=50)
        client.application.extensions["slantwise"].store.database = impatient
        other = database_at("", home)
        with other.begin():
            refused, given = score(client), score(client, "none")
            lines = "\n".join(json.dumps({"text": TEXT, "store": mode}) for mode in ("scores", "none"))
            batch = client.post("/v1/score/batch", data=lines, content_type="application/x-ndjson")
            statuses = [json.loads(line).get("status") for line in batch.get_data().splitlines()]
        assert (refused.status_code, refused.content_type) == (503, "application/problem+json")
        assert (refused.headers["Retry-After"], "nothing was kept" in refused.json["detail"]) == ("2", True)
        assert (given.status_code, given.json["id"], statuses) == (200, None, [503, None])
        assert stored() == []
        assert score(client).status_code == 200
    assert "betrayal" not in caplog.text


def test_database_that_went_away(database: Database, home: Path) -> None:
    """A database whose tables or server are gone gives 503 or 500, and never an answer."""
    with served(database_url=database.url.render_as_string(hide_password=False)) as client:
        assert score(client).status_code == 200
        with database.begin() as connection:
            connection.exec_driver_sql("DROP TABLE story_bands")
        answer = score(client, text="Another text of a few words.")
    assert answer.status_code in (500, 503)
    assert len(stored(database)) == 1


@pytest.fixture
def _no_bundle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "load_scorer", lambda settings: FakeScorer())


@pytest.mark.usefixtures("_no_bundle")
def test_command_line_keeps_nothing_unasked(home: Path, runner: CliRunner) -> None:
    """The command line keeps what a request or --store asks for; unasked it does not even make a store."""
    plain = runner.invoke(score_command, ["-"], input=TEXT)
    assert (plain.exit_code, json.loads(plain.output)["id"], home.exists()) == (0, None, False)
    lines = "\n".join(json.dumps({"text": TEXT, "store": mode}) for mode in ("text", "none"))
    said = [
        *runner.invoke(score_command, ["-"], input=lines).stdout.splitlines(),
        *runner.invoke(score_command, ["-", "--store", "scores"], input=TEXT).stdout.splitlines(),
    ]
    first, none, last = (json.loads(line)["id"] for line in said)
    assert none is None
    assert stored() == [(first, TEXT), (last, TEXT)]


@pytest.mark.usefixtures("_no_bundle")
def test_command_line_is_bound_too(home: Path, runner: CliRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the operator does not allow is refused line by line on the command line as well."""
    monkeypatch.setenv("SLANTWISE_MAX_STORE", "scores")
    result = runner.invoke(score_command, ["-"], input=json.dumps({"text": TEXT, "store": "text"}))
    assert (result.exit_code, json.loads(result.stdout)["status"]) == (1, 422)
    assert "store: is more than this server keeps: scores" in result.stderr


@pytest.mark.usefixtures("_no_bundle")
def test_command_line_says_why_it_cannot_keep(
    home: Path, runner: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store that cannot be opened fails the lines that ask for it, and no others."""
    monkeypatch.setenv("SLANTWISE_DATABASE_URL", "mysql://host/name")
    lines = "\n".join(json.dumps({"text": TEXT, "store": mode}) for mode in ("scores", "none"))
    result = runner.invoke(score_command, ["-"], input=lines)
    assert [json.loads(line).get("status") for line in result.stdout.splitlines()] == [503, None]
    assert "mysql is not supported" in result.stderr


@pytest.mark.usefixtures("_no_bundle")
def test_csv_gets_the_ids(home: Path, runner: CliRunner, tmp_path: Path) -> None:
    """The rows of a csv that were kept carry the ids of their scorecards."""
    path = tmp_path / "a.csv"
    path.write_text(f'id,body\n7,"{TEXT}"\n')
    result = runner.invoke(score_command, [str(path), "--text-column", "body", "--store", "scores"])
    (row,) = csv.DictReader(io.StringIO(result.stdout))
    assert (row["id"], [row["slantwise_id"]]) == ("7", [one for one, _ in stored()])
    with database_at("", home).read() as connection:
        assert connection.scalar(select(func.count()).select_from(scorecards)) == 1
