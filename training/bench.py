"""One fit of a protocol: what it holds out, and how it is made without that, encoder included."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from models.heads import Space
from training.assemble import Assembled, with_encoder
from training.controls import blanked
from training.finetune.lesson import Lesson, lesson
from training.finetune.tuned import Method, tuned
from training.fit import fit
from training.leaks import check_no_leak
from training.material import Fitted
from training.samples import Sample
from training.specs import SPECS
from training.tables import Table


@dataclass(frozen=True)
class Hold:
    """What one fit of a protocol holds out.

    ``test`` is tested on, ``without`` may not train either; ``heads`` bounds what is fitted, empty for all.
    ``random`` says that only equal texts are kept apart, ``blank`` that mentions are not told from their
    sentences. Where the method has an encoder fine-tuned, it is ``taught`` the labels of those heads
    without what is held out; where it is taught nothing it is as it is.
    """

    test: frozenset[str]
    without: frozenset[str] = frozenset()
    heads: frozenset[str] = frozenset()
    random: bool = False
    taught: frozenset[str] = frozenset()
    blank: bool = False


@dataclass(frozen=True)
class Fit:
    """What a fit gave, the tables that it read and the keys that it may be tested on."""

    fitted: Fitted
    tables: Mapping[Space, Table]
    test: Collection[str]
    blank: bool = False


@dataclass(frozen=True)
class Bench:
    """One tier's material, and how fits are made from it; without a ``method`` the encoder is as it is."""

    assembled: Assembled
    tier: str
    seed: int
    method: Method | None = None

    def fitted(self, hold: Hold) -> Fit:
        """Fit without what is held out.

        Raises :class:`training.leaks.Leak` where the rest still holds what is tested on.
        """
        specs = tuple(s for s in SPECS if not hold.heads or s.name in hold.heads)
        masks = self.assembled.masks(hold.test | hold.without)
        check_no_leak(self.assembled, masks, hold.test, hold.random)
        material = replace(self.assembled.material, specs=specs)
        if self.method is not None and hold.taught:
            material = with_encoder(material, tuned(self.lesson(hold), self.method))
        if hold.blank:
            material = replace(
                material, tables={**material.tables, "mention": blanked(material.tables["mention"])}
            )
        return Fit(fit(material, masks), material.tables, hold.test, hold.blank)

    def lesson(self, hold: Hold) -> Lesson:
        """Return what the encoder of a fit is taught: nothing of what the fit holds out."""
        masks = self.assembled.masks(hold.test | hold.without)
        check_no_leak(self.assembled, masks, hold.test, hold.random)
        return lesson(
            self.assembled, masks, self.seed, hold.taught, self.method.teachers if self.method else ()
        )

    def keys(self, wanted: Callable[[Sample], bool]) -> set[str]:
        """Return the keys of the samples that are ``wanted``."""
        tables = self.assembled.tables.values()
        found = {p.sample.key for table in tables for p in table.prepared if wanted(p.sample)}
        return found.difference(self.assembled.split.dropped)  # copies of texts that may train

    def of_corpora(self, names: Collection[str]) -> set[str]:
        """Return the keys of the samples of some corpora."""
        return self.keys(lambda sample: sample.corpus in names)
