"""Fetching a corpus: resumed, with a progress bar, checked by sha256, never over a good file."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

import requests
from tqdm import tqdm

from training.corpora import Card, CorpusFile, inside
from training.verify import fault_of, file_sha256

BASE: Final = "https://raw.githubusercontent.com"
_BLOCK: Final = 1 << 16


class NotFetchableError(ValueError):
    """The card gives no address: its availability is not ``fetch``, or the file was made here."""


class AddressRefusedError(OSError):
    """The server answered, but not with the file."""


class InterruptedDownloadError(OSError):
    """The connection broke; what came is kept, and the next call goes on from there."""


class WrongFileError(OSError):
    """What came is not the file of the card; it was thrown away."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where files are fetched from, how long to wait for a byte (seconds), and whether to show a bar."""

    base: str = BASE
    timeout: float = 60.0
    progress: bool = True


def address(card: Card, file: CorpusFile, base: str = BASE) -> str:
    """Return the address of a file at the card's commit; raises :class:`NotFetchableError`."""
    repository, commit = file.repository or card.repository, file.commit or card.commit
    if card.availability != "fetch" or not (file.path and repository and commit):
        raise NotFetchableError(f"{card.name}/{file.name} has no public address ({card.availability})")
    inside(Path(card.name), file.path)
    return f"{base}/{quote(repository)}/{quote(commit)}/{quote(file.path)}"


def fetch(card: Card, home: Path, source: Source | None = None) -> list[Path]:
    """Fetch the needed files of a corpus that are missing or wrong, and return their paths.

    Files that verify are not touched. A wrong file is replaced only when the right one has come.
    Raises :class:`NotFetchableError`, :class:`AddressRefusedError`, :class:`InterruptedDownloadError`
    and :class:`WrongFileError`; files fetched before stay.
    """
    if card.availability != "fetch":
        raise NotFetchableError(f"{card.name} is not fetched: its availability is {card.availability}")
    folder = home / card.name
    wanted = [file for file in card.file if file.needed and fault_of(folder, file)]
    return [_fetch_file(card, file, folder, source or Source()) for file in wanted]


def _fetch_file(card: Card, file: CorpusFile, folder: Path, source: Source) -> Path:
    target = inside(folder, file.name)
    part = target.with_name(f".{target.name}.part")
    target.parent.mkdir(parents=True, exist_ok=True)
    if part.exists() and part.stat().st_size > file.size:
        part.unlink()
    if not part.exists() or part.stat().st_size < file.size:
        _download(address(card, file, source.base), part, file.size, source)
    if part.stat().st_size != file.size or file_sha256(part) != file.sha256:
        part.unlink()
        raise WrongFileError(f"{card.name}/{file.name}: what came has another sha256 and was thrown away")
    os.replace(part, target)  # noqa: PTH105 - named for what matters: it is atomic
    return target


def _download(url: str, part: Path, size: int, source: Source) -> None:
    """Append to ``part`` what is missing of it, never more than ``size`` bytes in all."""
    have = part.stat().st_size if part.exists() else 0
    with _answer(url, have, source) as answer:
        resumed = answer.status_code == requests.codes.partial_content and _starts_at(answer, have)
        have = have if resumed else 0
        bar = tqdm(total=size, initial=have, unit="B", unit_scale=True, desc=part.name[1:-5], leave=False,
                   disable=None if source.progress else True)  # fmt: skip
        with part.open("ab" if resumed else "wb") as out, bar:
            for block in answer.iter_content(_BLOCK):
                have += len(block)
                if have > size:
                    break
                out.write(block)
                bar.update(len(block))
    if have > size:
        part.unlink()
        raise WrongFileError(f"{url} holds more than the {size} bytes of the card and was thrown away")
    if have < size:
        raise InterruptedDownloadError(f"{url} ended after {have} of {size} bytes; call again to go on")


@contextmanager
def _answer(url: str, have: int, source: Source) -> Iterator[requests.Response]:
    """Ask for a file from byte ``have`` on; network faults become exceptions of this module."""
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    try:
        with requests.get(url, headers=headers, stream=True, timeout=(10, source.timeout)) as answer:
            if answer.status_code not in (requests.codes.ok, requests.codes.partial_content):
                raise AddressRefusedError(f"{url} answers {answer.status_code} {answer.reason}")
            yield answer
    except requests.RequestException as error:
        raise InterruptedDownloadError(f"{url}: {error}; call again to go on") from error


def _starts_at(answer: requests.Response, start: int) -> bool:
    return answer.headers.get("Content-Range", "").startswith(f"bytes {start}-")
