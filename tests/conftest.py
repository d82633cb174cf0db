"""Fixtures that every test may use: an app over a fake scorer, its client, and a command runner."""

import pytest
from apiflask import APIFlask
from click.testing import CliRunner
from fakes import FakeScorer
from flask.testing import FlaskClient

from service.app import create_app
from service.settings import Settings


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
