"""``slantwise rescore``: kept texts through another bundle, each once, and none against anybody's will."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from apiflask import APIFlask
from click.testing import CliRunner, Result
from fakes import FakeBundle, FakeScorer
from flask.testing import FlaskClient
from sqlalchemy import select

from models.request import ScoreRequest, UnscorableInput
from models.scorecard import ModelInfo, Scorecard
from service import loading
from service.commands_rescore import rescore
from service.current import desk
from service.store.database import Database
from service.store.deleting import delete_document
from service.store.rescore import Rescoring
from service.store.retention import purge
from service.store.schema import documents, rollups, scorecards

pytestmark = pytest.mark.usefixtures("home")
OLD, NEW = FakeScorer().bundle.version, "fake.2"


@dataclass
class NewScorer(FakeScorer):
    """The fake scorer under another bundle's name; it remembers what it was asked."""

    bundle: FakeBundle = field(default_factory=lambda: FakeBundle(NEW))
    asked: list[ScoreRequest] = field(default_factory=list)

    def score(self, request: ScoreRequest) -> Scorecard:
        """Score, and say which bundle did."""
        self.asked.append(request)
        model = ModelInfo(NEW, "1" * 64, request.profile)
        return replace(super().score(request), model=model, created_at="2026-11-23T09:00:00Z")


@pytest.fixture
def database(app: APIFlask) -> Database:
    """Return the store of the app."""
    with app.app_context():
        store = desk().store
        assert store is not None
        return store.database


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch) -> NewScorer:
    """Let the command find the new bundle."""
    scorer = NewScorer()
    monkeypatch.setattr(loading, "load_scorer", lambda settings: scorer)
    return scorer


def score(client: FlaskClient, number: int = 0, **more: Any) -> Any:
    """Score a text that is kept."""
    body = {"text": f"Aldo Brandt met the council for the time number {number}.", "title": "On Aldo"}
    body |= {"publisher": "a.example", "published_at": "2026-11-02", "store": "text"}
    answer = client.post("/v1/score", json={name: v for name, v in (body | more).items() if v is not None})
    assert answer.status_code == 200, answer.get_json()
    return answer.get_json()


def run(*options: str) -> Result:
    """Run the command."""
    return CliRunner().invoke(rescore, options, catch_exceptions=False)


def kept(database: Database) -> list[tuple[Any, ...]]:
    """Return every scorecard: its bundle, profile, and whether it is the newest."""
    columns = (scorecards.c.document_id, scorecards.c.bundle, scorecards.c.profile, scorecards.c.newest)
    with database.read() as connection:
        return [tuple(row[1:]) for row in connection.execute(select(*columns).order_by(*columns))]


def test_each_kept_text_is_scored_once(client: FlaskClient, database: Database, newer: NewScorer) -> None:
    """Texts that are kept get a second scorecard, others none; a second run finds nothing to do."""
    score(client, 1)
    score(client, 2, store="scores")
    first = run()
    assert (first.exit_code, first.stdout) == (0, f"1 texts were scored with {NEW}, 0 could not be.\n")
    assert sorted(kept(database)) == [
        (OLD, "accurate", True),
        (OLD, "accurate", True),
        (NEW, "accurate", True),
    ]
    assert run().stdout.startswith("0 texts")
    assert len(newer.asked) == 1
    groups = client.get(f"/v1/aggregate?bundle={NEW}").get_json()["groups"]
    assert groups[0]["documents"] == 1
    assert run("--profile", "fast").stdout.startswith("1 texts")


def test_asks_as_the_caller_did(client: FlaskClient, newer: NewScorer) -> None:
    """The request has the text, title, address, publisher, date and the targets that were given."""
    score(client, 1, url="https://a.example/1", targets=["Aldo Brandt", "the council"])
    score(client, 2, html="<p>The council met on Monday and on Tuesday.</p>", text=None)
    run()
    first, second = newer.asked
    assert first == ScoreRequest(
        text="Aldo Brandt met the council for the time number 1.", title="On Aldo", url="https://a.example/1",
        publisher="a.example", published_at="2026-11-02", targets=("Aldo Brandt", "the council"),
    )  # fmt: skip
    assert (second.text, second.html, second.targets) == (
        "The council met on Monday and on Tuesday.",
        None,
        None,
    )


def test_kept_as_any_answer(client: FlaskClient, newer: NewScorer) -> None:
    """The new scorecard can be read by its id, names and evidence and all, beside the old one."""
    old = score(client, targets=["Aldo"])
    run()
    versions = client.get(f"/v1/scores/{old['id']}").get_json()["versions"]
    (new,) = [client.get(f"/v1/scores/{one['id']}").get_json() for one in versions]
    assert (new["model"]["bundle"], new["document"]["title"], new["stance"][0]["target"]) == (
        NEW,
        "On Aldo",
        "Aldo",
    )
    assert new["sentences"] == client.get(f"/v1/scores/{old['id']}").get_json()["sentences"]


def test_no_text_is_kept_longer(client: FlaskClient, database: Database, newer: NewScorer) -> None:
    """Scoring a text again leaves its end and everything else of the document as they were."""
    score(client)
    with database.read() as connection:
        before = connection.execute(select(documents)).one()
    run()
    with database.read() as connection:
        assert connection.execute(select(documents)).one() == before


def test_days(client: FlaskClient, database: Database, newer: NewScorer) -> None:
    """Only texts of the days that are asked for are scored, both ends included."""
    for day in (1, 2, 3, 4):
        score(client, day, published_at=f"2026-11-0{day}")
    assert run("--from", "2026-11-02", "--to", "2026-11-03").stdout.startswith("2 texts")
    assert [request.published_at for request in newer.asked] == ["2026-11-02", "2026-11-03"]


@pytest.mark.parametrize("end", ["deleted", "emptied"])
def test_what_ends_meanwhile_stays_ended(client: FlaskClient, database: Database, end: str) -> None:
    """A text that is deleted or emptied while it is scored is not brought back."""
    card = score(client)

    def meanwhile(_: ScoreRequest) -> None:
        if end == "deleted":
            assert delete_document(database, card["id"], "local")
        else:
            assert purge(database, datetime(2999, 1, 1, tzinfo=UTC)) == 1

    assert [*Rescoring(database, NewScorer(before=meanwhile), "accurate").run()] == ["gone"]
    with database.read() as connection:
        assert {*connection.scalars(select(scorecards.c.bundle))} == ({OLD} if end == "emptied" else set())
        assert [*connection.scalars(select(documents.c.text))] == ([None] if end == "emptied" else [])
        assert {*connection.scalars(select(rollups.c.bundle))} == ({OLD} if end == "emptied" else set())


def test_what_ends_before_its_turn_is_passed_over(client: FlaskClient, database: Database) -> None:
    """A text that goes while another is scored is not scored at all."""
    cards = [score(client, number) for number in range(3)]
    scorer = NewScorer(before=lambda _: delete_document(database, cards[2]["id"], "local"))
    assert [*Rescoring(database, scorer, "accurate").run()] == ["scored", "scored", "gone"]
    assert len(scorer.asked) == 2


def test_a_run_that_broke_off_goes_on(client: FlaskClient, database: Database, newer: NewScorer) -> None:
    """What was scored before a run ended is not scored again."""
    for number in range(5):
        score(client, number)
    started = Rescoring(database, newer, "accurate").run()
    assert [next(started), next(started)] == ["scored", "scored"]
    started.close()  # type: ignore[attr-defined]
    assert run().stdout.startswith("3 texts")
    assert len({request.text for request in newer.asked}) == len(newer.asked) == 5


@pytest.mark.parametrize("error", [UnscorableInput("no"), ValueError("Aldo"), MemoryError()])
def test_one_text_does_not_end_the_run(
    client: FlaskClient, newer: NewScorer, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    """A text that cannot be scored is counted, the others are scored, and the exit status is 1."""
    for number in range(3):
        score(client, number)

    def fails(request: ScoreRequest) -> None:
        if "number 1" in (request.text or ""):
            raise error

    newer.before = fails
    done = run()
    assert (done.exit_code, done.stdout) == (1, f"2 texts were scored with {NEW}, 1 could not be.\n")
    assert "Aldo" not in caplog.text


def test_no_such_bundle(client: FlaskClient) -> None:
    """A version that is not there is told, and nothing is scored."""
    done = run("--bundle", "2000.1.1")
    assert (done.exit_code, "no bundle 2000.1.1" in done.stderr) == (1, True)
