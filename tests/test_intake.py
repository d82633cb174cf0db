"""What gets into SLANTWISE_HOME: sound bundles and encoders, under versions of their own."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from bundles import rewrite, tiny_bundle
from made_published import (
    ME,
    contents,
    in_use,
    judge,
    new_encoder,
    publish_all,
    publishable,
    rewrite_array,
    with_reference,
)

from models.bundle_files import BundleRejected
from models.encoder import ENCODERS, file_sha256
from models.pointer import newest_shipped
from models.publishing import Act, PublishRefused, publish


def test_versions_are_never_reused(bundles: Path, home: Path) -> None:
    """Another bundle under a version that is taken, here or among the shipped, is refused."""
    publish_all(bundles, "a.1")
    before = contents(home)
    for version in ("a.1", newest_shipped().name):
        other = judge(publishable(bundles / "other", version, shift=5))
        with pytest.raises(PublishRefused, match=f"^there is another bundle of the version {version}$"):
            publish(str(other), ME)
    assert contents(home) == before


def unfit(path: Path) -> Path:
    """Take a column from an array, so that it no longer fits the others."""
    return rewrite_array(path, "source_type.style.coef", lambda coef: coef[:-1])


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda folder: folder / "x.1", "no such folder"),
        (lambda folder: with_reference(folder / "b.1", wrong=0.5), "b.1: reference.json expects"),
        (lambda folder: unfit(folder / "b.1"), "b.1: reference.json cannot be scored: "),
        (
            lambda folder: tiny_bundle(folder / "d.1", version="d.1"),
            "d.1: reference.json holds no text for the self-test",
        ),
        (lambda folder: tiny_bundle(folder / "d.1", version="../d.1"), "a version has letters, digits"),
        (lambda folder: tiny_bundle(folder / "d.1", version="d 1"), "a version has letters, digits"),
    ],
)
def test_unsound_bundles_are_refused(
    bundles: Path, home: Path, make: Callable[[Path], Path], said: str
) -> None:
    """What does not score its reference, or has no version, never gets in, whatever the gate says."""
    publish_all(bundles, "a.1")
    before = contents(home)
    with pytest.raises(BundleRejected) as caught:
        publish(str(make(bundles)), Act("me", force="try"))
    assert said in str(caught.value)
    assert (contents(home), in_use()) == (before, "a.1")


def test_a_folder_named_otherwise_is_refused(bundles: Path, home: Path) -> None:
    """In the home a bundle has the name of its version, or answers and records would differ."""
    shutil.copytree(bundles / "a.1", home / "bundles" / "z.1")
    with pytest.raises(BundleRejected, match=r"^z\.1: manifest\.json says a\.1$"):
        publish("z.1", Act("me", force="try"))


def test_a_new_encoder_travels(bundles: Path, home: Path) -> None:
    """An encoder that this machine lacks comes with the bundle, is verified, and serves from the home."""
    encoder = new_encoder(bundles / "encoders")
    publish(str(judge(publishable(bundles, "e.1", encoder=encoder))), ME)
    shutil.rmtree(bundles)
    assert contents(home / "encoders").keys() == {
        f"{encoder}/{name}" for name in ("encoder.onnx", "tokenizer.json")
    }
    assert publish("e.1", ME).bundle == "e.1"


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (shutil.rmtree, "encoder file is missing: encoder.onnx of"),
        (lambda folder: (folder / "tokenizer.json").unlink(), "encoder file is missing: tokenizer.json of"),
        (
            lambda folder: (folder / "encoder.onnx").write_bytes(b"x"),
            "encoder file is altered: encoder.onnx of",
        ),
    ],
)
def test_a_bad_encoder_is_refused(
    bundles: Path, home: Path, spoil: Callable[[Path], object], said: str
) -> None:
    """An encoder that is not the one that the bundle names leaves nothing behind."""
    publish_all(bundles, "a.1")
    encoder = new_encoder(bundles / "encoders")
    bundle, before = judge(publishable(bundles, "e.1", encoder=encoder)), contents(home)
    spoil(bundles / "encoders" / encoder)
    with pytest.raises(BundleRejected, match=said):
        publish(str(bundle), ME)
    assert contents(home) == before


def test_a_file_that_is_no_graph_is_refused(bundles: Path, home: Path) -> None:
    """A file that has the sha256 of its name, and yet is no encoder, is refused, not run."""
    publish_all(bundles, "a.1")
    shipped, folder = next(ENCODERS.glob("*/tokenizer.json")), bundles / "encoders"
    (folder / "new").mkdir(parents=True)
    (folder / "new" / "encoder.onnx").write_bytes(b"import os")
    shutil.copy(shipped, folder / "new")
    name = file_sha256(folder / "new" / "encoder.onnx")
    (folder / "new").rename(folder / name)
    bundle = judge(with_text(tiny_bundle(bundles / "e.1", version="e.1", encoder=name)))
    with pytest.raises(BundleRejected, match=r"e\.1: encoder\.onnx cannot be opened"):
        publish(str(bundle), ME)
    assert in_use() == "a.1"


def with_text(path: Path) -> Path:
    """Give a bundle a reference text without scores."""
    rewrite(path, "reference.json", json.dumps([{"text": "A.", "profile": "fast", "scores": {}}]).encode())
    return path
