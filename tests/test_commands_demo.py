"""``slantwise demo`` as people call it, with the bundle that is shipped."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from made_store import keep_many

from models.home import slantwise_home
from service.demo.filling import alone
from service.demo.outlets import DOMAINS
from service.demo.writer import pieces
from service.store.aggregate import aggregate, kept_bundles
from service.store.cells import Question
from service.store.database import database_at
from service.store.revision import prepare
from slantwise import main

pytestmark = pytest.mark.usefixtures("home")


def demo(runner: CliRunner, *given: str) -> Result:
    """Call the command."""
    return runner.invoke(main, ["demo", *given])


@pytest.mark.slow
def test_it_fills_shows_its_story_and_goes(runner: CliRunner, home: Path) -> None:
    """One call fills the store, the next has nothing to do, the tabloid's turn is seen, and it can go."""
    first = demo(runner, "--profile", "fast")
    assert first.exit_code == 0, first.output
    assert f"{len(pieces())} articles were scored with 20" in first.output
    assert "kept with their texts" in first.output
    assert "in the store already" in demo(runner, "--profile", "fast").output
    database = database_at("", home)
    with database.read() as connection:
        kept = kept_bundles(connection)
        asked = Question(bundle=kept[0]["bundle"], profile="fast", by=("publisher",), publishers=DOMAINS)
        found = {one["publisher"]: one["advocacy"]["share"] for one in aggregate(connection, asked).groups}
    database.close()
    assert [one["documents"] for one in kept] == [len(pieces())]
    assert found["freetheestuary.example"]["low"] > 0.7
    assert found["meridianwire.example"]["high"] < 0.2
    assert 0.2 < found["dailybeacon.example"]["value"] < 0.8
    assert f"{len(pieces())} articles of the demo were removed." in demo(runner, "--remove").output


def test_other_texts_are_not_mixed_with_it_unasked(runner: CliRunner, home: Path) -> None:
    """A store that holds real texts is left alone, and the way round is said."""
    database = database_at("", home)
    prepare(database)
    keep_many(database, 1)
    database.close()
    refused = demo(runner)
    assert refused.exit_code == 1
    assert "--mix" in refused.output


def test_where_nothing_is_kept_it_says_so(runner: CliRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that keeps nothing has no place for a demo."""
    monkeypatch.setenv("SLANTWISE_STORE", "none")
    refused = demo(runner)
    assert refused.exit_code == 1
    assert "SLANTWISE_STORE" in refused.output


def test_two_at_once_are_one_too_many(runner: CliRunner) -> None:
    """While a page or another command changes the demo, this one waits for its turn to be asked."""
    with alone(slantwise_home()):
        refused = demo(runner, "--remove")
    assert refused.exit_code == 1
    assert "already" in refused.output
