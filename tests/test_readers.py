"""The registry of readers, ill-formed rows, and counts on the real corpora."""

import gzip
import os
from pathlib import Path

import corpus_files as files
import pytest

from training.corpora import UnknownCorpusError
from training.readers import READERS, read, read_all
from training.reading import CorpusAbsentError, IllFormedRowError

HOME = os.environ.get("SLANTWISE_CORPORA", "")
SEED_HOME = Path(__file__).parent.parent / "datasets" / "seed"


def test_the_texts_in_the_repository_are_well_formed() -> None:
    """Every row of ``datasets/seed`` can be read, under a name of its own."""
    samples = read("seed", SEED_HOME)
    assert len({sample.key for sample in samples}) == len(samples) > 0


@pytest.mark.parametrize(
    ("line", "why"), [("{not json}", "Expecting"), ("[1]", "not an object"), ('{"id": "x"}', "KeyError")]
)
def test_a_bad_row_is_named_by_file_and_line(tmp_path: Path, line: str, why: str) -> None:
    """A row that cannot be read raises one error that names file and line."""
    path = files.folder(tmp_path, "senate-press-grimmer") / "senate_press_sample.jsonl.gz"
    files.jsonl(path, {"id": "a", "senator": "Doe", "text": files.LONG})
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()) + line.encode()))
    with pytest.raises(IllFormedRowError, match=rf"senate_press_sample\.jsonl\.gz, line 2: .*{why}"):
        read("senate-press-grimmer", tmp_path)


def test_names_and_folders_that_are_not_there(tmp_path: Path) -> None:
    """An unknown name and an absent corpus raise; reading all leaves the absent ones out."""
    with pytest.raises(UnknownCorpusError):
        read("nope", tmp_path)
    with pytest.raises(CorpusAbsentError):
        read("babe", tmp_path)
    files.babe(tmp_path)
    assert len(read_all(tmp_path, names=["babe", "mbic"])) == 3
    assert read_all(tmp_path, tiers=("permissive",), names=["babe", "mbic"]) == []


COUNTS = {
    "advocacy-sites": 58, "allsides": 9037, "allsides-source-kind": 2210, "argkp2021": 7237, "babe": 3673,
    "ccf-climate-frames": 2419, "dse-directed-sentiment": 14565, "frac-dev": 159, "ftd_genre": 692,
    "golbeck-fake-vs-satire": 327, "gvfc": 1300, "horne2017": 326, "hyperpartisan_semeval19": 645,
    "masc": 197,
    "mbic": 1700, "narrative-frames": 427, "newsmtsc": 9524, "persent": 578, "perspectrum": 8370,
    "press-release-archive": 637, "prosecutor-press": 327, "senate-press-grimmer": 4480,
    "ptc_semeval20": 15342,
}  # fmt: skip


@pytest.mark.corpora
@pytest.mark.skipif(not HOME, reason="SLANTWISE_CORPORA is not set: the real corpora are NOT read")
@pytest.mark.parametrize("name", sorted(set(READERS) - {"seed"}))
def test_the_real_corpora_give_what_is_known(name: str) -> None:
    """Each real corpus gives the known number of samples, each with a key, a text and a group of its own."""
    if not (Path(HOME) / name).is_dir():
        pytest.skip(f"{name} is not in SLANTWISE_CORPORA: it is NOT read")
    samples = read(name, Path(HOME))
    assert len(samples) == COUNTS[name]
    assert len({sample.key for sample in samples}) == len(samples)
    assert all(sample.text.strip() and sample.group and sample.corpus == name for sample in samples)
    assert all(s.target is None or s.text[slice(*s.target)].strip() for s in samples)
