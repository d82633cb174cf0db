"""The list of bundles, and what two of them differ in."""

import json
from pathlib import Path

import pytest
from made_published import ME, judge, publish_all, publishable, rewrite_array

from models.bundle_files import BundleRejected
from models.bundle_list import Difference, compare, list_bundles
from models.encoder import file_sha256
from models.pointer import SHIPPED, bundle_folder, bundles_in, newest_shipped
from models.publishing import rollback


def test_list(bundles: Path, home: Path) -> None:
    """Each bundle once, the newest version first, with its state, its gate and what is wrong with it."""
    publish_all(bundles, "a.1", "b.1")
    judge(publishable(home / "bundles", "c.1"), publish=False)
    (home / "bundles" / "c.1" / "arrays.npz").write_bytes(b"")
    publishable(home / "bundles", "d.1")
    rollback(None, ME)
    shipped = newest_shipped().name
    older = {path.name for path in bundles_in(SHIPPED)} - {shipped}
    told = [(one.version, one.state, one.gate, one.shipped, one.fault) for one in list_bundles()]
    assert {one[:1] for one in told if one[3]} == {(name,) for name in (shipped, *older)}
    assert [one for one in told if one[0] not in older] == [
        (shipped, "previous", "none", True, ""),
        ("d.1", "", "none", False, ""),
        ("c.1", "", "no", False, "c.1: arrays.npz is altered or truncated"),
        ("b.1", "", "yes", False, ""),
        ("a.1", "current", "yes", False, ""),
    ]
    for one in list_bundles():
        assert one.sha256 == file_sha256(bundle_folder(one.version) / "manifest.json")


def test_list_without_a_home(home: Path) -> None:
    """Before anything was published the newest shipped bundle is in use, and looking makes no folder."""
    assert [one.version for one in list_bundles() if one.state == "current"] == [newest_shipped().name]
    assert not home.exists()


def test_compare(home: Path) -> None:
    """Corpora, heads, thresholds, reported figures and the gate: what differs stands side by side."""
    folder = home / "bundles"
    seed = {"name": "seed", "tier": "own"}
    more = {"name": "mbic", "tier": "permissive", "files": {"a.csv": "12345678" * 8}}
    a = publishable(folder, "a.1", corpora=[seed], training={"opinion": {"samples": 5}})
    b = publishable(folder, "b.1", corpora=[seed, more], training={"opinion": {"samples": 9}})
    rewrite_array(b, "opinion.fast.offsets", lambda offsets: offsets + 0.25)
    for name, value in (("a.1", 0.71), ("b.1", 0.74)):
        (folder / f"{name}-report").mkdir()
        figures = {"opinion.babe.macro_f1.held_out": {"value": value}, "same": {"value": 1}}
        (folder / f"{name}-report" / "report.json").write_text(json.dumps({"figures": figures}))
    judge(b)
    assert compare("a.1", "b.1") == [
        Difference("bundle", "sha256", file_sha256(a / "manifest.json"), file_sha256(b / "manifest.json")),
        Difference("corpora", "mbic", None, "permissive, a.csv 12345678"),
        Difference(
            "heads", "opinion", "binary, 2 classes, 5 samples, calibrated",
            "binary, 2 classes, 9 samples, calibrated",
        ),
        Difference("thresholds", "opinion.fast.yes", 0.5, 0.75),
        Difference("figures", "opinion.babe.macro_f1.held_out", 0.71, 0.74),
        Difference("gate", "publish", None, True),
        Difference("gate", "opinion.held_out.fast", None, 0.72),
    ]  # fmt: skip
    assert compare("a.1", "a.1") == []


def test_compare_what_is_not_there(home: Path) -> None:
    """A version without a bundle is refused by name."""
    with pytest.raises(BundleRejected, match=r"no bundle z\.9"):
        compare(newest_shipped().name, "z.9")
