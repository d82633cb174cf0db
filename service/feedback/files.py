"""Files that hold texts: whole or not there, and for their owner only."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from models.durable import sync_folder


@contextmanager
def whole_file(path: Path) -> Iterator[IO[str]]:
    """Open a file that takes its place only when all of it is on disk.

    Raises:
        OSError: it cannot be written; what stood there before stands.

    """
    scratch = path.with_name(f".{path.name}.{os.getpid()}.part")
    handle = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        scratch.replace(path)
    finally:
        scratch.unlink(missing_ok=True)
    sync_folder(path.parent)
