"""``slantwise serve`` beyond this machine: only with a key, or when told so in so many words."""

import socket
from pathlib import Path
from typing import Any

import pytest
from made_keys import key_ids, make_key, revoke_key

import service.server as server
from service.access.exposure import Exposed, check_exposure, is_loopback
from service.server import CannotServe
from service.settings import Settings

pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note the addresses that would have been served, and serve none."""
    addresses: list[str] = []

    class Nothing:
        def __init__(self, settings: Settings, target: str) -> None:
            self.address = settings.host

        def serve(self) -> None:
            addresses.append(self.address)

    monkeypatch.setattr(server, "server", Nothing)
    monkeypatch.setattr(server, "check_bundle", lambda settings: "fake.1")
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "")
    return addresses


def resolve(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """Let every host name mean one address."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    found = [(family, socket.SOCK_STREAM, 0, "", (address, 0))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *names, **more: found)


@pytest.mark.parametrize(
    ("address", "own"),
    [
        ("127.0.0.1", True), ("127.8.9.1", True), ("::1", True), ("::ffff:127.0.0.1", True), ("::1%lo", True),
        ("0.0.0.0", False), ("::", False), ("::ffff:0.0.0.0", False), ("192.168.1.4", False),
        ("10.0.0.1", False), ("fe80::1%eth0", False), ("localhost", False), ("", False), ("127.1", False),
    ],
)  # fmt: skip
def test_what_is_this_machine(address: str, own: bool) -> None:
    """Only the loopback is this machine alone; what is no address counts as open to all."""
    assert is_loopback(address) is own


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_beyond_this_machine_a_key_must_exist(served: list[str], host: str) -> None:
    """Without a key the server refuses and names the two ways on; with one, or when told, it serves."""
    with pytest.raises(CannotServe, match=r"slantwise keys create NAME(.|\n)*--allow-open"):
        server.run(Settings(host=host, port=0))
    server.run(Settings(host=host, port=0, allow_open=True))
    make_key("score")
    server.run(Settings(host=host, port=0))
    assert served == [host, host]


def test_this_machine_needs_none(served: list[str]) -> None:
    """On the loopback everything works out of the box."""
    server.run(Settings(port=0))
    assert served == ["127.0.0.1"]


def test_a_revoked_key_does_not_count(served: list[str]) -> None:
    """A server guarded by a revoked key alone is guarded by none."""
    make_key("score")
    revoke_key(key_ids()[0])
    with pytest.raises(CannotServe, match="no key exists"):
        server.run(Settings(host="0.0.0.0", port=0))
    assert served == []


def test_a_name_is_judged_by_what_is_bound(served: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that means another address is refused, and one that means the loopback is bound as it."""
    resolve(monkeypatch, "127.0.0.1")
    server.run(Settings(host="inner.example", port=0))
    resolve(monkeypatch, "0.0.0.0")
    with pytest.raises(CannotServe, match=r"^0\.0\.0\.0 can be reached"):
        server.run(Settings(host="localhost", port=0))
    assert served == ["127.0.0.1"]


@pytest.mark.parametrize("has_keys", [False, True])
@pytest.mark.parametrize("allow_open", [False, True])
def test_either_is_enough(has_keys: bool, allow_open: bool) -> None:
    """One of the two, a key or the operator's word, opens an address to others."""
    if has_keys or allow_open:
        check_exposure("192.0.2.1", has_keys, allow_open)
    else:
        with pytest.raises(Exposed):
            check_exposure("192.0.2.1", has_keys, allow_open)


@pytest.mark.parametrize(
    "wrong",
    [{"rate_limit": "often"}, {"rate_limit": "0/minute"}, {"database_url": "mysql://db/slantwise"}],
)
def test_what_no_worker_could_start_with(served: list[str], wrong: dict[str, Any]) -> None:
    """A limit or a store that cannot be used is told before any worker starts."""
    with pytest.raises(CannotServe):
        server.run(Settings(port=0, **wrong))
    assert served == []


def test_a_damaged_store_is_told(served: list[str], home: Path) -> None:
    """A store that cannot be opened stops the start with a sentence that names it."""
    home.mkdir()
    (home / "slantwise.db").write_bytes(b"no database" * 100)
    with pytest.raises(CannotServe, match=r"slantwise\.db"):
        server.run(Settings(port=0))
    assert served == []
