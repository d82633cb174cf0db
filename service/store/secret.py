"""The secret of this installation: what is kept in place of texts and names is hashed with it."""

import os
import secrets
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Final

from models.durable import sync_folder
from models.home import slantwise_home

SIZE: Final = 32
NAME: Final = "secret"


class SecretUnusable(RuntimeError):
    """The secret cannot be read or made; the message names the file and the fact, never the secret."""


def digest(person: bytes, *parts: bytes | str | None, size: int = SIZE) -> bytes:
    """Return what only this installation can make of the parts; where one ends and the next begins counts.

    ``person`` (at most 16 bytes) names the purpose, so that the digests of one never tell anything
    about those of another. None differs from the empty string.

    Raises:
        SecretUnusable: the secret cannot be read or made.

    """
    return digest_with(_secret(slantwise_home()), person, *parts, size=size)


def digest_with(key: bytes, person: bytes, *parts: bytes | str | None, size: int = SIZE) -> bytes:
    """Return what the installation with this secret makes of the parts."""
    state = blake2b(key=key, digest_size=size, person=person)
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        state.update(b"-" if raw is None else b"%d:" % len(raw))
        state.update(raw or b"")
    return state.digest()


@lru_cache(maxsize=8)
def _secret(home: Path) -> bytes:
    """Read the secret; the first call of all makes it."""
    path = home / NAME
    try:
        if not path.exists():
            _make(path)
        key = path.read_bytes()
    except OSError as error:
        raise SecretUnusable(f"{path}: {error.strerror or error}") from None
    if len(key) != SIZE:
        raise SecretUnusable(f"{path}: holds {len(key)} bytes, not the {SIZE} that were written")
    return key


def _make(path: Path) -> None:
    """Write the secret aside and link it into place: of several that try, one wins and all read its."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    scratch = path.with_name(f".{NAME}.{secrets.token_hex(8)}")
    handle = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(SIZE))
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(scratch)
    except FileExistsError:
        pass
    finally:
        scratch.unlink()
    sync_folder(path.parent)
