"""The demo from the browser's side: who may put it in, where, how far it is, and taking it out."""

import threading
from pathlib import Path
from typing import Any

import pytest
from fakes import FakeScorer
from flask.testing import FlaskClient
from made_keys import make_key
from made_store import keep_many

from service.app import create_app
from service.demo import filling
from service.demo.filling import alone
from service.demo.writer import pieces
from service.settings import Settings
from service.store.database import Database, database_at
from service.store.revision import prepare

SOME = 20
PAGE = "/dashboard/demo"


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take a few articles in place of all."""
    monkeypatch.setattr(filling, "pieces", lambda: pieces()[:SOME])


@pytest.fixture
def store(home: Path) -> Database:
    """Return the store of this test's server, empty."""
    database = database_at("", home)
    prepare(database)
    return database


@pytest.fixture
def client(store: Database, scorer: FakeScorer) -> FlaskClient:
    """Return a client of a server with a store of its own."""
    return create_app(Settings(), scorer).test_client()


def state(client: FlaskClient) -> dict[str, Any]:
    """Ask how far the demo is."""
    answer: dict[str, Any] = client.get(f"{PAGE}/state").json
    return answer


def wait() -> None:
    """Wait until the demo's thread has ended."""
    for thread in threading.enumerate():
        if thread.name == "demo":
            thread.join(30)


def test_it_is_put_in_and_taken_out(client: FlaskClient) -> None:
    """A click fills the store in the background, another empties it; the page says what is there."""
    assert "Not in the store" in client.get(PAGE).text
    assert client.post(PAGE).location == PAGE
    wait()
    assert state(client) == {"kept": SOME, "of": SOME, "running": False, "others": False}
    assert "In the store" in client.get(PAGE).text
    assert client.post(f"{PAGE}/remove").status_code == 303
    wait()
    assert state(client) == {"kept": 0, "of": SOME, "running": False, "others": False}


def test_progress_is_seen_while_it_runs(store: Database) -> None:
    """Between two articles the page follows, and a second click is refused."""
    go, reached = threading.Event(), threading.Event()

    def hold(request: object) -> None:
        reached.set()
        assert go.wait(30)

    client = create_app(Settings(), FakeScorer(before=hold)).test_client()
    client.post(PAGE)
    assert reached.wait(30)
    assert state(client) == {"kept": 0, "of": SOME, "running": True, "others": False}
    html = client.get(PAGE).text
    assert f'<progress max="{SOME}" value="0"' in html
    assert "demo.js" in html
    assert client.post(PAGE).status_code == 409
    assert client.post(f"{PAGE}/remove").status_code == 409
    go.set()
    wait()
    assert state(client)["kept"] == SOME


def test_a_run_that_failed_can_be_gone_on_with(store: Database) -> None:
    """What stopped it is logged; the page offers to go on, and the lock is free."""

    def fail(request: Any) -> None:
        if request.text == pieces()[7].text:
            raise RuntimeError("no more")

    client = create_app(Settings(), FakeScorer(before=fail)).test_client()
    client.post(PAGE)
    wait()
    assert state(client) == {"kept": 7, "of": SOME, "running": False, "others": False}
    html = client.get(PAGE).text
    assert "Go on" in html
    assert "Remove the demo" in html


def test_a_store_with_other_texts_is_left_alone(client: FlaskClient, store: Database) -> None:
    """Beside real texts it is put by the command line only, and the page says so in place of a button."""
    keep_many(store, 1)
    assert "slantwise demo --mix" in client.get(PAGE).text
    assert "Fill with the demo" not in client.get(PAGE).text
    assert client.post(PAGE).status_code == 409
    assert state(client)["kept"] == 0


@pytest.mark.parametrize("settings", [Settings(store="none"), Settings(max_store="none")])
def test_where_nothing_is_kept_there_is_none(settings: Settings, store: Database, scorer: FakeScorer) -> None:
    """A server that keeps nothing refuses."""
    assert create_app(settings, scorer).test_client().post(PAGE).status_code in (404, 409)


def test_another_process_at_it_is_seen(client: FlaskClient, home: Path) -> None:
    """The lock is the state: a command that fills the store shows as running here."""
    with alone(home):
        assert state(client)["running"]
    assert not state(client)["running"]


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}/remove"])
def test_only_an_admin_may(path: str, store: Database, scorer: FakeScorer) -> None:
    """A key that may read sees how far it is and no button; changing it needs admin."""
    reader = {"Authorization": f"Bearer {make_key('read')}"}
    client = create_app(Settings(), scorer).test_client()
    html = client.get(PAGE, headers=reader).text
    assert "slantwise demo" in html
    assert "<button>Fill" not in html
    assert client.post(path, headers=reader).status_code == 403
    assert client.post(path).status_code == 401
    assert client.get(PAGE).status_code == 303


def test_another_site_cannot_start_it(client: FlaskClient) -> None:
    """A form of another origin is refused, on a machine without keys, too."""
    assert client.post(PAGE, headers={"Origin": "http://evil.example"}).status_code == 403
    assert state(client)["kept"] == 0
