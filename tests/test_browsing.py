"""The server of the browser tests: a browser that goes away leaves nothing open behind it."""

import gc
import socket
import struct
import sys
import time
from urllib.parse import urlsplit

import pytest
from browsing import serving
from fakes import FakeScorer

from service.app import create_app
from service.settings import Settings

_RESET = struct.pack("ii", 1, 0)


def leave(host: str, port: int, after: float) -> None:
    """Ask for a stylesheet and cut the line, so many seconds later."""
    with socket.create_connection((host, port)) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        line.sendall(b"GET /static/frame.css HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        time.sleep(after)


@pytest.mark.filterwarnings("error::ResourceWarning")
def test_a_browser_that_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whenever the line is cut, before, within or after the answer, the file of the answer is closed."""
    warned: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda what: warned.append(what.exc_value))
    with serving(create_app(Settings(), FakeScorer())) as address:
        parts = urlsplit(address)
        for step in range(60):
            leave(str(parts.hostname), int(parts.port or 0), 0.0005 * step)
    gc.collect()
    assert warned == []
