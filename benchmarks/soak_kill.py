"""Kill -9 under load: an answer with an id is in the store, whatever happened to the server since.

``python benchmarks/soak_kill.py --kills 100`` serves with two workers, sends single texts and batches from
several threads, kills the whole server at a random moment, and looks in the store for every id that a
client has received. ``make soak`` runs it. SLANTWISE_DATABASE_URL names another database than SQLite.
"""

import argparse
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import func, select, text

from models.home import slantwise_home
from service.store import rollups
from service.store.database import Database, database_at
from service.store.revision import upgrade
from service.store.schema import documents, metadata, scorecards

HERE = Path(__file__).parent
WORDS = (HERE / "article.txt").read_text("utf-8").split()
MODES = ("scores", "text", None)


def made_body(rng: random.Random) -> dict[str, Any]:
    """Return a request: mostly a new text, sometimes one that was sent before."""
    words = random.Random(rng.randrange(40) if rng.random() < 0.2 else rng.random()).sample(WORDS, 80)
    body = {"text": " ".join(words), "profile": "fast", "publisher": f"Publisher {rng.randrange(5)}"}
    return body | ({"store": mode} if (mode := rng.choice(MODES)) else {})


class Client(threading.Thread):
    """Asks without a pause until the server is gone; ``ids`` are those that arrived whole."""

    def __init__(self, address: str, seed: int) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.faults: list[str] = []
        self._address = address
        self._rng = random.Random(seed)

    def run(self) -> None:
        """Ask for single texts and for batches in turn."""
        with suppress(requests.RequestException), requests.Session() as session:
            while True:
                for answer in self._batch(session) if self._rng.random() < 0.3 else self._single(session):
                    found = json.loads(answer)
                    if found.get("id"):
                        self.ids.append(found["id"])
                    elif found.get("status") != 503:
                        self.faults.append(str(found)[:200])

    def _single(self, session: requests.Session) -> Iterator[bytes]:
        yield session.post(f"{self._address}/v1/score", json=made_body(self._rng), timeout=10).content

    def _batch(self, session: requests.Session) -> Iterator[bytes]:
        """Give each line that came with its end, also of a stream that breaks off."""
        lines = "".join(json.dumps(made_body(self._rng)) + "\n" for _ in range(10))
        kind = {"Content-Type": "application/x-ndjson"}
        url, rest = f"{self._address}/v1/score/batch", b""
        with session.post(url, data=lines, headers=kind, stream=True, timeout=10) as response:
            for piece in response.iter_content(None):
                *whole, rest = (rest + piece).split(b"\n")
                yield from whole


def serve(folder: Path) -> tuple[subprocess.Popen[bytes], str]:
    """Start a server in a group of its own; return it with its address once it is ready."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "slantwise", "serve", "--workers", "2", "--port", str(port)]
    with (folder / "server.log").open("ab") as log:
        process = subprocess.Popen(
            command, env={**os.environ, "TMPDIR": str(folder)}, stdout=log, stderr=log, start_new_session=True
        )
    while process.poll() is None:
        with suppress(requests.RequestException):
            requests.get(f"http://127.0.0.1:{port}/readyz", timeout=1).raise_for_status()
            return process, f"http://127.0.0.1:{port}"
        time.sleep(0.05)
    said = (folder / "server.log").read_text("utf-8")
    if said.endswith("Address already in use\n"):  # somebody was faster
        return serve(folder)
    raise SystemExit(said)


def kill_once(folder: Path, seed: int, threads: int) -> tuple[list[str], list[str]]:
    """Serve, ask, kill; return the ids that clients have received, and what else they were told."""
    rng = random.Random(seed)
    process, address = serve(folder)
    clients = [Client(address, seed * 1_000 + number) for number in range(threads)]
    try:
        for client in clients:
            client.start()
        while any(client.is_alive() and not client.ids for client in clients):
            time.sleep(0.01)
        time.sleep(rng.uniform(0, 1))
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    for client in clients:
        client.join()
    return [one for client in clients for one in client.ids], [f for client in clients for f in client.faults]


def missing(database: Database, ids: list[str]) -> list[str]:
    """Return those of the ids that are not in the store."""
    with database.read() as connection:
        there = {*connection.scalars(select(scorecards.c.id))}
    return [one for one in ids if one not in there]


def damage(database: Database) -> list[str]:
    """Say what is wrong in the store: a broken file, half a document, sums that are not those of the rows."""
    found = []
    with database.begin() as connection:
        if database.embedded and (said := connection.scalar(text("PRAGMA integrity_check"))) != "ok":
            found.append(f"the file is damaged: {said}")
        bare = select(func.count()).where(documents.c.id.not_in(select(scorecards.c.document_id)))
        if number := connection.scalar(bare):
            found.append(f"{number} documents have no scorecard")
        sums = select(metadata.tables["rollups"])
        before = {*connection.execute(sums)}
        rollups.reroll(connection)
        if {*connection.execute(sums)} != before:
            found.append("the sums are not those of the rows")
    return found


def soak(kills: int, threads: int) -> tuple[dict[str, Any], list[str]]:
    """Kill a server so many times; return the figures and the first faults."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SLANTWISE_HOME"] = str(Path(folder) / "home")
        database = database_at(os.environ.get("SLANTWISE_DATABASE_URL", ""), slantwise_home())
        upgrade(database)
        ids, lost, faults = [], 0, []
        for number in range(kills):
            received, told = kill_once(Path(folder), number, threads)
            gone = missing(database, received)
            ids, lost, faults = ids + received, lost + len(gone), faults + told + gone
        gone = missing(database, ids)
        faults += damage(database)
        database.close()
    figures = {
        "store.lost": {"value": lost + len(gone), "n": kills},
        "store.received": {"value": len(ids), "n": kills},
        "store.faults": {"value": len(faults), "n": kills},
    }
    return figures, faults[:10]


def main() -> int:
    """Soak, write, print; the exit status is 1 where an answer was lost or the store is damaged."""
    parser = argparse.ArgumentParser(description="Kill a server under constant traffic.")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--threads", type=int, default=4)
    parser.add_argument("--out", type=Path, default=HERE / "soak_kill.json")
    asked = parser.parse_args()
    load = round(os.getloadavg()[0], 2)
    figures, faults = soak(asked.kills, asked.threads)
    facts = {"cores": len(os.sched_getaffinity(0)), "load_before": load}
    asked.out.write_text(json.dumps({"machine": facts, "figures": figures}, indent=1) + "\n", "utf-8")
    for name, figure in figures.items():
        print(f"{name:28}{figure['value']:10}   n {figure['n']}")
    for fault in faults:
        print(fault)
    return int(bool(faults or figures["store.lost"]["value"]))


if __name__ == "__main__":
    sys.exit(main())
