"""Everything that a candidate depends on beside its feedback: the same inputs, the same bundle."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy
import sklearn

import models
import training
from training.assemble import RESEARCH, SHIPPED, needed_corpora
from training.readers import READERS, tier_of
from training.reading import SEED_HOME
from training.steps import listing_sha256, sources_sha256

TIERS: Final = {"shipped": SHIPPED, "research": RESEARCH}


def inputs(corpora: Path, tier: str, seed: int) -> dict[str, Any]:
    """Return what fits depend on beside the feedback: code, libraries, corpora, our own texts, tier, seed."""
    own = SEED_HOME.parent
    return {
        "code": sources_sha256(*(Path(str(package.__file__)).parent for package in (models, training))),
        "libraries": {library.__name__: library.__version__ for library in (numpy, sklearn)},
        "corpora": listing_sha256(corpora, set(READERS)),
        "own": listing_sha256(own.parent, {own.name}),
        "tier": tier, "seed": seed,
    }  # fmt: skip


def absent(corpora: Path, tier: str) -> list[str]:
    """Return the corpora that a tier learns from and that are not on this machine."""
    wanted = (name for name in needed_corpora(evaluation=False) if tier_of(name) in TIERS[tier])
    return sorted(name for name in wanted if name != "seed" and not (corpora / name).is_dir())


def key_of(what: Mapping[str, Any]) -> str:
    """Return a sha256 that names a set of inputs."""
    return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()
