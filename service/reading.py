"""Files on the command line: each becomes requests, with the place where each one stood."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from service.lines import read_body
from service.problems import Refusal
from service.schemas import ScoreBody

LINES = frozenset({".jsonl", ".ndjson"})
PAGES = frozenset({".html", ".htm"})
TEXTS = frozenset({".txt", ".text", ".md"})
KINDS = sorted(LINES | PAGES | TEXTS | {".csv"})


@dataclass(frozen=True, slots=True)
class Item:
    """Something to score: where it stood, and the raw request; ``profile`` holds where it names none."""

    file: str
    line: int | None
    raw: bytes | dict[str, Any]
    profile: str

    def body(self) -> ScoreBody:
        """Read the request.

        Raises:
            Refusal: it is not UTF-8 or not JSON.
            ValidationError: it is no request.

        """
        if isinstance(self.raw, dict):
            return ScoreBody.model_validate({"profile": self.profile} | self.raw)
        body = read_body(self.raw)
        named = "profile" in body.model_fields_set
        return body if named else body.model_copy(update={"profile": self.profile})


def read_items(path: str, stream: IO[bytes], profile: str) -> Iterator[Item]:
    """Read a file by its kind, or standard input by its first character."""
    kind = Path(path).suffix.lower()
    if path == "-":
        yield from _read_standard_input(stream, profile)
    elif kind in LINES:
        yield from _read_lines(path, stream, profile)
    elif kind in PAGES:
        yield Item(path, None, {"html": decode(stream.read())}, profile)
    elif kind in TEXTS:
        yield Item(path, None, {"text": decode(stream.read())}, profile)
    else:
        raise Refusal(415, f"What {kind or 'no suffix'} means is not known; known are {', '.join(KINDS)}.")


def decode(raw: bytes) -> str:
    """Read UTF-8, with or without a byte order mark.

    Raises:
        Refusal: it is something else; the message says where.

    """
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refusal(415, f"The file is not UTF-8: byte {error.start} cannot be read.") from None


def read_rows(stream: IO[bytes]) -> tuple[list[str], list[dict[str, str]]]:
    """Read a csv file with a header row.

    Raises:
        Refusal: it is not UTF-8, has no header, or a row does not fit the header.

    """
    csv.field_size_limit(2**31 - 1)
    reader = csv.DictReader(io.StringIO(decode(stream.read()), newline=""), strict=True)
    try:
        rows = list(reader)
    except csv.Error as error:
        raise Refusal(400, f"The csv breaks in line {reader.line_num}: {error}.") from None
    if not reader.fieldnames:
        raise Refusal(400, "The csv holds no header row.")
    if any(None in row for row in rows):
        raise Refusal(400, "The csv holds a row with more fields than its header.")
    return list(reader.fieldnames), rows


def _read_lines(path: str, stream: IO[bytes], profile: str) -> Iterator[Item]:
    for number, line in enumerate(stream, start=1):
        if line.strip():
            yield Item(path, number, line, profile)


def _read_standard_input(stream: IO[bytes], profile: str) -> Iterator[Item]:
    first = stream.readline()
    if first.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        yield Item("-", 1, first, profile)
        for item in _read_lines("-", stream, profile):
            yield Item("-", (item.line or 0) + 1, item.raw, profile)
    else:
        yield Item("-", None, {"text": decode(first + stream.read())}, profile)
