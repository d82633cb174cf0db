"""Fixtures that every test may use, the order of tests, and what becomes of those that cannot run."""

import os
from collections.abc import Generator
from pathlib import Path

import pytest
from apiflask import APIFlask
from click.testing import CliRunner
from fakes import FakeScorer
from flask.testing import FlaskClient

from service.app import create_app
from service.settings import Settings

#: Tests that need more than this repository; they may be skipped unless SLANTWISE_REQUIRE_ALL is 1.
NEEDY = ("corpora", "browser", "training")
CHROMIUM = Path("/usr/bin/chromium")


def _needy(item: pytest.Item) -> bool:
    return any(item.get_closest_marker(name) for name in NEEDY)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run first what needs nothing but this repository."""
    items.sort(key=_needy)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip the tests of pages, and say so, where there is no browser."""
    if item.get_closest_marker("browser") and not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is missing: the pages are NOT tested")


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
