"""A bundle's files: whether they are the ones that its manifest names."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from models.encoder import file_sha256

FORMAT: Final = 1
_PICKLES: Final = (".pkl", ".pickle", ".joblib", ".pt", ".pth", ".bin")
#: What loading reads, beside one vocabulary a space.
_NEEDED: Final = ("arrays.npz", "reference.json")


class BundleRejected(ValueError):
    """The bundle cannot be trusted or read; the message names the file and the fact."""


def read_manifest(path: Path) -> dict[str, Any]:
    """Return the manifest of a bundle of this program's format.

    Raises:
        BundleRejected: it is missing, not JSON, of another format, or lacks a part.

    """
    file = path / "manifest.json"
    if not file.is_file():
        raise BundleRejected(f"{path.name}: manifest.json is missing")
    try:
        manifest = json.loads(file.read_text("utf-8"))
    except (ValueError, RecursionError) as error:
        raise BundleRejected(f"{path.name}: manifest.json is not JSON: {error}") from None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        found = manifest.get("format") if isinstance(manifest, dict) else None
        raise BundleRejected(f"{path.name}: manifest.json has format {found}, this program reads {FORMAT}")
    for key, kind in _PARTS.items():
        if not isinstance(manifest.get(key), kind):
            raise BundleRejected(f"{path.name}: manifest.json has no proper {key!r}")
    return manifest


_PARTS: Final[dict[str, type]] = {
    "version": str, "encoder": str, "spaces": list, "heads": dict, "files": dict, "unlike_training": dict,
}  # fmt: skip


def verify(path: Path, manifest: Mapping[str, Any]) -> None:
    """Check every file of a bundle against its sha256.

    Raises:
        BundleRejected: naming the first file that is missing, altered, foreign, a link or a pickle.

    """
    files: Mapping[str, str] = manifest["files"]
    for file in sorted(p for p in path.rglob("*") if not p.is_dir() or p.is_symlink()):
        name = file.relative_to(path).as_posix()
        if file.suffix in _PICKLES:
            raise BundleRejected(f"{path.name}: {name} is a pickle; a bundle holds arrays and JSON only")
        if file.is_symlink():
            raise BundleRejected(f"{path.name}: {name} is a link; a bundle holds its own files")
        if name != "manifest.json" and name not in files:
            raise BundleRejected(f"{path.name}: {name} is not in the manifest")
    for name in files:
        if Path(name).is_absolute() or ".." in Path(name).parts:
            raise BundleRejected(f"{path.name}: manifest.json names a file outside the bundle: {name}")
    for name in (*_NEEDED, *(vocabulary_file(space) for space in manifest["spaces"]), *files):
        if not (path / name).is_file():
            raise BundleRejected(f"{path.name}: {name} is missing")
        if file_sha256(path / name) != files.get(name):
            raise BundleRejected(f"{path.name}: {name} is altered or truncated")


def vocabulary_file(space: str) -> str:
    """Return the name of the file that holds a space's vocabulary."""
    return f"vocabulary_{space}.json"
