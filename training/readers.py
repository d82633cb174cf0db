"""The registry: corpus name -> reader, and the two ways in, ``read`` and ``read_all``."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Final

from training import (
    read_arguments,
    read_documents,
    read_frames,
    read_pairs,
    read_releases,
    read_seed,
    read_sentences,
    read_sources,
)
from training.corpora import UnknownCorpusError, load_cards
from training.reading import Options, present
from training.samples import Sample

Reader = Callable[[Path, Options], Iterable[Sample]]

#: Every corpus folder but ``publisher-kb``, which holds facts about publishers and no texts.
READERS: Final[dict[str, Reader]] = {
    "advocacy-sites": read_releases.read_advocacy_sites,
    "allsides": read_documents.read_allsides,
    "allsides-source-kind": read_documents.read_allsides_source_kind,
    "argkp2021": read_arguments.read_argkp,
    "babe": read_sentences.read_babe,
    "ccf-climate-frames": read_frames.read_ccf,
    "dse-directed-sentiment": read_pairs.read_dse,
    "frac-dev": read_frames.read_frac,
    "ftd_genre": read_sources.read_ftd,
    "golbeck-fake-vs-satire": read_sources.read_golbeck,
    "gvfc": read_frames.read_gvfc,
    "horne2017": read_sources.read_horne,
    "hyperpartisan_semeval19": read_documents.read_hyperpartisan,
    "masc": read_sources.read_masc,
    "mbic": read_sentences.read_mbic,
    "narrative-frames": read_frames.read_narrative,
    "newsmtsc": read_pairs.read_newsmtsc,
    "persent": read_pairs.read_persent,
    "perspectrum": read_arguments.read_perspectrum,
    "press-release-archive": read_releases.read_press_releases,
    "prosecutor-press": read_releases.read_prosecutors,
    "ptc_semeval20": read_sentences.read_ptc,
    "seed": read_seed.read_seed,
    "senate-press-grimmer": read_releases.read_senate,
}

#: Licence tiers of the cards; ``own`` are the texts of ``datasets/seed``.
TIERS: Final = ("own", "permissive", "unclear", "research")


def tier_of(name: str) -> str:
    """Return the licence tier of a corpus; raises :class:`training.corpora.UnknownCorpusError`."""
    _known(name)
    return "own" if name == "seed" else load_cards()[name].tier


def _known(name: str) -> None:
    if name not in READERS:
        raise UnknownCorpusError(name, tuple(READERS))


def read(name: str, home: Path, options: Options | None = None) -> list[Sample]:
    """Read one corpus below ``home`` into samples (``seed`` comes from the repository).

    Raises :class:`training.corpora.UnknownCorpusError`, :class:`training.reading.CorpusAbsentError` and
    :class:`training.reading.IllFormedRowError`.
    """
    options = options or Options()
    _known(name)
    folder = options.seed_home if name == "seed" else home / name
    return list(READERS[name](present(folder), options))


def read_all(
    home: Path,
    tiers: Collection[str] = TIERS,
    names: Collection[str] | None = None,
    options: Options | None = None,
    tests_of: Collection[str] = (),
) -> list[Sample]:
    """Read every corpus that is present, of one of the ``tiers``, and named if ``names`` are given.

    ``tests_of`` names those whose official test parts are read, too. Corpora come in the order of their
    names. A name that does not exist raises :class:`training.corpora.UnknownCorpusError`; a corpus that
    is absent is left out.
    """
    options = options or Options()
    chosen = sorted(READERS if names is None else set(names))
    samples: list[Sample] = []
    for name in chosen:
        if tier_of(name) in tiers and (options.seed_home if name == "seed" else home / name).is_dir():
            asked = replace(options, include_test=True) if name in tests_of else options
            samples += read(name, home, asked)
    return samples
