"""Going back: to what, past what, and what may not come back by itself."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from made_published import ME, in_use, publish_all, publishable

from models.bundle_files import BundleRejected
from models.history import read_history
from models.pointer import newest_shipped
from models.publishing import Act, PublishRefused, publish, rollback

pytestmark = pytest.mark.slow


def test_rollback_goes_further_back(bundles: Path) -> None:
    """Once goes one back, twice two, to the shipped one at last, and no further."""
    publish_all(bundles, "a.1", "b.1", "c.1")
    shipped = newest_shipped().name
    changes = [rollback(None, ME) for _ in range(3)]
    assert [(one.before, one.bundle) for one in changes] == [("c.1", "b.1"), ("b.1", "a.1"), ("a.1", shipped)]
    assert in_use() == shipped
    with pytest.raises(PublishRefused, match=r"^there is nothing to go back to$"):
        rollback(None, ME)


def test_rollback_after_publishing_again(bundles: Path) -> None:
    """Going back leads to what was in use before the last publish, not to what was gone back from."""
    publish_all(bundles, "a.1", "b.1")
    rollback(None, ME)
    publish_all(bundles, "c.1")
    assert rollback(None, ME).bundle == "a.1"


def replaced(folder: Path) -> None:
    """Put another bundle in the place of one."""
    shutil.rmtree(folder)
    publishable(folder.parent, folder.name, shift=9)


DAMAGED: dict[str, tuple[Callable[[Path], object], str]] = {
    "altered": (
        lambda folder: (folder / "arrays.npz").write_bytes(b"PK"),
        "b.1: arrays.npz is altered or truncated",
    ),
    "gone": (shutil.rmtree, "no bundle b.1 in SLANTWISE_HOME/bundles, nor shipped"),
    "replaced": (replaced, "b.1 is not the bundle that was in use: its manifest.json is another"),
    "another's reference": (
        lambda folder: (folder / "reference.json").unlink(),
        "b.1: reference.json is missing",
    ),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_rollback_passes_damaged_bundles(bundles: Path, home: Path, name: str) -> None:
    """A bundle that is not what it was is passed by, with its fault; named outright, it is refused."""
    publish_all(bundles, "a.1", "b.1", "c.1")
    spoil, said = DAMAGED[name]
    spoil(home / "bundles" / "b.1")
    with pytest.raises(BundleRejected) as caught:
        rollback("b.1", ME)
    assert (str(caught.value), in_use()) == (said, "c.1")
    change = rollback(None, ME)
    assert (change.bundle, change.skipped, in_use()) == ("a.1", (said,), "a.1")


def test_rollback_to_a_named_one(bundles: Path) -> None:
    """Any bundle that was in use can be named, also the one that was gone back from; no other can."""
    publish_all(bundles, "a.1", "b.1")
    assert [rollback(name, ME).bundle for name in ("a.1", "b.1")] == ["a.1", "b.1"]
    with pytest.raises(PublishRefused, match=r"^c\.1 was never in use here; publish it$"):
        rollback("c.1", ME)


def test_what_was_gone_back_from_is_not_published_again(bundles: Path) -> None:
    """A timer that publishes the same bundle again does not undo what a person did; a reason does."""
    publish_all(bundles, "a.1", "b.1")
    rollback(None, Act("ada", "answers look odd"))
    with pytest.raises(PublishRefused, match=r"ada went back from it on .*: answers look odd"):
        publish_all(bundles, "b.1")
    assert in_use() == "a.1"
    publish("b.1", Act("ada", force="it was the data"))
    assert in_use() == "b.1"


@pytest.mark.parametrize("content", ["", "../../x", "z.9"])
def test_a_broken_pointer_is_mended(bundles: Path, home: Path, content: str) -> None:
    """Where CURRENT holds nonsense or names nothing, going back restores the last bundle that was in use."""
    publish_all(bundles, "a.1", "b.1")
    (home / "CURRENT").write_text(content)
    assert rollback(None, ME).bundle == "b.1"
    assert in_use() == "b.1"


def test_a_pointer_written_by_hand_is_recorded(bundles: Path, home: Path) -> None:
    """What somebody wrote into CURRENT is in the record before the next change, and can be gone back to."""
    publish_all(bundles, "a.1", "b.1")
    (home / "CURRENT").write_text("a.1\n")
    publish_all(bundles, "c.1")
    told = [(entry.action, entry.bundle, entry.before) for entry in read_history()][-2:]
    assert told == [("found", "a.1", "b.1"), ("publish", "c.1", "a.1")]
    assert rollback(None, ME).bundle == "a.1"
