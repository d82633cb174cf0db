"""Access on the production server: changes reach every worker, and hostile heads open nothing."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from made_keys import bearer, key_ids, make_key, revoke_key
from test_server import free_port, start, talk, wait

pytestmark = pytest.mark.slow
#: A change is known to every worker after at most two seconds; the machine may be busy.
SOON = 15.0


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve with two workers; at the end no line of the log holds a key."""
    port, log = free_port(), folder / "server.log"
    with log.open("w") as written:
        process = start(port, folder, written)
        try:
            address = f"http://127.0.0.1:{port}"
            wait(address)
            yield address
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=30)
    said = log.read_text()
    assert process.returncode == 0
    assert "path=/readyz status=200" in said
    assert "Traceback" not in said
    assert "slw_" not in said


@pytest.fixture
def address(home: Path, tmp_path: Path) -> Iterator[str]:
    """Serve over an empty SLANTWISE_HOME."""
    with serving(tmp_path) as address:
        yield address


def ask(address: str, key: str | None = None) -> set[int]:
    """Ask over many connections, so that both workers answer; return the different statuses."""
    headers = bearer(key) if key else {}
    return {requests.get(f"{address}/v1/model", headers=headers, timeout=10).status_code for _ in range(30)}


def wait_until(what: Callable[[], bool]) -> None:
    """Wait until something is so, and stays so."""
    end = time.monotonic() + SOON
    while not what():
        assert time.monotonic() < end, "the workers have not heard of it"
        time.sleep(0.1)


def test_every_worker_hears_of_keys(address: str) -> None:
    """A key made or revoked by another process counts in both workers within a few seconds."""
    assert ask(address) == {200}
    first = make_key("read")
    wait_until(lambda: ask(address) == {401})
    assert ask(address, first) == {200}
    second = make_key("read")
    wait_until(lambda: ask(address, second) == {200})
    revoke_key(key_ids()[0])
    wait_until(lambda: ask(address, first) == {401})
    assert (ask(address, second), ask(address)) == ({200}, {401})


def test_a_signed_in_browser_is_known_to_every_worker(address: str) -> None:
    """A cookie that one worker made is good at the other, and ends at both with its key."""
    make_key("score")
    token = make_key("read")
    browser = requests.Session()
    form = browser.get(f"{address}/sign-in", timeout=10).text
    sent = {"key": token, "csrf_token": form.partition('name="csrf_token" value="')[2].partition('"')[0]}
    assert browser.post(f"{address}/sign-in", data=sent, timeout=10).url == f"{address}/"
    cookie = f"slantwise_session={browser.cookies['slantwise_session']}"

    def statuses() -> set[int]:
        asked = [
            requests.get(f"{address}/metrics", headers={"Cookie": cookie}, timeout=10) for _ in range(30)
        ]
        return {answer.status_code for answer in asked}

    assert statuses() == {200}
    revoke_key(key_ids()[1])
    wait_until(lambda: statuses() == {401})


def exchange(address: str, raw: bytes) -> bytes:
    """Send raw bytes and return what comes back."""
    with talk(address, raw) as line:
        line.settimeout(2)
        answer = b""
        try:
            while piece := line.recv(65_536):
                answer += piece
        except TimeoutError:
            pass
        return answer


def test_hostile_heads_open_nothing(address: str) -> None:
    """Two keys, one not in ASCII, a huge one, or one on a folded line: refused."""
    key = make_key("admin").encode()
    time.sleep(2.5)
    good = b"Authorization: Bearer " + key
    heads = {
        b"HTTP/1.1 200": [good, good.replace(b"Bearer", b"bearer"), good + b" \t"],
        b"HTTP/1.1 401": [
            good + b"\r\n" + good,
            good + b"\r\nAuthorization: Basic eDp5",
            b"Authorization: Bearer slw_\xc3\xa9",
            b"Authorization: Bearer " + key + b"\xff",
            b"Authorization: Bearer slw_" + b"x" * 12_000,
            b"Authorization: Basic eDp5\r\n" + good,
            b"X-Authorization: Bearer " + key,
        ],
        b"HTTP/1.1 431": [b"Authorization: Bearer slw_" + b"x" * 40_000],
        b"HTTP/1.1 400": [
            b"Authorization : Bearer " + key,
            b"Authorization: Bearer\r\n " + key,
            good + b"\0",
        ],
    }
    ask = b"GET /v1/model HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%b\r\n\r\n"
    found = {wanted: [exchange(address, ask % head)[:12] for head in some] for wanted, some in heads.items()}
    assert found == {wanted: [wanted] * len(some) for wanted, some in heads.items()}


def test_the_body_of_a_refused_request_is_no_request(address: str) -> None:
    """What a caller without a key sends as a body is never taken for the next request."""
    make_key("admin")
    time.sleep(2.5)
    hidden = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    head = b"POST /v1/score HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    answer = exchange(address, head + b"Content-Length: %d\r\n\r\n" % len(hidden) + hidden)
    assert answer.count(b"HTTP/1.1 401") == 1
    assert b"HTTP/1.1 200" not in answer


def test_workers_share_the_limit(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two workers together let through the limit, not twice as much."""
    monkeypatch.setenv("SLANTWISE_RATE_LIMIT", "40/hour")
    with serving(tmp_path) as address:
        found = [requests.get(f"{address}/v1/model", timeout=10).status_code for _ in range(120)]
    assert (found.count(200), found.count(429)) == (40, 80)


def test_the_command_refuses_an_open_address(home: Path) -> None:
    """``slantwise serve`` beyond this machine without a key ends with status 1 and says what to do."""
    command = [sys.executable, "-m", "slantwise", "serve", "--host", "0.0.0.0", "--port", str(free_port())]
    run = subprocess.run(command, env={**os.environ}, text=True, capture_output=True, timeout=30)
    assert (run.returncode, run.stdout) == (1, "")
    assert "slantwise keys create NAME" in run.stderr
    assert "--allow-open (SLANTWISE_ALLOW_OPEN=1)" in run.stderr
