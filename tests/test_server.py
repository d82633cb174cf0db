"""The production server on loopback: several workers, hostile clients, and a clean end."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO

import pytest
import requests

pytestmark = pytest.mark.slow

SCRIPT = """
import service.server as server
from service.settings import settings_from
server.check_bundle = lambda settings: "fake.1"
server.run(settings_from(), "fakes:create_fake_app")
"""
LINE = b'{"text": "One short text about something."}\n'
LIMITS = {
    "MAX_BODY_BYTES": "1000000",
    "MAX_BATCH_BYTES": "2000000",
    "MAX_CONCURRENT": "2",
    "BODY_SECONDS": "1",
}


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def start(port: int, folder: Path, log: int | IO[str] = subprocess.PIPE) -> subprocess.Popen[str]:
    """Start the server with small limits, its temporary files in a folder.

    A pipe holds some 600 lines; then the server waits for a reader. Give a file where there are more.
    """
    limits = {f"SLANTWISE_{name}": value for name, value in LIMITS.items()}
    environment = {
        **os.environ, **limits, "SLANTWISE_PORT": str(port), "TMPDIR": str(folder),
        "PYTHONPATH": str(Path(__file__).parent),
    }  # fmt: skip
    command = [sys.executable, "-c", SCRIPT]
    return subprocess.Popen(command, env=environment, text=True, stdout=subprocess.PIPE, stderr=log)


def wait(address: str) -> None:
    """Wait until the server is ready; on a busy machine that takes its time."""
    for _ in range(600):
        try:
            assert requests.get(address + "/readyz", timeout=2).json()["status"] == "ready"
        except requests.ConnectionError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(address)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve for the length of this file; at the end TERM ends it cleanly and nothing is left behind."""
    port, folder = free_port(), tmp_path_factory.mktemp("server")
    process = start(port, folder)
    address = f"http://127.0.0.1:{port}"
    wait(address)
    assert [*folder.glob("slantwise-metrics-*")]
    yield address
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=10)
    assert (process.returncode, out) == (0, f"Slantwise serves bundle fake.1 at {address}\n")
    assert "Traceback" not in err
    assert not [*folder.glob("slantwise-metrics-*")]


def talk(address: str, raw: bytes) -> socket.socket:
    """Send raw bytes and leave the line open."""
    host, port = address.removeprefix("http://").split(":")
    line = socket.create_connection((host, int(port)), timeout=5)
    line.sendall(raw)
    return line


def head(path: str, length: int) -> bytes:
    """Return the head of a request that promises a body."""
    kind = "application/x-ndjson" if "batch" in path else "application/json"
    lines = [f"POST {path} HTTP/1.1", "Host: localhost", f"Content-Type: {kind}", f"Content-Length: {length}"]
    return "\r\n".join([*lines, "", ""]).encode()


@pytest.mark.parametrize(("path", "limit"), [("/v1/score", 1_000_000), ("/v1/score/batch", 2_000_000)])
def test_chunked_over_the_limit(address: str, path: str, limit: int) -> None:
    """A chunked body is scored whole up to the limit, and is 413 beyond it."""
    kind = {"Content-Type": "application/x-ndjson" if "batch" in path else "application/json"}
    pad = b" " * 50_000
    whole = [LINE, *[pad] * (limit // len(pad) - 1)]
    good = requests.post(address + path, data=iter(whole), headers=kind, timeout=5)
    over = requests.post(address + path, data=iter([*whole, pad]), headers=kind, timeout=5)
    assert (good.status_code, over.status_code) == (200, 413)
    assert over.headers["Content-Type"] == "application/problem+json"


def test_half_sent_bodies_hurt_nobody(address: str) -> None:
    """Sixty half-sent bodies keep nobody else waiting, and none of them is scored when its client leaves."""
    scored = 'slantwise_requests_total{method="POST",route="/v1/score",status="400"}'
    lines = [talk(address, head("/v1/score", 500) + b'{"text": "') for _ in range(60)]
    began = time.monotonic()
    assert requests.post(address + "/v1/score", json=json.loads(LINE), timeout=5).status_code == 200
    assert time.monotonic() - began < 1
    for line in lines:
        line.close()
    time.sleep(0.5)
    assert f"{scored} 60.0" in requests.get(address + "/metrics", timeout=5).text


def test_half_sent_heads_hurt_nobody(address: str) -> None:
    """Forty half-sent heads keep nobody else waiting."""
    lines = [talk(address, b"POST /v1/score HTTP/1.1\r\nHost: loc") for _ in range(40)]
    assert requests.get(address + "/healthz", timeout=2).status_code == 200
    for line in lines:
        line.close()


def test_clients_that_hang_up(address: str) -> None:
    """Clients that leave, before their body is whole or while a batch streams, hold no place."""
    batch = LINE * 900
    for _ in range(12):
        talk(address, head("/v1/score", 500) + b'{"text": "').close()
        talk(address, head("/v1/score/batch", len(batch)) + batch).close()
    time.sleep(1)
    answers = [requests.post(address + "/v1/score", json=json.loads(LINE), timeout=5) for _ in range(8)]
    assert [answer.status_code for answer in answers] == [200] * 8


def test_metrics_of_all_workers(address: str) -> None:
    """Whichever worker is asked, /metrics counts the requests of all."""

    def scored() -> float:
        text = requests.get(address + "/metrics", timeout=5).text
        wanted = 'slantwise_requests_total{method="POST",route="/v1/score",status="200"} '
        return sum(float(line.removeprefix(wanted)) for line in text.splitlines() if line.startswith(wanted))

    before = scored()
    with ThreadPoolExecutor(2) as pool:
        list(
            pool.map(
                lambda _: requests.post(address + "/v1/score", json=json.loads(LINE), timeout=5), range(30)
            )
        )
    answered = {scored() for _ in range(6)}
    assert answered == {before + 30}


def test_heads_without_bodies(address: str) -> None:
    """HEAD and a page not modified are answered without a body."""
    assert requests.head(address + "/", timeout=5).status_code == 200
    style = requests.get(address + "/static/page.css", timeout=5)
    again = requests.get(
        address + "/static/page.css", timeout=5, headers={"If-None-Match": style.headers["ETag"]}
    )
    assert (again.status_code, again.content) == (304, b"")


def test_a_taken_address_is_refused(address: str, tmp_path: Path) -> None:
    """A second server on the same port does not share it in silence: it says so and ends."""
    process = start(int(address.rpartition(":")[2]), tmp_path)
    _, err = process.communicate(timeout=10)
    assert process.returncode != 0
    assert "Address already in use" in err


@pytest.mark.parametrize("command", [["serve"], ["score", "-"]])
def test_an_unusable_bundle_is_refused(command: list[str], tmp_path: Path) -> None:
    """Without a sound bundle nothing starts: the message names it, and nothing else is printed."""
    environment = {
        **os.environ,
        "SLANTWISE_BUNDLE": str(tmp_path / "broken"),
        "SLANTWISE_PORT": str(free_port()),
    }
    arguments = [sys.executable, "-m", "slantwise", *command]
    run = subprocess.run(
        arguments, env=environment, text=True, capture_output=True, input="A text.", timeout=20
    )
    assert (run.returncode, run.stdout) == (1, "")
    assert "broken" in run.stderr
    assert "Traceback" not in run.stderr
