"""Readers of the corpora of text kinds: FTD, Horne & Adali, Golbeck et al. and MASC."""

import lzma
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from training.publishers import host_of, publisher_key
from training.reading import IllFormedRowError, Options, digest, present, table
from training.samples import Sample
from training.texts import drop_url_lines, join_tokens, tidy

#: Dimensions of FTD that are source types, where one alone is the text's strongest.
FTD_TO_SOURCE_TYPE: Final = {"A1": "opinion_editorial", "A8": "news_report", "A12": "promotional"}

#: Endings under which FTD cut the host's name away (``co`` of ``co.uk``): no publisher is known there.
_FTD_ENDINGS: Final = frozenset({"ac", "co", "com", "edu", "gov", "net", "nhs", "org", "plc", "sch"})

HORNE_TO_SOURCE_TYPE: Final = {"Real": "news_report", "Satire": "satire", "Fake": "hoax_conspiracy"}
GOLBECK_TO_SOURCE_TYPE: Final = {"finalSatire": "satire", "finalFake": "hoax_conspiracy"}

#: MASC categories that are read; mail never is. Newspapers mix news and columns: no label.
MASC_TO_SOURCE_TYPE: Final = {"letters": "promotional", "spam": "promotional", "newspaper": None}

#: Head lines of a tokenised mail: its names and addresses are private and must not be learnt.
_MAIL_HEAD: Final = re.compile(
    r"\b(?:From|To|Cc|Reply ?- ?To|Message-ID|Sender)\s*:\s*"
    r"(?:(?:\"[^\"\n]*\"|[\w. ]{0,60}?)\s*<[^<>\n]*>|undisclosed[- ]recipients\s*:\s*;|\S+@\S+|\"[^\"\n]*\")?"
    r"|\bDate\s*:\s*[^\n]{0,40}?\d+:\d+(?::\d+)?\s*(?:[AP]M\s*)?(?:[-+]\s*\d{4}|[A-Z]{3,4}\b)?(?:\s*\(\s*\w+\s*\))?"
    r"|\bSubject\s*:\s*(?:Re\s*:\s*)?"
)


def read_ftd(folder: Path, options: Options) -> Iterator[Sample]:
    """Functional Text Dimensions, English (Sharoff 2018): texts with one dominant dimension of three.

    Groups are web hosts where the id still names one, else the text alone.
    """
    path = folder / "en.csv"
    with lzma.open(present(folder / "en.ol.xz"), "rt", encoding="utf-8") as lines:
        texts = lines.read().splitlines()
    rows = list(table(path, delimiter="\t"))
    if len(rows) != len(texts):
        raise IllFormedRowError(path, len(rows), f"{len(rows)} labels for {len(texts)} texts")
    for (number, row), text in zip(rows, texts, strict=True):
        name = row.pop("ID").removeprefix("__id__")
        try:
            kind = _dominant({dimension: float(score) for dimension, score in row.items()})
        except ValueError as error:
            raise IllFormedRowError(path, number, error) from error
        if kind in FTD_TO_SOURCE_TYPE:
            site = name.partition("-")[2]
            known = bool(re.fullmatch(r"[a-z0-9-]+", site)) and site not in _FTD_ENDINGS
            yield Sample(
                "ftd_genre", name, "document", join_tokens(text), {"source_type": FTD_TO_SOURCE_TYPE[kind]},
                group=site if known else name, meta={"scores": row},
            )  # fmt: skip


def _dominant(scores: dict[str, float]) -> str | None:
    top = max(scores.values())
    names = [name for name, score in scores.items() if score == top]
    return names[0] if top >= 1 and len(names) == 1 else None


def _decode(raw: bytes) -> str:
    """Read UTF-8, else Windows-1252 as the older files are."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def read_horne(folder: Path, options: Options) -> Iterator[Sample]:
    """Horne & Adali 2017: real, satirical and fake political news; publishers are not given."""
    with zipfile.ZipFile(present(folder / "Horne2017_FakeNewsData.zip")) as archive:
        names = [n for n in archive.namelist() if re.search(r"/(?:Real|Satire|Fake)/[^/]+\.txt$", n)]
        for path in names:
            top, part, kind, file = path.rsplit("/", 3)
            title = f"{top}/{part}/{kind}_titles/{file}"
            name = f"{part.partition(' ')[0].lower()}/{file.removesuffix('.txt')}"
            yield Sample(
                "horne2017", name, "document", drop_url_lines(_decode(archive.read(path))),
                {"source_type": HORNE_TO_SOURCE_TYPE[kind]}, group=name,
                title=tidy(_decode(archive.read(title))) if title in archive.namelist() else None,
            )  # fmt: skip


def read_golbeck(folder: Path, options: Options) -> Iterator[Sample]:
    """Golbeck et al. 2018, development part: satire and fake news by domain, free of their URL lines."""
    with zipfile.ZipFile(present(folder / "FakeNewsData-dev.zip")) as archive:
        for path in archive.namelist():
            kind, file = path.split("/")[-2:]
            if kind in GOLBECK_TO_SOURCE_TYPE and file.endswith(".txt"):
                yield _golbeck(kind, f"{kind}/{file.removesuffix('.txt')}", _decode(archive.read(path)))


def _golbeck(kind: str, name: str, raw: str) -> Sample:
    address = re.search(r"https?://\S+|\bwww\.\S+", raw)
    domain = publisher_key(host_of(address.group())) if address else None
    title, _, body = drop_url_lines(raw).partition("\n")
    if not body.strip():
        title, body = "", title
    return Sample(
        "golbeck-fake-vs-satire", name, "document", body.strip(),
        {"source_type": GOLBECK_TO_SOURCE_TYPE[kind]}, group=domain or name,
        title=title.strip() or None, publisher=domain, url=address.group() if address else None,
    )  # fmt: skip


def read_masc(folder: Path, options: Options) -> Iterator[Sample]:
    """MASC (Ide et al. 2010): fund-raising letters and spam, promotional; newspapers without a label.

    Part-of-speech tags go, tokens are joined, mail heads and addresses are cut out.
    """
    with zipfile.ZipFile(present(folder / "masc_tagged.zip")) as archive:
        lines = archive.read("masc_tagged/categories.txt").decode("utf-8").splitlines()
        for path, category in (line.split() for line in lines if line.strip()):
            if category not in MASC_TO_SOURCE_TYPE:
                continue
            label = MASC_TO_SOURCE_TYPE[category]
            text = _untag(archive.read(f"masc_tagged/{path}").decode("utf-8"), mail=category == "spam")
            name = path.removeprefix("written/").removesuffix(".txt")
            yield Sample(
                "masc", name, "document", text, {"source_type": label} if label else {},
                group=_masc_group(name, category, text), meta={"category": category},
            )  # fmt: skip


def _untag(tagged: str, mail: bool) -> str:
    words = "\n".join(" ".join(t.rsplit("_", 1)[0] for t in line.split()) for line in tagged.split("\n"))
    if mail:
        words = _MAIL_HEAD.sub(" ", words[:700]) + words[700:]
    return join_tokens(re.sub(r"<?\s*\S+@\S+\s*>?", " ", words))


def _masc_group(name: str, category: str, text: str) -> str:
    """Letters of one sender share the stem of their file name (``110CYL067``, ``audubon2``)."""
    if category == "newspaper":
        return re.split(r"[\d_.-]", name.lower())[0] or digest(text)
    return re.sub(r"\d+$", "", name) if category == "letters" else name
