"""A model on disk: plain arrays, JSON and a card, each checked by sha256 before it is opened."""

import json
import math
import shutil
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from models.bundle_files import (
    FORMAT,
    BundleRejected,
    read_manifest,
    verify,
    vocabulary_file,
)
from models.encoder import file_sha256
from models.heads import Calibration, Head, Pooling, Space
from models.pointer import SHIPPED, current_bundle_path
from models.request import MAX_TARGETS, TEXT_LIMITS
from models.sparse import Floats, Linear, SparseSpace

__all__ = [
    "SHIPPED", "Bundle", "BundleRejected", "current_bundle_path", "head_arrays", "load_bundle",
    "save_bundle", "verify",
]  # fmt: skip


@dataclass(frozen=True)
class Bundle:
    """A verified bundle: its manifest, feature spaces and heads."""

    path: Path
    sha256: str
    manifest: Mapping[str, Any]
    spaces: Mapping[Space, SparseSpace]
    heads: Mapping[str, Head]
    centroids: Floats
    reference: tuple[Mapping[str, Any], ...]

    @property
    def version(self) -> str:
        """The bundle's name, such as ``2026.11.1``."""
        return str(self.manifest["version"])

    @property
    def encoder(self) -> str:
        """The sha256 of the encoder that the dense views need."""
        return str(self.manifest["encoder"])

    def card(self) -> dict[str, Any]:
        """Return what ``/v1/model`` says: manifest, heads, limits."""
        heads = {
            name: {
                "kind": head.kind,
                "classes": list(head.classes),
                "calibrated": head.calibrated,
                "thresholds": {
                    p: [round(float(x), 4) for x in c.offsets] for p, c in head.calibrations.items()
                },
                "abstain_below_confidence": {p: round(c.cut, 4) for p, c in head.calibrations.items()},
            }
            for name, head in self.heads.items()
        }
        told = {k: v for k, v in self.manifest.items() if k not in ("files", "heads")}
        limits = {"characters": dict(TEXT_LIMITS), "targets": MAX_TARGETS}
        return {**told, "sha256": self.sha256, "heads": heads, "limits": limits}


def load_bundle(path: Path) -> Bundle:
    """Verify and read a bundle; nothing in it is ever executed.

    Raises:
        BundleRejected: a file is missing, truncated, altered, unknown, a pickle, or of another format.

    """
    manifest = read_manifest(path)
    verify(path, manifest)
    arrays = _arrays(path)
    reference = tuple(_read_json(path, "reference.json"))
    try:
        spaces = {space: _space(path, space, arrays) for space in manifest["spaces"]}
        heads = {name: _head(name, entry, arrays) for name, entry in manifest["heads"].items()}
        for head in heads.values():
            _check_widths(head, spaces)
        centroids = arrays["centroids"]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        if isinstance(error, BundleRejected):
            raise
        raise BundleRejected(f"{path.name}: arrays.npz and manifest.json do not fit: {error!r}") from None
    return Bundle(path, file_sha256(path / "manifest.json"), manifest, spaces, heads, centroids, reference)


def _arrays(path: Path) -> dict[str, Floats]:
    try:
        with (path / "arrays.npz").open("rb") as file, np.load(file, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
    except (ValueError, EOFError, OSError, AttributeError, TypeError, BadZipFile, zlib.error) as error:
        raise BundleRejected(f"{path.name}: arrays.npz cannot be read: {error}") from None
    for name, array in arrays.items():
        if not isinstance(array, np.ndarray) or array.dtype.kind != "f":
            raise BundleRejected(f"{path.name}: arrays.npz cannot be read: {name} is no array of numbers")
    return arrays


def _read_json(path: Path, name: str) -> list[Any]:
    try:
        content = json.loads((path / name).read_text("utf-8"))
    except (ValueError, RecursionError) as error:
        raise BundleRejected(f"{path.name}: {name} is not JSON: {error}") from None
    if not isinstance(content, list):
        raise BundleRejected(f"{path.name}: {name} is not a list")
    return content


def _space(path: Path, space: str, arrays: Mapping[str, Floats]) -> SparseSpace:
    name, idf = vocabulary_file(space), arrays[f"{space}.idf"]
    words = _read_json(path, name)
    if len(words) != len(idf):
        raise BundleRejected(f"{path.name}: {name} has {len(words)} entries, its weights {len(idf)}")
    return SparseSpace(tuple(words), idf)


def _linear(name: str, arrays: Mapping[str, Floats]) -> Linear:
    return Linear(arrays[f"{name}.coef"].astype(np.float32), arrays[f"{name}.bias"].astype(np.float32))


def _head(name: str, entry: Mapping[str, Any], arrays: Mapping[str, Floats]) -> Head:
    views = {view: _linear(f"{name}.{view}", arrays) for view in entry["views"]}
    calibrations = {
        profile: Calibration(_linear(f"{name}.{profile}", arrays), arrays[f"{name}.{profile}.offsets"], cut)
        for profile, cut in entry["cuts"].items()
    }
    poolings = {
        profile: Pooling(float(told["slope"]), tuple(map(float, told["bias"])), float(told["cut"]))
        for profile, told in entry.get("poolings", {}).items()
    }
    return Head(
        name, entry["kind"], entry["space"], tuple(entry["classes"]), views, calibrations,
        entry["calibrated"], poolings,
    )  # fmt: skip


def _check_widths(head: Head, spaces: Mapping[Space, SparseSpace]) -> None:
    for view, linear in head.views.items():
        if linear.coef.shape[1:] != (head.outputs,) or linear.bias.shape != (head.outputs,):
            raise ValueError(f"{head.name}.{view} has not {head.outputs} outputs")
        if view == "sparse" and len(linear.coef) != len(spaces[head.space].vocabulary):
            raise ValueError(f"{head.name}.{view} has not a weight for each entry of its vocabulary")
    for profile, pooling in head.poolings.items():
        numbers = (pooling.slope, *pooling.bias, pooling.cut)
        fits = profile in head.calibrations and len(pooling.bias) == head.outputs and pooling.slope > 0
        if not (fits and all(map(math.isfinite, numbers))):
            raise ValueError(f"{head.name} has no pooling that fits its {head.outputs} outputs in {profile}")


def head_arrays(head: Head) -> tuple[dict[str, Any], dict[str, Floats]]:
    """Return a head's manifest entry and its arrays, the inverse of what loading does."""
    arrays: dict[str, Floats] = {}
    for view, linear in head.views.items():
        precision = np.float16 if view == "sparse" else np.float32
        arrays[f"{head.name}.{view}.coef"] = linear.coef.astype(precision)
        arrays[f"{head.name}.{view}.bias"] = linear.bias
    for profile, c in head.calibrations.items():
        arrays[f"{head.name}.{profile}.coef"] = c.stack.coef
        arrays[f"{head.name}.{profile}.bias"] = c.stack.bias
        arrays[f"{head.name}.{profile}.offsets"] = c.offsets
    entry = {
        "kind": head.kind, "space": head.space, "classes": list(head.classes), "calibrated": head.calibrated,
        "views": list(head.views), "cuts": {p: c.cut for p, c in head.calibrations.items()},
        **({"poolings": {p: asdict(how) for p, how in head.poolings.items()}} if head.poolings else {}),
    }  # fmt: skip
    return entry, arrays


def save_bundle(
    path: Path, manifest: Mapping[str, Any], spaces: Mapping[Space, SparseSpace], heads: Mapping[str, Head],
    centroids: Floats, reference: list[dict[str, Any]], texts: Mapping[str, str],
) -> Path:  # fmt: skip
    """Write a bundle into a new folder beside its place, then move it there whole.

    ``texts`` are further files by name (card, licence).

    Raises:
        FileExistsError: when the place is taken.

    """
    if path.exists():
        raise FileExistsError(f"{path} exists")
    scratch = path.with_name(f".{path.name}.part")
    shutil.rmtree(scratch, ignore_errors=True)  # what an earlier attempt left
    scratch.mkdir(parents=True)
    arrays: dict[str, Floats] = {"centroids": centroids}
    entries = {}
    for name, head in heads.items():
        entries[name], more = head_arrays(head)
        arrays |= more
    for space, found in spaces.items():
        arrays[f"{space}.idf"] = found.idf
        _write_json(scratch / vocabulary_file(space), list(found.vocabulary))
    np.savez_compressed(scratch / "arrays.npz", allow_pickle=False, **arrays)
    _write_json(scratch / "reference.json", reference)
    for name, text in texts.items():
        (scratch / name).write_text(text, "utf-8")
    files = {p.name: file_sha256(p) for p in sorted(scratch.iterdir()) if p.name != "manifest.json"}
    whole = {"format": FORMAT, **manifest, "spaces": list(spaces), "heads": entries, "files": files}
    (scratch / "manifest.json").write_text(json.dumps(whole, indent=1, ensure_ascii=False), "utf-8")
    scratch.rename(path)
    return path


def _write_json(path: Path, what: Any) -> None:
    path.write_text(json.dumps(what, ensure_ascii=False), "utf-8")
