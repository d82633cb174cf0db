"""A worker follows CURRENT: what it takes, what it refuses, and what it does meanwhile."""

import os
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from made_published import ME, TEXT, judge, new_encoder, publish_all, publishable, with_reference
from prometheus_client import generate_latest

from models.publishing import Act, publish, rollback
from models.request import ScoreRequest
from models.scorer import Scorer
from service import current_bundle
from service.answers import Reload
from service.current_bundle import CurrentBundle
from service.loading import LOW_PRIORITY, load_scorer, quietly
from service.metrics import Metrics
from service.settings import Settings


@pytest.fixture
def metrics() -> Metrics:
    """Return counters at zero."""
    return Metrics()


@pytest.fixture
def current(bundles: Path, metrics: Metrics) -> CurrentBundle:
    """Serve a.1, and follow CURRENT."""
    publish_all(bundles, "a.1")
    settings = Settings()
    served = CurrentBundle(settings, load_scorer(settings), metrics)
    served.look()
    return served


def told(metrics: Metrics) -> dict[str, float]:
    """Read the samples about bundles, by version or by name."""
    lines = generate_latest(metrics.registry).decode().splitlines()
    found = {}
    for line in lines:
        if line.startswith(("slantwise_bundle_info{", "slantwise_reload_")) and "_created" not in line:
            name, value = line.rsplit(" ", 1)
            name = name.partition('version="')[2].rstrip('"}') or name.removeprefix("slantwise_")
            found[name] = float(value)
    return found


def score(served: CurrentBundle) -> tuple[str, float | None]:
    """Score a text; return which bundle answered, and what."""
    card = served.scorer.score(ScoreRequest(text=TEXT, profile="fast"))
    return card.model.bundle, card.source_type.scores["news_report"]


def test_takes_what_is_published(bundles: Path, current: CurrentBundle, metrics: Metrics) -> None:
    """The next look takes the new bundle, with its own answers; going back is followed alike."""
    first = score(current)
    publish_all(bundles, "b.1")
    assert score(current) == first
    current.look()
    second = score(current)
    assert (first[0], second[0], abs((first[1] or 0) - (second[1] or 0)) > 0.02) == ("a.1", "b.1", True)
    assert (current.reload, told(metrics)) == (
        None, {"a.1": 0, "b.1": 1, "reload_refused": 0, "reload_failures_total": 0},
    )  # fmt: skip
    rollback(None, ME)
    current.look()
    assert (score(current), told(metrics)["b.1"], told(metrics)["a.1"]) == (first, 0, 1)


def test_the_encoder_is_shared(bundles: Path, current: CurrentBundle) -> None:
    """The same encoder is opened once; a new one is opened, and answers."""
    before = current.scorer
    publish_all(bundles, "b.1")
    current.look()
    assert isinstance(before, Scorer)
    assert isinstance(current.scorer, Scorer)
    assert current.scorer.encoder is before.encoder
    publish(str(judge(publishable(bundles, "e.1", encoder=new_encoder(bundles / "encoders")))), ME)
    current.look()
    assert (score(current)[0], current.scorer.encoder is before.encoder) == ("e.1", False)


def test_nothing_is_read_while_nothing_changes(
    bundles: Path, current: CurrentBundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A look at an unchanged home loads nothing; files written anew, and equal, swap nothing."""
    loads = []
    monkeypatch.setattr(current_bundle, "load_scorer", lambda *a: loads.append(1) or load_scorer(*a))
    before = current.scorer
    for _ in range(5):
        current.look()
    assert loads == []
    os.utime(current_bundle_file(bundles.parent / "home"))
    current.look()
    assert (len(loads), current.scorer is before, current.reload) == (1, True, None)


def current_bundle_file(home: Path) -> Path:
    """Return a file of the bundle that is served."""
    return home / "bundles" / "a.1" / "arrays.npz"


def unsound(home: Path) -> None:
    """Publish a bundle by hand whose scores are not those of its reference."""
    publishable(home / "bundles", "bad.1")
    with_reference(home / "bundles" / "bad.1", wrong=0.5)
    (home / "CURRENT").write_text("bad.1")


def altered(home: Path) -> None:
    """Publish a bundle by hand of which a file is cut short."""
    publishable(home / "bundles", "bad.1")
    (home / "bundles" / "bad.1" / "arrays.npz").write_bytes(b"PK")
    (home / "CURRENT").write_text("bad.1")


BAD: dict[str, tuple[Callable[[Path], object], str | None, str]] = {
    "unsound": (unsound, "bad.1", "bad.1: reference.json expects source_type."),
    "altered": (altered, "bad.1", "bad.1: arrays.npz is altered or truncated"),
    "missing": (
        lambda home: (home / "CURRENT").write_text("z.9"),
        "z.9",
        "CURRENT names z.9: no bundle z.9 in SLANTWISE_HOME/bundles, nor shipped",
    ),
    "garbage": (
        lambda home: (home / "CURRENT").write_bytes(b"\xff\xfe"),
        None,
        "CURRENT holds no version of a bundle",
    ),
    "upwards": (
        lambda home: (home / "CURRENT").write_text("../../x"),
        None,
        "CURRENT holds no version of a bundle",
    ),
    "its own folder gone": (
        lambda home: shutil.rmtree(home / "bundles" / "a.1"),
        "a.1",
        "CURRENT names a.1: no bundle a.1 in SLANTWISE_HOME/bundles, nor shipped",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_keeps_the_old_one(
    home: Path, current: CurrentBundle, metrics: Metrics, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A bad bundle changes no answer; it is tried, counted and logged once, with the reason."""
    before, (spoil, wanted, said) = score(current), BAD[name]
    spoil(home)
    for _ in range(3):
        current.look()
    assert score(current) == before
    reload = current.reload
    assert reload is not None
    assert (reload.wanted, (reload.refused or "").startswith(said)) == (wanted, True), reload
    assert told(metrics) == {"a.1": 1, "reload_refused": 1, "reload_failures_total": 1}
    assert [message.split(":")[0] for message in caplog.messages] == [f"bundle=a.1 kept, wanted={wanted}"]
    assert str(home) not in caplog.text


def test_a_mended_bundle_is_taken(home: Path, current: CurrentBundle, metrics: Metrics) -> None:
    """When a refused bundle's own files change, it is tried again, and taken if it is sound now."""
    unsound(home)
    current.look()
    with_reference(home / "bundles" / "bad.1")
    current.look()
    assert (score(current)[0], current.reload, told(metrics)["reload_refused"]) == ("bad.1", None, 0)


def test_a_better_pointer_is_taken(home: Path, bundles: Path, current: CurrentBundle) -> None:
    """After a refusal the next sound bundle is taken as usual."""
    altered(home)
    current.look()
    publish(str(judge(bundles / "b.1")), Act("me", force="mend"))
    current.look()
    assert (score(current)[0], current.reload) == ("b.1", None)


def test_a_failure_that_may_pass_is_tried_again(
    bundles: Path, current: CurrentBundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Short memory at the wrong moment is no reason to keep the old bundle for ever."""
    publish_all(bundles, "b.1")
    with monkeypatch.context() as patch:
        patch.setattr(current_bundle, "load_scorer", lambda *a: (_ for _ in ()).throw(MemoryError("of what")))
        current.look()
        assert current.reload == Reload(wanted="b.1", refused="it cannot be loaded: MemoryError")
    current.look()
    assert score(current)[0] == "a.1"
    monkeypatch.setattr(current_bundle, "RETRY_SECONDS", 0.0)
    current.look()
    assert (score(current)[0], current.reload) == ("b.1", None)


def test_a_disk_that_fails_is_named_without_its_place(
    home: Path, bundles: Path, current: CurrentBundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that cannot be read is named; where it lies is nobody's business."""
    publish_all(bundles, "b.1")
    broken = OSError(5, "Input/output error", str(home / "bundles" / "b.1" / "arrays.npz"))
    monkeypatch.setattr("models.bundle.load_bundle", lambda path: (_ for _ in ()).throw(broken))
    current.look()
    assert current.reload == Reload(wanted="b.1", refused="arrays.npz: Input/output error")


def test_says_what_is_being_loaded(
    bundles: Path, current: CurrentBundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a bundle is loaded, readiness names it, and the old one answers."""
    publish_all(bundles, "b.1")
    seen = []

    def loading(settings: Settings, before: Scorer) -> object:
        seen.append((current.reload, score(current)[0]))
        return load_scorer(settings, before)

    monkeypatch.setattr(current_bundle, "load_scorer", loading)
    current.look()
    assert seen == [(Reload(wanted="b.1", refused=None), "a.1")]


def test_the_thread_outlives_what_it_meets(
    bundles: Path, current: CurrentBundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error that nobody foresaw is logged without its words, and the thread goes on looking."""
    times = []

    def marks() -> object:
        times.append(1)
        if len(times) < 3:
            raise RuntimeError("a secret")
        return tuple(times)

    monkeypatch.setattr(current_bundle, "marks", marks)
    monkeypatch.setattr(current, "_settings", Settings(reload_seconds=0.01))
    publish_all(bundles, "b.1")
    current.follow()
    until = time.monotonic() + 10
    while score(current)[0] != "b.1" and time.monotonic() < until:
        time.sleep(0.01)
    current.stop()
    assert score(current)[0] == "b.1"


def test_quietly_gives_way() -> None:
    """What is run quietly has a low priority of its own, and its errors come back."""
    nice = []
    quietly(lambda: nice.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id())))
    here = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    assert (nice, here) == ([max(LOW_PRIORITY, here)], os.nice(0))
    with pytest.raises(ZeroDivisionError):
        quietly(lambda: divmod(1, 0) and None)


def test_damage_under_a_served_bundle_is_said(home: Path, current: CurrentBundle) -> None:
    """A file that is cut short under a served bundle is seen, and said, and nothing is swapped."""
    (home / "bundles" / "a.1" / "reference.json").write_bytes(b"[]")
    current.look()
    assert current.reload == Reload(wanted="a.1", refused="a.1: reference.json is altered or truncated")
