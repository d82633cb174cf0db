"""A model on disk: plain arrays, JSON and a card, each checked by sha256 before it is opened."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from models.encoder import file_sha256
from models.heads import Calibration, Head, Space
from models.home import slantwise_home
from models.request import MAX_TARGETS, TEXT_LIMITS
from models.sparse import Floats, Linear, SparseSpace

SHIPPED: Final = Path(__file__).parent / "bundles"
FORMAT: Final = 1
_PICKLES: Final = (".pkl", ".pickle", ".joblib", ".pt", ".pth", ".bin")


class BundleRejected(ValueError):
    """The bundle cannot be trusted or read; the message names the file and the fact."""


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
                "thresholds": {p: [round(float(x), 4) for x in c.offsets] for p, c in head.calibrations.items()},
                "abstain_below_confidence": {p: round(c.cut, 4) for p, c in head.calibrations.items()},
            }
            for name, head in self.heads.items()
        }
        told = {k: v for k, v in self.manifest.items() if k not in ("files", "heads")}
        limits = {"characters": dict(TEXT_LIMITS), "targets": MAX_TARGETS}
        return {**told, "sha256": self.sha256, "heads": heads, "limits": limits}


def current_bundle_path() -> Path:
    """Return the bundle in use: SLANTWISE_BUNDLE, else the CURRENT pointer, else the newest shipped one.

    Raises:
        BundleRejected: when there is none.
    """
    chosen = os.environ.get("SLANTWISE_BUNDLE")
    if chosen:
        return Path(chosen)
    pointer = slantwise_home() / "CURRENT"
    if pointer.is_file():
        return slantwise_home() / "bundles" / pointer.read_text("utf-8").strip()
    shipped = sorted(path.parent for path in SHIPPED.glob("*/manifest.json"))
    if not shipped:
        raise BundleRejected(f"no bundle under {SHIPPED}")
    return shipped[-1]


def load_bundle(path: Path) -> Bundle:
    """Verify and read a bundle; nothing in it is ever executed.

    Raises:
        BundleRejected: a file is missing, truncated, altered, unknown, a pickle, or of another format.
    """
    manifest = _manifest(path)
    verify(path, manifest["files"])
    try:
        with np.load(path / "arrays.npz", allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        spaces = {space: _space(path, space, arrays) for space in manifest["spaces"]}
        heads = {name: _head(name, entry, arrays) for name, entry in manifest["heads"].items()}
        reference = tuple(json.loads((path / "reference.json").read_text("utf-8")))
        centroids = arrays["centroids"]
    except (ValueError, KeyError, OSError, TypeError) as error:
        raise BundleRejected(f"{path.name}: arrays.npz or manifest.json cannot be read: {error}") from None
    return Bundle(path, file_sha256(path / "manifest.json"), manifest, spaces, heads, centroids, reference)


def _manifest(path: Path) -> dict[str, Any]:
    file = path / "manifest.json"
    if not file.is_file():
        raise BundleRejected(f"{path}: manifest.json is missing")
    try:
        manifest = json.loads(file.read_text("utf-8"))
    except ValueError as error:
        raise BundleRejected(f"{path.name}: manifest.json is not JSON: {error}") from None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        found = manifest.get("format") if isinstance(manifest, dict) else None
        raise BundleRejected(f"{path.name}: manifest.json has format {found}, this program reads {FORMAT}")
    return manifest


def verify(path: Path, files: Mapping[str, str]) -> None:
    """Check every file of a bundle against its sha256.

    Raises:
        BundleRejected: naming the first file that is missing, altered, foreign or a pickle.
    """
    for file in sorted(p for p in path.rglob("*") if p.is_file()):
        name = file.relative_to(path).as_posix()
        if file.suffix in _PICKLES:
            raise BundleRejected(f"{path.name}: {name} is a pickle; a bundle holds plain arrays and JSON only")
        if name != "manifest.json" and name not in files:
            raise BundleRejected(f"{path.name}: {name} is not in the manifest")
    for name, sha256 in files.items():
        if Path(name).is_absolute() or ".." in Path(name).parts:
            raise BundleRejected(f"{path.name}: manifest.json names a file outside the bundle: {name}")
        if not (path / name).is_file():
            raise BundleRejected(f"{path.name}: {name} is missing")
        if file_sha256(path / name) != sha256:
            raise BundleRejected(f"{path.name}: {name} is altered or truncated")


def _space(path: Path, space: str, arrays: Mapping[str, Floats]) -> SparseSpace:
    words = json.loads((path / f"vocabulary_{space}.json").read_text("utf-8"))
    idf = arrays[f"{space}.idf"]
    if len(words) != len(idf):
        raise ValueError(f"vocabulary_{space}.json has {len(words)} entries, its weights {len(idf)}")
    return SparseSpace(tuple(words), idf)


def _linear(name: str, arrays: Mapping[str, Floats]) -> Linear:
    return Linear(arrays[f"{name}.coef"].astype(np.float32), arrays[f"{name}.bias"].astype(np.float32))


def _head(name: str, entry: Mapping[str, Any], arrays: Mapping[str, Floats]) -> Head:
    views = {view: _linear(f"{name}.{view}", arrays) for view in entry["views"]}
    calibrations = {
        profile: Calibration(_linear(f"{name}.{profile}", arrays), arrays[f"{name}.{profile}.offsets"], cut)
        for profile, cut in entry["cuts"].items()
    }
    return Head(
        name, entry["kind"], entry["space"], tuple(entry["classes"]), views, calibrations, entry["calibrated"]
    )


def head_arrays(head: Head) -> tuple[dict[str, Any], dict[str, Floats]]:
    """Return a head's manifest entry and its arrays, the inverse of what loading does."""
    arrays: dict[str, Floats] = {}
    for view, linear in head.views.items():
        precision = np.float16 if view == "sparse" else np.float32
        arrays[f"{head.name}.{view}.coef"] = linear.coef.astype(precision)
        arrays[f"{head.name}.{view}.bias"] = linear.bias
    for profile, c in head.calibrations.items():
        arrays[f"{head.name}.{profile}.coef"], arrays[f"{head.name}.{profile}.bias"] = c.stack.coef, c.stack.bias
        arrays[f"{head.name}.{profile}.offsets"] = c.offsets
    entry = {
        "kind": head.kind, "space": head.space, "classes": list(head.classes), "calibrated": head.calibrated,
        "views": list(head.views), "cuts": {p: c.cut for p, c in head.calibrations.items()},
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
    scratch.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, Floats] = {"centroids": centroids}
    entries = {}
    for name, head in heads.items():
        entries[name], more = head_arrays(head)
        arrays |= more
    for space, found in spaces.items():
        arrays[f"{space}.idf"] = found.idf
        _write_json(scratch / f"vocabulary_{space}.json", list(found.vocabulary))
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
