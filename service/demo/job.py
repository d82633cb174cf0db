"""The demo put in or taken out by a running server, in a thread of its own."""

import threading
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from service.demo import filling
from service.demo.filling import Filling, alone
from service.problems import log_failure


def start_filling(run: Filling, home: Path, actor: str) -> threading.Thread:
    """Begin to put the demo in; every worker sees from the store how far it is.

    Raises:
        DemoRefused: it is being changed already.

    """
    return _start(home, lambda: _exhaust(run, actor))


def start_removing(run: Filling, home: Path, actor: str) -> threading.Thread:
    """Begin to take the demo out.

    Raises:
        DemoRefused: it is being changed already.

    """
    return _start(home, lambda: filling.remove(run.store.database, actor))


def _start(home: Path, work: Callable[[], object]) -> threading.Thread:
    held = ExitStack()
    held.enter_context(alone(home))
    thread = threading.Thread(target=_work, args=(held, work), name="demo", daemon=True)
    thread.start()
    return thread


def _work(held: ExitStack, work: Callable[[], object]) -> None:
    with held:
        try:
            work()
        except Exception as error:  # whoever looks sees that it stopped, and may start it again
            log_failure(error)


def _exhaust(run: Filling, actor: str) -> None:
    for _ in run.run(datetime.now(UTC).date(), actor):
        pass
