"""The installation's secret: made once, private, and the key of every digest."""

import os
import subprocess
import sys
from hashlib import blake2b
from pathlib import Path

import pytest

from service.store.secret import SecretUnusable, digest


def test_made_once_and_private(home: Path) -> None:
    """The first digest makes 32 random bytes that only the owner may read; the next ones keep them."""
    first = digest(b"a", "text")
    made = (home / "secret").read_bytes()
    assert (len(made), (home / "secret").stat().st_mode & 0o777) == (32, 0o600)
    assert (digest(b"a", "text"), (home / "secret").read_bytes()) == (first, made)
    assert [path.name for path in home.iterdir()] == ["secret"]


def test_digest_is_keyed_by_secret_and_purpose(home: Path) -> None:
    """A digest is that of blake2b with the secret as its key and the purpose as its person."""
    found = digest(b"purpose", b"abc", size=16)
    key = (home / "secret").read_bytes()
    assert found == blake2b(b"3:abc", key=key, person=b"purpose", digest_size=16).digest()
    assert digest(b"other", b"abc", size=16) != found


def test_parts_do_not_run_together(home: Path) -> None:
    """Where one part ends and the next begins counts, and nothing differs from the empty string."""
    said = [("ab", "c"), ("a", "bc"), ("abc",), ("abc", ""), ("abc", None), ("", "abc"), (None, "abc")]
    assert len({digest(b"a", *parts) for parts in said}) == len(said)


def test_many_processes_agree(tmp_path: Path) -> None:
    """Of processes that start at once, one makes the secret and all use it."""
    code = "import sys; from service.store.secret import digest; sys.stdin.read(1); print(digest(b'a').hex())"
    environment = {**os.environ, "SLANTWISE_HOME": str(tmp_path / "new" / "home")}
    command = [sys.executable, "-c", code]
    started = [subprocess.Popen(command, env=environment, stdin=-1, stdout=-1, text=True) for _ in range(8)]
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go")
        process.stdin.flush()
    assert len({process.communicate(timeout=30)[0] for process in started}) == 1


@pytest.mark.parametrize("content", [b"", b"x" * 31, b"x" * 33])
def test_refuses_what_was_not_made_here(home: Path, content: bytes) -> None:
    """A secret that was cut or replaced is refused by the name of its file."""
    home.mkdir()
    (home / "secret").write_bytes(content)
    with pytest.raises(SecretUnusable, match=rf"secret: holds {len(content)} bytes"):
        digest(b"a", "text")


def test_says_when_it_cannot_be_made(home: Path) -> None:
    """A home that is no folder is told by the name of the secret and the system's own words."""
    home.write_text("")
    with pytest.raises(SecretUnusable, match="secret: File exists"):
        digest(b"a", "text")
