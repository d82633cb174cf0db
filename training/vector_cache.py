"""Vectors that were made before, one row a text, so that no run encodes a text twice."""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Half = NDArray[np.float16]


def cache_key(sentences: Sequence[str], span: tuple[int, int, int] | None, encoder: str, version: int) -> str:
    """Name what the encoder would be given."""
    what = json.dumps([list(sentences), span, encoder, version], ensure_ascii=False)
    return hashlib.sha256(what.encode("utf-8", "surrogatepass")).hexdigest()


class VectorCache:
    """A SQLite file of float16 rows; the last row of an entry is the mention's vector."""

    def __init__(self, path: Path, width: int) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.width = width
        self.connection = sqlite3.connect(path, timeout=60)
        self.connection.execute(
            "CREATE TABLE IF NOT EXISTS vectors (key TEXT PRIMARY KEY, rows BLOB) WITHOUT ROWID"
        )

    def get(self, key: str) -> Half | None:
        """Return the rows of a key, shape (n, width), or None."""
        found = self.connection.execute("SELECT rows FROM vectors WHERE key = ?", (key,)).fetchone()
        return None if found is None else np.frombuffer(found[0], np.float16).reshape(-1, self.width)

    def put(self, entries: Iterable[tuple[str, Half]]) -> None:
        """Keep entries, all of them or none."""
        with self.connection:
            self.connection.executemany(
                "INSERT OR REPLACE INTO vectors VALUES (?, ?)",
                [(key, rows.tobytes()) for key, rows in entries],
            )

    def close(self) -> None:
        """Close the file."""
        self.connection.close()
