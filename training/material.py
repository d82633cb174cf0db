"""What fitting reads and what it gives back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.heads import Head, Space
from models.sparse import Floats, SparseSpace
from training.base import Base
from training.samples import FEEDBACK
from training.specs import SPECS, Spec
from training.tables import Table
from training.taught import Taught

INNER: Final = 4
#: Which rows of each table may train.
Masks = Mapping[Space, NDArray[np.bool_]]


@dataclass(frozen=True)
class Material:
    """Everything that fitting reads.

    ``definitions`` are the policy frames' vectors, (14, 384); ``taught`` says what the encoder was taught.
    """

    tables: Mapping[Space, Table]
    folds: Mapping[str, int]
    definitions: Floats | None
    profiles: tuple[str, ...] = ("fast", "accurate")
    specs: tuple[Spec, ...] = SPECS
    seed: int = 0
    jobs: int = 1
    taught: Taught = field(default_factory=dict)

    def inner(self) -> dict[Space, NDArray[np.int64]]:
        """Return the inner fold of every row of every table; what came later changes no other."""
        return {
            space: inner_folds(table.units, self.seed, (table.corpora == FEEDBACK) | table.later)
            for space, table in self.tables.items()
        }


@dataclass(frozen=True)
class Fitted:
    """Heads with the base that they rest on."""

    base: Base
    heads: Mapping[str, Head]

    @property
    def spaces(self) -> Mapping[Space, SparseSpace]:
        """The vocabularies by space."""
        return self.base.spaces


@dataclass(frozen=True)
class Held:
    """Inner folds of every row, and the bases that were fitted without each of them."""

    inner: Mapping[Space, NDArray[np.int64]]
    bases: tuple[Base, ...]


def inner_folds(
    units: NDArray[np.str_], seed: int, later: NDArray[np.bool_] | None = None
) -> NDArray[np.int64]:
    """Spread units over INNER folds, evenly by number of samples; equal units share a fold.

    Samples that come ``later`` join the fold of their unit, or are spread likewise, and change no other.
    """
    first = np.ones(len(units), bool) if later is None else ~later
    fold_of = _spread(units[first], seed)
    new = np.array([unit not in fold_of for unit in units], bool)
    fold_of |= _spread(units[new], seed)
    return np.array([fold_of[unit] for unit in units], np.int64)


def _spread(units: NDArray[np.str_], seed: int) -> dict[str, int]:
    names, sizes = np.unique(units, return_counts=True)
    held = np.zeros(INNER)
    fold_of = {}
    dice = np.random.default_rng(seed)
    for number in np.argsort(-sizes - dice.random(len(names)), kind="stable"):
        fold_of[str(names[number])] = int(held.argmin())
        held[fold_of[str(names[number])]] += sizes[number]
    return fold_of
