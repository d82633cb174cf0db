"""Bundles on disk: what is saved is loaded, and nothing else is."""

import io
import json
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bundles import HEADS, loaded, made_head, made_spaces, rewrite, tiny_bundle, write_manifest

from models import pointer
from models.bundle import BundleRejected, current_bundle_path, load_bundle


def manifest_of(path: Path) -> dict[str, Any]:
    """Read a manifest."""
    told: dict[str, Any] = json.loads((path / "manifest.json").read_text("utf-8"))
    return told


def test_round_trip(tmp_path: Path) -> None:
    """Spaces, heads, reference and manifest come back equal."""
    reference = [{"text": "A text.", "profile": "fast", "scores": {}}]
    bundle = loaded(tmp_path / "tiny.1", reference=reference)
    spaces = made_spaces()
    assert (bundle.version, bundle.reference) == ("tiny.1", tuple(reference))
    assert {name: space.vocabulary for name, space in bundle.spaces.items()} == {
        name: space.vocabulary for name, space in spaces.items()
    }
    for name, kind, space, classes in HEADS:
        made = made_head(
            name, kind, space, classes, len(spaces[space].vocabulary) if space != "signals" else 0
        )
        head = bundle.heads[name]
        assert (head.kind, head.space, head.classes, head.calibrated) == (
            kind, space, classes, made.calibrated,
        )  # fmt: skip
        for view, linear in made.views.items():
            np.testing.assert_array_equal(head.views[view].coef, linear.coef)
            np.testing.assert_array_equal(head.views[view].bias, linear.bias)
        for profile, calibration in made.calibrations.items():
            np.testing.assert_array_equal(head.calibrations[profile].offsets, calibration.offsets)
            np.testing.assert_array_equal(head.calibrations[profile].stack.coef, calibration.stack.coef)


def test_card(tmp_path: Path) -> None:
    """The card names heads with their thresholds, and the limits, but no file."""
    card = loaded(tmp_path / "tiny.1").card()
    assert card["heads"]["call_to_action"]["calibrated"] is False
    assert card["heads"]["opinion"]["thresholds"] == {"fast": [0.5], "accurate": [0.5]}
    assert card["limits"] == {"characters": {"fast": 200_000, "accurate": 60_000}, "targets": 20}
    assert "files" not in card


def test_saving_spoils_nothing(tmp_path: Path) -> None:
    """A taken place is refused, and what an earlier attempt left behind does not get in."""
    leftover = tmp_path / ".tiny.1.part" / "old.json"
    leftover.parent.mkdir()
    leftover.write_text("[]")
    path = tiny_bundle(tmp_path / "tiny.1")
    assert not (path / "old.json").exists()
    with pytest.raises(FileExistsError, match=r"tiny\.1"):
        tiny_bundle(path)


def truncate(path: Path) -> None:
    """Cut a file in half."""
    (path / "arrays.npz").write_bytes((path / "arrays.npz").read_bytes()[:5_000])


def alter(path: Path) -> None:
    """Change one character of a vocabulary."""
    file = path / "vocabulary_document.json"
    file.write_text(file.read_text("utf-8").replace("mayor", "major"), "utf-8")


def pickled_array(path: Path) -> None:
    """Put an array of objects among the arrays, and let the sha256 agree."""
    buffer = io.BytesIO()
    np.savez(buffer, centroids=np.array([{"a": 1}], dtype=object))
    rewrite(path, "arrays.npz", buffer.getvalue())


def raw_pickle_array(path: Path) -> None:
    """Name a pickle as an array, and let the sha256 agree."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("centroids.npy", pickle.dumps([1]))
    rewrite(path, "arrays.npz", buffer.getvalue())


def traverse(path: Path) -> None:
    """Name a file outside the folder."""
    told = manifest_of(path)
    told["files"]["../outside.json"] = "0" * 64
    write_manifest(path, told)


def traverse_by_space(path: Path) -> None:
    """Name a vocabulary outside the folder."""
    told = manifest_of(path)
    told["spaces"].append("/../../outside")
    write_manifest(path, told)


def change(key: str, value: Any) -> Callable[[Path], None]:
    """Return a change of one entry of the manifest."""
    return lambda path: write_manifest(path, {**manifest_of(path), key: value})


BROKEN: dict[str, tuple[Callable[[Path], object], str]] = {
    "no manifest": (lambda p: (p / "manifest.json").unlink(), "manifest.json is missing"),
    "missing": (lambda p: (p / "arrays.npz").unlink(), "arrays.npz is missing"),
    "not listed and missing": (lambda p: rewrite(p, "reference.json", None), "reference.json is missing"),
    "truncated": (truncate, "arrays.npz is altered or truncated"),
    "altered": (alter, "vocabulary_document.json is altered"),
    "foreign": (lambda p: (p / "more.json").write_text("[]"), "more.json is not in the manifest"),
    "foreign in a folder": (
        lambda p: (p / "a").mkdir() or (p / "a" / "b.py").write_text(""),
        "a/b.py is not",
    ),
    "link": (lambda p: (p / "l.json").symlink_to(p / "reference.json"), "l.json is a link"),
    "pickle": (lambda p: (p / "heads.pkl").write_bytes(pickle.dumps(1)), "heads.pkl is a pickle"),
    "listed pickle": (lambda p: rewrite(p, "heads.joblib", pickle.dumps(1)), "heads.joblib is a pickle"),
    "pickled array": (pickled_array, "arrays.npz cannot be read"),
    "raw pickle as array": (raw_pickle_array, "arrays.npz cannot be read"),
    "not a zip": (lambda p: rewrite(p, "arrays.npz", b"PK\x03\x04 nothing"), "arrays.npz cannot be read"),
    "empty arrays": (lambda p: rewrite(p, "arrays.npz", b""), "arrays.npz cannot be read"),
    "wrong format": (change("format", 2), "manifest.json has format 2, this program reads 1"),
    "no format": (change("format", None), "manifest.json has format None"),
    "not an object": (lambda p: (p / "manifest.json").write_text("[]"), "manifest.json has format None"),
    "not JSON": (lambda p: (p / "manifest.json").write_text("{"), "manifest.json is not JSON"),
    "not UTF-8": (lambda p: (p / "manifest.json").write_bytes(b'{"a": "\xff"}'), "manifest.json is not JSON"),
    "nested": (lambda p: (p / "manifest.json").write_text("[" * 200_000), "manifest.json is not JSON"),
    "no files": (change("files", None), "manifest.json has no proper 'files'"),
    "no rules": (change("unlike_training", None), "manifest.json has no proper 'unlike_training'"),
    "traversal": (traverse, "names a file outside the bundle: ../outside.json"),
    "traversal by space": (traverse_by_space, "outside.json is missing"),
    "short vocabulary": (
        lambda p: rewrite(p, "vocabulary_mention.json", b'["a"]'),
        "vocabulary_mention.json has 1 entries",
    ),
    "vocabulary is no list": (
        lambda p: rewrite(p, "vocabulary_mention.json", b'{"a": 1}'),
        "vocabulary_mention.json is not a list",
    ),
    "reference is not JSON": (
        lambda p: rewrite(p, "reference.json", b"{"),
        "reference.json is not JSON",
    ),
    "unknown head": (change("heads", {"new": {"views": ["sparse"]}}), "arrays.npz and manifest.json"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_refused(name: str, tmp_path: Path) -> None:
    """A bundle that is not whole and sound is refused; the message names the file and the fact."""
    path = tiny_bundle(tmp_path / "tiny.1")
    spoil, said = BROKEN[name]
    spoil(path)
    with pytest.raises(BundleRejected) as caught:
        load_bundle(path)
    assert "tiny.1" in str(caught.value)
    assert said in str(caught.value)


def test_current_bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment comes first, then the CURRENT pointer, then the newest shipped bundle."""
    home, shipped = tmp_path / "home", tmp_path / "shipped"
    home.mkdir()
    monkeypatch.setattr(pointer, "SHIPPED", shipped)
    monkeypatch.setenv("SLANTWISE_HOME", str(home))
    monkeypatch.delenv("SLANTWISE_BUNDLE", raising=False)
    with pytest.raises(BundleRejected, match="no bundle under"):
        current_bundle_path()
    for version in ("2026.9.1", "2026.11.9", "2026.11.10"):
        (shipped / version).mkdir(parents=True)
        (shipped / version / "manifest.json").write_text("{}")
    assert current_bundle_path() == shipped / "2026.11.10"
    (home / "bundles" / "mine.2").mkdir(parents=True)
    (home / "CURRENT").write_text("mine.2\n")
    assert current_bundle_path() == home / "bundles" / "mine.2"
    monkeypatch.setenv("SLANTWISE_BUNDLE", str(tmp_path / "other"))
    assert current_bundle_path() == tmp_path / "other"
