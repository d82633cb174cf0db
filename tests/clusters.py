"""A PostgreSQL server of the tests' own, thrown away at the end."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

_numbers = count()


def binaries() -> Path | None:
    """Return the folder of the newest server on this machine, or None where there is none."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    on_path = shutil.which("initdb")
    return max(found, key=lambda path: int(path.parent.name)) if found else on_path and Path(on_path).parent


def _run(*command: str | Path) -> None:
    """Run a command of the server, which refuses to be root."""
    whose: dict[str, Any] = {}
    if os.geteuid() == 0:
        whose = {"user": "postgres", "group": "postgres", "extra_groups": []}
    subprocess.run([*map(str, command)], check=True, capture_output=True, timeout=60, cwd="/", **whose)


@contextmanager
def cluster() -> Iterator[str]:
    """Run a server that listens on a socket of its own; gives the URL of its first database."""
    folder, found = Path(tempfile.mkdtemp(prefix="sw-pg-")), binaries()
    assert found is not None
    if os.geteuid() == 0:
        os.chown(folder, pwd.getpwnam("postgres").pw_uid, -1)
    data, options = folder / "data", f"-k {folder} -c listen_addresses= -c fsync=off -c timezone=Asia/Kolkata"
    try:
        _run(found / "initdb", "-D", data, "-A", "trust", "-U", "slantwise", "-E", "UTF8", "--locale=C.UTF-8")
        _run(found / "pg_ctl", "-w", "-D", data, "-l", folder / "log", "-o", options, "start")
        yield f"postgresql://slantwise@/postgres?host={folder}"
        _run(found / "pg_ctl", "-w", "-m", "immediate", "-D", data, "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def new_database(first: str, like: str = "template1") -> str:
    """Make a database on the server of another one, empty or like a third, and return its URL."""
    name, like = f"made_{next(_numbers)}", like.partition("?")[0].rpartition("/")[2]
    with psycopg.connect(first, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {like}")  # type: ignore[call-overload]
    return first.replace("/postgres?", f"/{name}?")
