"""Small bundles that can be published: with a reference, a gate's decision, and visibly other answers."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from bundles import rewrite, tiny_bundle

from models.bundle import load_bundle
from models.encoder import ENCODERS, Encoder, Floats, file_sha256
from models.pointer import current_bundle_path
from models.publishing import Act, publish
from models.request import ScoreRequest
from models.scorer import Scorer, reference_scores

ME = Act("me", "a test")
TEXT = (
    "The mayor Aldo Brandt betrayed this shameful city and we must all act now! The council said on Monday "
    "that the new budget of the city will be read in March. Nora Quist praised the brave nurses, who saved "
    "many lives. Some people still fear what comes after the vote. The city has two boats, and most of the "
    "people who live on the islands take one of them to work or to school."
)


def publishable(folder: Path, version: str, shift: float = 0.0, **changes: Any) -> Path:
    """Save a small bundle whose advocacy and source types are moved by ``shift``, with a reference."""
    path = tiny_bundle(folder / version, version=version, **changes)
    for name in ("advocacy", "source_type"):
        for profile in ("fast", "accurate"):
            rewrite_array(path, f"{name}.{profile}.bias", lambda b: b + np.float32(shift) * _ramp(len(b)))
    return with_reference(path)


def _ramp(length: int) -> Floats:
    return np.arange(1, length + 1, dtype=np.float32)


def with_reference(path: Path, wrong: float = 0.0) -> Path:
    """Write what a bundle makes of a text as its reference, or something else by ``wrong``."""
    bundle = load_bundle(path)
    card = Scorer(bundle, encoder=Encoder.load(bundle.encoder, home=home_of(path, bundle.encoder))).score(
        ScoreRequest(text=TEXT, profile="fast")
    )
    scores = {name: round(abs(score - wrong), 4) for name, score in reference_scores(card).items()}
    entry = {"text": TEXT, "profile": "fast", "scores": scores}
    rewrite(path, "reference.json", json.dumps([entry]).encode())
    return path


def home_of(path: Path, encoder: str) -> Path | None:
    """Return the folder of encoders that lies beside a bundle, if it holds the one that is named."""
    beside = path.parent / "encoders"
    return beside if (beside / encoder).is_dir() else None


def judge(path: Path, publish: bool = True, **changes: Any) -> Path:
    """Write the gate's decision on a bundle against the one in use, and return the bundle."""
    told = json.loads((path / "manifest.json").read_text("utf-8"))
    current = current_bundle_path()
    decision = {
        "format": "slantwise-gate", "version": 1,
        "bundle": told["version"], "sha256": file_sha256(path / "manifest.json"),
        "against": {"bundle": current.name, "sha256": file_sha256(current / "manifest.json")},
        "publish": publish, "reasons": [] if publish else ["opinion.babe.macro_f1 fell"],
        "figures": {"opinion.held_out.fast": {"metric": "macro_f1", "current": 0.7, "candidate": 0.72}},
    }  # fmt: skip
    file = path.parent / f"{told['version']}-gate.json"
    file.write_text(json.dumps(decision | changes), "utf-8")
    return path


def publish_all(bundles: Path, *versions: str) -> None:
    """Publish bundles in order, each let through by the gate."""
    for version in versions:
        publish(str(judge(bundles / version)), ME)


def contents(folder: Path) -> dict[str, bytes]:
    """Read every file of a folder."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def in_use() -> str:
    """Load the bundle in use, as a server would, and return its version."""
    return load_bundle(current_bundle_path()).version


def rewrite_array(path: Path, name: str, change: Callable[[Any], Any]) -> Path:
    """Change one array of a bundle, and let the sha256 agree."""
    with np.load(path / "arrays.npz") as archive:
        arrays = dict(archive)
    arrays[name] = change(arrays[name])
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    rewrite(path, "arrays.npz", buffer.getvalue())
    return path


def new_encoder(folder: Path) -> str:
    """Write an encoder that is on no machine yet: the shipped one and a note. Return its sha256."""
    shipped = next(path.parent for path in ENCODERS.glob("*/encoder.onnx"))
    graph = (shipped / "encoder.onnx").read_bytes() + b"\x32\x01x"  # ONNX: doc_string = "x"
    scratch = folder / "new"
    scratch.mkdir(parents=True)
    (scratch / "encoder.onnx").write_bytes(graph)
    (scratch / "tokenizer.json").write_bytes((shipped / "tokenizer.json").read_bytes())
    sha256 = file_sha256(scratch / "encoder.onnx")
    scratch.rename(folder / sha256)
    return sha256
