"""The guard of every figure: nothing that is tested on, nor its like, stands among what trains."""

from collections.abc import Collection, Iterable

from training.assemble import Assembled
from training.featurise import Prepared
from training.material import Masks


class Leak(ValueError):
    """Something that is tested on, or its like, may train; the message names one such sample."""


def same_text(p: Prepared) -> str:
    """Return a sample's masked text in the form in which two texts count as the same."""
    return " ".join(p.masked).lower()


def linked(components: Iterable[Collection[str]], keys: Collection[str]) -> set[str]:
    """Return the members of every component (one publisher, near-duplicates) that holds one of the keys."""
    wanted = set(keys)
    return {key for component in components if not wanted.isdisjoint(component) for key in component}


def check_no_leak(assembled: Assembled, masks: Masks, test_keys: Collection[str], random: bool) -> None:
    """Assert that the rows which ``masks`` allows to train share nothing with the tested samples.

    Held-out protocols (``random`` false) may not train on anything in a test sample's component: its
    publisher or group, its near-duplicates. The random protocol may, but not on the very same text.
    Raises :class:`Leak`.
    """
    test = set(test_keys)
    for space, table in assembled.tables.items():
        trains = [p for p, allowed in zip(table.prepared, masks[space], strict=True) if allowed]
        _none_of(test, trains, "is tested on")
        if random:
            texts = {same_text(p) for p in table.prepared if p.sample.key in test} - {""}
            twins = [p for p in trains if same_text(p) in texts]
            _none_of({p.sample.key for p in twins}, twins, "has the text of a tested sample")
        else:
            near = linked(assembled.split.components, test)
            _none_of(near, trains, "shares a publisher, group or text with a tested sample")


def _none_of(barred: set[str], trains: Iterable[Prepared], why: str) -> None:
    leaked = [p.sample.key for p in trains if p.sample.key in barred]
    if leaked:
        raise Leak(f"{min(leaked)} may train but {why} ({len(leaked)} such samples)")
