"""The production server: several workers, one address, and a bundle checked before any of them starts."""

import os
import shutil
import socket
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import click
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from models.home import slantwise_home
from service.access.exposure import Exposed, check_exposure
from service.access.limits import share_of_worker
from service.loading import check_bundle
from service.settings import BadSetting, Settings
from service.store.database import StoreUnavailable, StoreUnusable, database_at
from service.store.keys import live_keys
from service.store.revision import prepare
from service.store.secret import SecretUnusable

APP: Final = "service.app:create_app"
#: Threads beyond those that score. Each is started when needed; most only wait for slow bodies, for which
#: the server has no time-out, while the rest answers.
SPARE_THREADS: Final = 124
MAX_HEAD: Final = 16_384
LOGGING: Final[dict[str, Any]] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {
        "slantwise": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "_granian": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
    },
}


class CannotServe(RuntimeError):
    """The server cannot start; the message says why."""


def run(settings: Settings, target: str = APP) -> None:
    """Check the address, the store and the bundle, then serve until a signal ends it.

    Raises:
        CannotServe: the address cannot be had, lies open without a key, or the store cannot be used.
        BundleUnusable: the bundle is refused.

    """
    settings = replace(settings, host=_checked_address(settings))
    _check_access(settings)
    version = check_bundle(settings)
    folder = Path(tempfile.mkdtemp(prefix="slantwise-metrics-"))
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    shown = f"[{settings.host}]" if ":" in settings.host else settings.host
    click.echo(f"Slantwise serves bundle {version} at http://{shown}:{settings.port}")
    try:
        server(settings, target).serve()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def server(settings: Settings, target: str = APP) -> Granian:
    """Configure the server; each worker builds its own app from the environment."""
    return Granian(
        target,
        factory=True,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=settings.workers,
        blocking_threads=settings.max_concurrent + SPARE_THREADS,
        http1_settings=HTTP1Settings(header_read_timeout=5_000, max_buffer_size=MAX_HEAD),
        respawn_failed_workers=True,
        workers_kill_timeout=int(settings.deadline_seconds) + 5,
        log_level=LogLevels.error,
        log_dictconfig=LOGGING,
    )


def _check_access(settings: Settings) -> None:
    """Make the store ready before several workers want it, and look who could ask this server."""
    try:
        share_of_worker(settings.rate_limit, settings.workers)
        database = database_at(settings.database_url, slantwise_home())
        prepare(database)
        with database.read() as connection:
            has_keys = bool(live_keys(connection))
        database.close()
        check_exposure(settings.host, has_keys, settings.allow_open)
    except (BadSetting, StoreUnusable, StoreUnavailable, SecretUnusable, Exposed) as error:
        raise CannotServe(str(error)) from None


def _checked_address(settings: Settings) -> str:
    """Return the numeric address, after binding it once without sharing.

    Workers share their port, so two servers would share it unseen.
    """
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)
        family, _, _, _, address = found[0]
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise CannotServe(f"{settings.host}:{settings.port}: {error.strerror or error}") from None
    return str(address[0])
