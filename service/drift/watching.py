"""Drift is looked for while the server runs: once an hour, by a process beside it that gives way."""

import logging
import subprocess
import sys
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from service.drift.state import is_fresh, read_state
from service.problems import log_failure

FIRST_SECONDS: Final = 120.0
EVERY_SECONDS: Final = 3_600.0
LONGEST_SECONDS: Final = 1_800.0
#: A process of its own: statistics over a month would hold up the threads of a worker that answers.
COMMAND: Final = (sys.executable, "-m", "slantwise", "drift", "--if-due")

log = logging.getLogger("slantwise.drift")


class Watching:
    """A thread that has drift looked for once an hour, unless another worker, or a command, just did."""

    def __init__(self, home: Path, command: Sequence[str] = COMMAND) -> None:
        self._home, self._command = home, command
        self._stop = threading.Event()

    def start(self) -> None:
        """Begin, in a thread that ends with the process."""
        threading.Thread(target=self._run, name="drift", daemon=True).start()

    def stop(self) -> None:
        """Check no more."""
        self._stop.set()

    def once(self, now: datetime) -> bool:
        """Have drift looked for, if the last check is an hour ago; return whether that went well."""
        if is_fresh(read_state(self._home), now):
            return False
        nothing = subprocess.DEVNULL
        done = subprocess.run(  # noqa: S603 (a command of our own)
            self._command, stdin=nothing, stdout=nothing, stderr=nothing, timeout=LONGEST_SECONDS, check=False
        )
        if done.returncode:
            log.error("status=%d: nobody looked for drift; run: slantwise drift", done.returncode)
            return False
        for one in (read_state(self._home) or {}).get("alarms", []):
            log.warning("alarm signal=%s profile=%s since=%s", one["signal"], one["profile"], one["since"])
        return True

    def _run(self) -> None:
        seconds = FIRST_SECONDS
        while not self._stop.wait(seconds):
            seconds = EVERY_SECONDS
            try:
                self.once(datetime.now(UTC))
            except Exception as error:  # it is tried again in an hour
                log_failure(error)
