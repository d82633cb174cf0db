"""Fetching, against a server on this machine."""

import hashlib
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from training.corpora import Card, CorpusFile, UnsafePathError
from training.fetch import (
    AddressRefusedError,
    InterruptedDownloadError,
    NotFetchableError,
    Source,
    WrongFileError,
    address,
    fetch,
)
from training.verify import verify

DATA = bytes(range(256)) * 1000
OTHER = b"another file"


@dataclass
class Server:
    """What the server holds, how it behaves, and what it was asked for."""

    base: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    break_after: int | None = None
    ranges: bool = True
    asked: list[tuple[str, str | None]] = field(default_factory=list)


@pytest.fixture
def server() -> Iterator[Server]:
    """Serve the two files of the toy corpus on a free port."""
    state = Server(files={"/o/r/c0/raw/a.bin": DATA, "/o/r/c0/raw/b.txt": OTHER})

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.asked.append((self.path, self.headers.get("Range")))
            body = state.files.get(self.path)
            if body is None:
                self.send_error(404)
                return
            match = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", "")) if state.ranges else None
            start = int(match[1]) if match else 0
            self.send_response(206 if match else 200)
            if match:
                self.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
            self.send_header("Content-Length", str(len(body) - start))
            self.end_headers()
            self.wfile.write(body[start : state.break_after])

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        thread = threading.Thread(target=http.serve_forever, daemon=True)
        thread.start()
        state.base = f"http://127.0.0.1:{http.server_port}"
        yield state
        http.shutdown()
        thread.join()


def file_of(name: str, content: bytes) -> CorpusFile:
    """Return the entry of a file with this content."""
    return CorpusFile(name, len(content), hashlib.sha256(content).hexdigest(), f"raw/{name}")


CARD = Card(
    "toy", "A toy", (), "fetch", "permissive", "none", "none", (), "o/r", "c0",
    file=(file_of("a.bin", DATA), file_of("b.txt", OTHER)),
)  # fmt: skip


def test_files_come_and_verify(server: Server, tmp_path: Path) -> None:
    """Missing files are fetched, verify, and leave no part behind."""
    fetched = fetch(CARD, tmp_path, Source(server.base))
    assert [path.name for path in fetched] == ["a.bin", "b.txt"]
    assert verify(CARD, tmp_path) == []
    assert sorted(path.name for path in (tmp_path / "toy").iterdir()) == ["a.bin", "b.txt"]


def test_good_files_are_not_asked_for_again(server: Server, tmp_path: Path) -> None:
    """A file that verifies is neither asked for nor touched."""
    fetch(CARD, tmp_path, Source(server.base))
    before = (tmp_path / "toy" / "a.bin").stat()
    (tmp_path / "toy" / "b.txt").unlink()
    server.asked.clear()
    assert [path.name for path in fetch(CARD, tmp_path, Source(server.base))] == ["b.txt"]
    assert server.asked == [("/o/r/c0/raw/b.txt", None)]
    assert (tmp_path / "toy" / "a.bin").stat() == before


def test_a_broken_download_goes_on_where_it_ended(server: Server, tmp_path: Path) -> None:
    """What came before the connection broke is kept, and only the rest is asked for."""
    server.break_after = 100_000
    with pytest.raises(InterruptedDownloadError, match="call again"):
        fetch(CARD, tmp_path, Source(server.base))
    kept = (tmp_path / "toy" / ".a.bin.part").stat().st_size
    assert 0 < kept <= 100_000
    server.break_after = None
    fetch(CARD, tmp_path, Source(server.base))
    assert server.asked[1] == ("/o/r/c0/raw/a.bin", f"bytes={kept}-")
    assert verify(CARD, tmp_path) == []


def test_a_server_without_ranges_starts_over(server: Server, tmp_path: Path) -> None:
    """Where the server sends the whole file again, the part is written anew, not appended to."""
    server.ranges = False
    part = tmp_path / "toy" / ".a.bin.part"
    part.parent.mkdir()
    part.write_bytes(DATA[:5000])
    fetch(CARD, tmp_path, Source(server.base))
    assert (tmp_path / "toy" / "a.bin").read_bytes() == DATA


def test_a_wrong_file_is_refused_and_good_ones_stay(server: Server, tmp_path: Path) -> None:
    """Other bytes of the right size are thrown away; the file fetched before stays."""
    server.files["/o/r/c0/raw/b.txt"] = OTHER.upper()
    with pytest.raises(WrongFileError, match=r"toy/b\.txt: .* another sha256"):
        fetch(CARD, tmp_path, Source(server.base))
    assert [path.name for path in (tmp_path / "toy").iterdir()] == ["a.bin"]


def test_a_rotten_part_is_thrown_away(server: Server, tmp_path: Path) -> None:
    """A part that does not fit the rest is refused once, and the next call starts afresh."""
    part = tmp_path / "toy" / ".a.bin.part"
    part.parent.mkdir()
    part.write_bytes(b"rotten")
    with pytest.raises(WrongFileError):
        fetch(CARD, tmp_path, Source(server.base))
    fetch(CARD, tmp_path, Source(server.base))
    assert verify(CARD, tmp_path) == []


def test_more_bytes_than_the_card_says_are_refused(server: Server, tmp_path: Path) -> None:
    """A file larger than its card is not written beyond the card's size."""
    server.files["/o/r/c0/raw/a.bin"] = DATA + b"more"
    with pytest.raises(WrongFileError, match="holds more than"):
        fetch(CARD, tmp_path, Source(server.base))
    assert list((tmp_path / "toy").iterdir()) == []


def test_a_wrong_local_file_is_replaced_only_by_the_right_one(server: Server, tmp_path: Path) -> None:
    """What is here and wrong stays until the right file has come."""
    local = tmp_path / "toy" / "a.bin"
    local.parent.mkdir()
    local.write_bytes(b"mine")
    server.break_after = 10
    with pytest.raises(InterruptedDownloadError):
        fetch(CARD, tmp_path, Source(server.base))
    assert local.read_bytes() == b"mine"
    server.break_after = None
    fetch(CARD, tmp_path, Source(server.base))
    assert local.read_bytes() == DATA


def test_a_gone_address_is_named_with_its_status(server: Server, tmp_path: Path) -> None:
    """A 404 is an error that names address and status; no file appears."""
    server.files.clear()
    with pytest.raises(AddressRefusedError, match=r"/o/r/c0/raw/a\.bin answers 404"):
        fetch(CARD, tmp_path, Source(server.base))
    assert list((tmp_path / "toy").iterdir()) == []


def test_no_server_is_an_interrupted_download(tmp_path: Path) -> None:
    """Where nobody answers, the error says so and asks to call again."""
    with pytest.raises(InterruptedDownloadError, match="call again"):
        fetch(CARD, tmp_path, Source("http://127.0.0.1:9", timeout=2))


@pytest.mark.parametrize("bad", [{"name": "../out.txt"}, {"path": "../../other/repo/secret"}])
def test_neither_name_nor_path_leads_out(server: Server, tmp_path: Path, bad: dict[str, str]) -> None:
    """A card whose file would lie outside its folder, here or upstream, is refused before any request."""
    card = replace(CARD, file=(replace(CARD.file[1], **bad),))
    with pytest.raises(UnsafePathError):
        fetch(card, tmp_path, Source(server.base))
    assert server.asked == []
    assert not (tmp_path / "out.txt").exists()


def test_local_corpora_have_no_address(tmp_path: Path) -> None:
    """A card that is not fetched raises instead of guessing an address."""
    with pytest.raises(NotFetchableError, match="availability is local"):
        fetch(replace(CARD, availability="local"), tmp_path)


def test_addresses_are_quoted() -> None:
    """Brackets and blanks in a path upstream are escaped."""
    card = replace(CARD, file=(replace(CARD.file[0], path="data/a (b).zip"),))
    assert address(card, card.file[0], "http://x") == "http://x/o/r/c0/data/a%20%28b%29.zip"
