"""What an encoder was taught, kept beside it: its vectors know the labels of those samples.

``taught.json`` in an encoder's folder names them by head, as digests of their keys. Heads are stacked and
calibrated on other samples, and no held-out figure comes from these.
"""

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.encoder import encoder_folder
from training.reading import digest
from training.tables import Table

FILE: Final = "taught.json"
Taught = Mapping[str, frozenset[str]]


def write_taught(folder: Path, taught: Mapping[str, Collection[str]]) -> None:
    """Write which keys an encoder was taught, by head."""
    named = {head: sorted(map(digest, keys)) for head, keys in sorted(taught.items())}
    (folder / FILE).write_text(json.dumps(named, indent=0) + "\n", "utf-8")


def taught_by(encoder: str) -> Taught:
    """Return the digests of the keys that an encoder was taught, by head; none for one that was not tuned."""
    file = encoder_folder(encoder) / FILE
    if not file.is_file():
        return {}
    return {head: frozenset(names) for head, names in json.loads(file.read_text("utf-8")).items()}


def untaught(taught: Taught, head: str, table: Table, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which rows an encoder was not taught for a head."""
    known = taught.get(head, frozenset())
    return np.array([digest(str(key)) not in known for key in table.keys[rows]], bool)
