"""Fixtures that every test may use, the order of tests, and what becomes of those that cannot run."""

import os
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from apiflask import APIFlask
from browsing import Tab, chromium, serving, tab
from click.testing import CliRunner
from clusters import binaries, cluster, new_database
from fakes import FakeScorer
from flask.testing import FlaskClient
from made_dashboard import fill_dashboard
from made_published import publishable
from sqlalchemy import update

from models.home import slantwise_home
from service.app import create_app
from service.settings import Settings
from service.store.database import Database, database_at
from service.store.revision import upgrade
from service.store.schema import install
from service.store.secret import digest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

#: Tests that need more than this repository; they may be skipped unless SLANTWISE_REQUIRE_ALL is 1.
NEEDY = ("corpora", "browser", "training", "postgres")
CHROMIUM = Path("/usr/bin/chromium")


def _needy(item: pytest.Item) -> bool:
    return any(item.get_closest_marker(name) for name in NEEDY)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run first what needs nothing but this repository, and of that the quick tests first."""
    items.sort(key=lambda item: (_needy(item), item.get_closest_marker("slow") is not None))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip the tests of pages, and say so, where there is no browser."""
    if item.get_closest_marker("browser") and not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is missing: the pages are NOT tested")
    if item.get_closest_marker("postgres") and binaries() is None:
        pytest.skip("no PostgreSQL server is installed: the store is NOT tested on it")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn the skip of a needy test into a failure where SLANTWISE_REQUIRE_ALL is 1."""
    report = yield
    if report.skipped and _needy(item) and os.environ.get("SLANTWISE_REQUIRE_ALL") == "1":
        report.outcome = "failed"
        report.longrepr = f"SLANTWISE_REQUIRE_ALL is 1, but: {report.longrepr}"
    return report


@pytest.fixture(scope="session", autouse=True)
def _home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the tests out of the user's own SLANTWISE_HOME."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SLANTWISE_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a test a SLANTWISE_HOME of its own, still empty: with its own store, keys and secret."""
    monkeypatch.setenv("SLANTWISE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture(scope="session")
def _made_bundles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    for number, version in enumerate(("a.1", "b.1", "c.1")):
        publishable(folder, version, shift=number)
    return folder


@pytest.fixture
def bundles(_made_bundles: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder outside the home with three bundles that answer differently: a.1, b.1 and c.1."""
    monkeypatch.delenv("SLANTWISE_BUNDLE", raising=False)
    return Path(shutil.copytree(_made_bundles, home.parent / "made"))


@pytest.fixture(scope="session")
def _cluster() -> Iterator[str]:
    with cluster() as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def backend(request: pytest.FixtureRequest) -> str:
    """Run a test once for each kind of database."""
    return str(request.param)


@pytest.fixture
def database_url(backend: str, request: pytest.FixtureRequest, home: Path) -> str:
    """Name a database that does not exist yet, or is empty: once SQLite, once PostgreSQL."""
    if backend == "sqlite":
        return f"sqlite:///{home}/slantwise.db"
    return new_database(request.getfixturevalue("_cluster"))


@pytest.fixture(scope="session")
def _sqlite_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tables") / "slantwise.db"
    made = Database(f"sqlite:///{path}")
    upgrade(made)
    made.close()
    return path


@pytest.fixture(scope="session")
def _postgresql_tables(_cluster: str) -> str:
    url = new_database(_cluster)
    made = Database(url)
    upgrade(made)
    made.close()
    return url


@pytest.fixture
def database(backend: str, home: Path, request: pytest.FixtureRequest) -> Iterator[Database]:
    """Give a database with all tables, empty: a copy of one that was upgraded for all tests."""
    if backend == "sqlite":
        home.mkdir()
        shutil.copy(request.getfixturevalue("_sqlite_tables"), home / "slantwise.db")
        made = database_at("", home)
    else:
        cluster = request.getfixturevalue("_cluster")
        made = Database(new_database(cluster, request.getfixturevalue("_postgresql_tables")))
    with made.begin() as connection:
        connection.execute(update(install).values(value=digest(b"check")))
    yield made
    made.close()


@pytest.fixture(scope="module")
def chrome() -> Iterator["Browser"]:
    """Start one browser for the tests of a module."""
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve a store that is full of made scorecards, from a home of its own; return the address."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SLANTWISE_HOME", str(tmp_path_factory.mktemp("shown")))
        app = create_app(Settings(), FakeScorer())
        fill_dashboard(database_at("", slantwise_home()))
        with serving(app) as address:
            yield address


@pytest.fixture
def visit_to(chrome: "Browser", shown: str) -> Iterator[Tab]:
    """Open a tab on that store, and check at the end that nothing went wrong in it."""
    with tab(chrome, shown) as here:
        yield here


@pytest.fixture
def scorer() -> FakeScorer:
    """Return a scorer that needs no bundle."""
    return FakeScorer()


@pytest.fixture
def settings() -> Settings:
    """Return small limits, so that tests may go over them."""
    return Settings(
        max_body_bytes=1_000_000,
        max_batch_bytes=2_000_000,
        max_batch_lines=5,
        max_concurrent=1,
    )


@pytest.fixture
def app(settings: Settings, scorer: FakeScorer) -> APIFlask:
    """Return the service over the fake scorer."""
    return create_app(settings, scorer)


@pytest.fixture
def client(app: APIFlask) -> FlaskClient:
    """Return a client that sends requests without a server."""
    return app.test_client()


@pytest.fixture
def runner() -> CliRunner:
    """Return a runner of commands."""
    return CliRunner()
