"""Where corpora lie on this machine, and whether their files are the right ones."""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from training.corpora import Card, CorpusFile, CorpusTree, inside


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one file or folder of a corpus: ``missing``, ``wrong size``, ``wrong sha256``."""

    corpus: str
    file: str
    what: str

    def __str__(self) -> str:
        """Name the file and its fault."""
        return f"{self.corpus}/{self.file}: {self.what}"


def corpora_home() -> Path:
    """Return the folder that holds a folder for each corpus.

    It is ``SLANTWISE_CORPORA`` where that is set, else ``slantwise/corpora`` in the user's cache.
    """
    home = os.environ.get("SLANTWISE_CORPORA")
    return Path(home).expanduser() if home else platformdirs.user_cache_path("slantwise", False) / "corpora"


def is_present(card: Card, home: Path) -> bool:
    """Whether every needed file of a corpus exists, right or wrong."""
    folder = home / card.name
    return all(inside(folder, part.name).exists() for part in card.parts if part.needed)


def verify(card: Card, home: Path) -> list[Problem]:
    """Compare the files of one corpus with its card; an empty list means that all is right.

    A file that is not needed (a licence, a readme) may be missing, but not wrong.
    """
    folder = home / card.name
    found = [(part, fault_of(folder, part)) for part in card.parts]
    return [Problem(card.name, part.name, fault) for part, fault in found if fault and _counts(part, fault)]


def _counts(part: CorpusFile | CorpusTree, fault: str) -> bool:
    return part.needed or fault != "missing"


def fault_of(folder: Path, part: CorpusFile | CorpusTree) -> str | None:
    """Say what is wrong with a file or tree below ``folder``, or return ``None``."""
    path = inside(folder, part.name)
    if isinstance(part, CorpusTree):
        return _tree_fault(path, part)
    if not path.is_file():
        return "missing"
    if path.stat().st_size != part.size:
        return f"wrong size, {path.stat().st_size} bytes instead of {part.size}"
    return None if file_sha256(path) == part.sha256 else "wrong sha256"


def _tree_fault(path: Path, tree: CorpusTree) -> str | None:
    if not path.is_dir():
        return "missing"
    count = sum(1 for _ in _files(path))
    if count != tree.files:
        return f"wrong size, {count} files instead of {tree.files}"
    return None if tree_sha256(path) == tree.tree_sha256 else "wrong sha256"


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def file_sha256(path: Path) -> str:
    """Return the sha256 of a file in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def tree_sha256(folder: Path) -> str:
    """Return the sha256 of a folder's listing: a line ``sha256  relative/path`` a file, by path."""
    names = sorted((path.relative_to(folder).as_posix(), path) for path in _files(folder))
    listing = "".join(f"{file_sha256(path)}  {name}\n" for name, path in names)
    return hashlib.sha256(listing.encode()).hexdigest()
