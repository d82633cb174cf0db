"""Held-out predictions of a bundle, kept beside it as ``<version>-oof.npz``: keys and numbers, no text."""

import io
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from models.durable import write_whole
from models.heads import Kind

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]
#: What a row is: of a corpus, of its development part, of the frozen test part, or feedback.
Part = Literal["corpora", "dev", "frozen", "feedback"]
FORMAT: Final = 1
_NAMES: Final = ("keys", "units", "corpora", "parts")


class PredictionsRejected(ValueError):
    """A file of held-out predictions is missing, not of this form, or of another bundle."""


@dataclass(frozen=True)
class HeldOut:
    """One head's predictions of n rows, by profile; K is the number of outputs (1 for a binary head).

    ``probabilities`` are (n, K); ``truth`` and ``decided`` are class numbers (n,) or, multilabel, 0 and 1
    of shape (n, K), with -1 in ``truth`` where nobody was asked. ``units`` are what is drawn as a whole:
    publishers, or groups.
    """

    head: str
    kind: Kind
    classes: tuple[str, ...]
    keys: NDArray[np.str_]
    units: NDArray[np.str_]
    corpora: NDArray[np.str_]
    parts: NDArray[np.str_]
    truth: Ints
    probabilities: Mapping[str, Floats]
    decided: Mapping[str, Ints]

    def __len__(self) -> int:
        return len(self.keys)

    def take(self, chosen: NDArray[Any]) -> "HeldOut":
        """Return some rows, by a mask or by their numbers."""
        return HeldOut(
            self.head, self.kind, self.classes, self.keys[chosen], self.units[chosen], self.corpora[chosen],
            self.parts[chosen], self.truth[chosen],
            {profile: rows[chosen] for profile, rows in self.probabilities.items()},
            {profile: rows[chosen] for profile, rows in self.decided.items()},
        )  # fmt: skip


def oof_file(bundle: Path) -> Path:
    """Return where a bundle's held-out predictions lie: ``<version>-oof.npz`` beside its folder."""
    return bundle.with_name(f"{bundle.name}-oof.npz")


def save_held_out(file: Path, sha256: str, predictions: Mapping[str, HeldOut]) -> Path:
    """Write the predictions of the bundle whose manifest has this sha256; the file is whole or absent."""
    arrays: dict[str, NDArray[Any]] = {}
    heads: dict[str, Any] = {}
    for name, said in predictions.items():
        heads[name] = {
            "kind": said.kind, "classes": list(said.classes), "profiles": list(said.probabilities),
        }  # fmt: skip
        arrays |= {f"{name}.{part}": getattr(said, part) for part in (*_NAMES, "truth")}
        for profile, rows in said.probabilities.items():
            arrays[f"{name}.{profile}.probabilities"] = rows
            arrays[f"{name}.{profile}.decided"] = said.decided[profile].astype(np.int8)
    about = json.dumps({"format": FORMAT, "bundle": sha256, "heads": heads})
    content = io.BytesIO()
    np.savez_compressed(content, allow_pickle=False, about=np.array(about), **arrays)
    file.parent.mkdir(parents=True, exist_ok=True)
    write_whole(file, content.getvalue())
    return file


def load_held_out(file: Path, sha256: str) -> dict[str, HeldOut]:
    """Read the predictions of the bundle whose manifest has this sha256.

    Raises:
        PredictionsRejected: there are none, or none of this bundle and form.

    """
    try:
        with file.open("rb") as stream, np.load(stream, allow_pickle=False) as archive:
            about = json.loads(str(archive["about"]))
            if about["format"] != FORMAT:
                raise PredictionsRejected(f"{file.name} has format {about['format']}, not {FORMAT}")
            if about["bundle"] != sha256:
                raise PredictionsRejected(f"{file.name} is of another bundle of this version")
            return {name: _read(name, facts, archive) for name, facts in about["heads"].items()}
    except FileNotFoundError:
        raise PredictionsRejected(f"{file.name} is missing") from None
    except (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile, zlib.error) as error:
        if isinstance(error, PredictionsRejected):
            raise
        raise PredictionsRejected(f"{file.name} cannot be read") from None


def _read(name: str, facts: Mapping[str, Any], archive: Mapping[str, NDArray[Any]]) -> HeldOut:
    profiles = facts["profiles"]
    keys, units, corpora, parts = (archive[f"{name}.{part}"] for part in _NAMES)
    return HeldOut(
        name, facts["kind"], tuple(facts["classes"]), keys, units, corpora, parts, archive[f"{name}.truth"],
        {p: archive[f"{name}.{p}.probabilities"] for p in profiles},
        {p: archive[f"{name}.{p}.decided"].astype(np.int64) for p in profiles},
    )  # fmt: skip
