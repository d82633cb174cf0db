"""A program that is killed at each step of an act: ``killed_publisher.py HOME ACT``, HOME made by a test.

A first run says at which lines of the publishing modules the disk has changed. Then one run for each of
these lines, in a fork over a fresh copy of HOME, kills itself there. What is found afterwards goes out
as one JSON object a line.
"""

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable, Hashable
from pathlib import Path
from types import FrameType
from typing import Any

from models.bundle import load_bundle
from models.pointer import pointed_bundle_path
from models.publishing import Act, publish, rollback

MODULES = frozenset({"durable.py", "history.py", "intake.py", "pointer.py", "publishing.py", "switch.py"})
ACT = Act("a test")


def at_each_line(see: Callable[[int], object]) -> None:
    """Call something with the number of each line of the publishing modules, before it is executed."""
    executed = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal executed
        if Path(frame.f_code.co_filename).name not in MODULES:
            return None
        if event == "line":
            executed += 1
            see(executed)
        return trace

    sys.settrace(trace)


def disk(home: Path) -> Hashable:
    """Return what can be seen of a folder: every name, size and kind."""
    return tuple((str(p), p.stat().st_size, p.stat().st_ino) for p in sorted(home.rglob("*")))


def steps(home: Path, act: Callable[[], object]) -> list[int]:
    """Return the numbers of the lines before which the disk is not as it was before the last one."""
    fresh(home)
    seen: list[Hashable] = [None]
    found = []

    def see(number: int) -> None:
        now = disk(Path(os.environ["SLANTWISE_HOME"]))
        if now != seen[-1]:
            seen.append(now)
            found.append(number)

    at_each_line(see)
    act()
    sys.settrace(None)
    return found


def fresh(home: Path) -> Path:
    """Copy HOME, and make the copy the home of the next act."""
    copy = home.with_name("home-copy")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(home, copy)
    os.environ["SLANTWISE_HOME"] = str(copy)
    return copy


def in_a_fork(work: Callable[[], object]) -> int:
    """Run something in a fork; return its wait status."""
    pid = os.fork()
    if pid == 0:
        work()
        os._exit(0)
    return os.waitpid(pid, 0)[1]


def killed_at(home: Path, act: Callable[[], object], step: int) -> dict[str, Any]:
    """Kill one run before a line; say what is in use then, and what is once the act was done again."""
    copy = fresh(home)

    def killed() -> None:
        at_each_line(lambda number: number == step and os.kill(os.getpid(), signal.SIGKILL))
        act()

    status = in_a_fork(killed)
    in_use = load_bundle(pointed_bundle_path()).version
    again = in_a_fork(act)
    left = [path.name for path in copy.rglob("*") if ".incoming" in path.name or ".part" in path.name]
    return {
        "killed": os.WIFSIGNALED(status), "in_use": in_use, "again": again,
        "then": load_bundle(pointed_bundle_path()).version, "left": left,
    }  # fmt: skip


def main() -> None:
    """Kill the act at each of its steps."""
    home, wanted = Path(sys.argv[1]), sys.argv[2]
    act = (lambda: rollback("a.1", ACT)) if wanted == "rollback" else (lambda: publish(wanted, ACT))
    for step in steps(home, act):
        sys.stdout.write(json.dumps(killed_at(home, act, step)) + "\n")


if __name__ == "__main__":
    main()
