"""A long job in steps: each is kept when it is done, so that a job that was killed goes on where it was.

What is kept are fitted models and counts, never a text. It is joblib's pickles: artefacts that this
machine itself made a moment ago, in a folder that only its user may read.
"""

import fcntl
import hashlib
import json
import os
import pickle
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import joblib

from models.durable import sync_folder, write_whole

T = TypeVar("T")
DONE = "done.json"


class AnotherJob(RuntimeError):
    """Another job of this kind is running on this SLANTWISE_HOME."""


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Let one job at a time into a folder; the lock of one that was killed is free at once.

    Raises:
        AnotherJob: when another process has it.

    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / "lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AnotherJob("another retraining is running on this SLANTWISE_HOME") from None
        yield


class Steps:
    """The steps of one job in one folder, named by everything that the job's result depends on."""

    def __init__(self, home: Path, depends_on: Mapping[str, Any]) -> None:
        told = json.dumps(depends_on, sort_keys=True)
        self.folder = home / hashlib.sha256(told.encode()).hexdigest()[:16]
        for other in home.iterdir():  # what other jobs left when they were killed
            if other.is_dir() and other != self.folder and not (other / DONE).is_file():
                shutil.rmtree(other)
        self.folder.mkdir(exist_ok=True, mode=0o700)

    def __call__(self, name: str, make: Callable[[], T], /) -> T:
        """Return what a step made when it was done, or do it now and keep it."""
        file = self.folder / f"{name}.joblib"
        if file.is_file():
            found: T = joblib.load(file)
            return found
        made = make()
        scratch = file.with_suffix(".part")
        joblib.dump(made, scratch, protocol=pickle.HIGHEST_PROTOCOL)
        sync_folder(scratch)
        scratch.replace(file)
        sync_folder(self.folder)
        return made

    def outcome(self) -> dict[str, Any] | None:
        """Return what the job came to, where it is done already."""
        file = self.folder / DONE
        return json.loads(file.read_text("utf-8")) if file.is_file() else None

    def finish(self, outcome: Mapping[str, Any]) -> None:
        """Keep what the job came to, and nothing else."""
        write_whole(self.folder / DONE, json.dumps(outcome).encode())
        for file in self.folder.iterdir():
            if file.name != DONE:
                file.unlink()


def sources_sha256(*folders: Path) -> str:
    """Return one sha256 over all Python sources of some packages: what the code was, committed or not."""
    total = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*.py")):
            total.update(f"{path.relative_to(folder)}\n".encode())
            total.update(path.read_bytes())
    return total.hexdigest()


def listing_sha256(home: Path, names: set[str]) -> str:
    """Return one sha256 over the names, sizes and times of change of the files of some folders."""
    lines = [
        f"{path.relative_to(home)} {path.stat().st_size} {path.stat().st_mtime_ns}"
        for name in sorted(names)
        for path in sorted((home / name).rglob("*"))
        if path.is_file()
    ]
    return hashlib.sha256(os.linesep.join(lines).encode()).hexdigest()
