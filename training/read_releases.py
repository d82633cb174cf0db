"""Readers of what organisations publish themselves: press releases and an advocacy group's pages."""

import html
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from training.reading import Options, Row, convert, fair_part, jsonl
from training.samples import Sample
from training.texts import drop_url_lines, english, strip_markdown, tidy

MIN_WORDS: Final = 60

#: A line that stands in this share of an office's pages is site furniture, not text.
FURNITURE_SHARE: Final = 0.08

_FURNITURE: Final = re.compile(
    r"^(?:skip to (?:main )?content|scroll to top|link to:.*|\d+ min read|are you a human.*"
    r"|categories:.*|tags:.*|[\W\d]*)$",
    re.I,
)
_OFFICE: Final = re.compile(r"\s+(?:\||-|•)\s+(?=[^|]*(?:Attorney|NewsCenter))")
MAX_TITLE_WORDS: Final = 40
_BOT_CHECK: Final = "Pardon Our Interruption"

#: Signs that a Senate file reprints somebody's news story or a broadcast.
_REPRINT: Final = re.compile(
    r"\bBy\s+[A-Z][\w.'-]+(?:\s+[A-Z][\w.'-]+){1,2},?\s+(?:The\s+)?Associated Press"
    r"|\(AP\)\s*(?:-|–|—|_|\xad)"
    r"|Copyright\s+(?:\(c\)|©)?\s*(?:19|20)\d\d\b"
)

#: Pages of the advocacy site that argue nothing: jobs, rules, forms, guides, lists and tests.
_NOT_AN_ARTICLE: Final = re.compile(
    r"vacancy|director|faq|legal|privacy|conduct|policy$|protocol|agreement|stipends|debug|^join|donat|learn$"
    r"|microgrants|^press$|national-groups|partnerships|^organi[sz]|local-organizing|flyer|tabling|lobby"
    r"|writing-|pdoom|^sota$|polls|roadmap|ai-concerns|littlehelpers|nyc-action|^protests$|^action$|-progress$"
)


def read_press_releases(folder: Path, options: Options) -> Iterator[Sample]:
    """Company releases of 18 wires, 2024 to 2026; Markdown off, English only, the wire is the group."""

    def make(row: Row) -> Sample | None:
        title, body = _split_title(html.unescape(row["text"]))
        text = strip_markdown(body)
        return _release("press-release-archive", row["id"], text, row["wire"], title)

    path = folder / "press_releases_sample.jsonl.gz"
    yield from fair_part(convert(path, jsonl(path), make), options.limit_per_group)


def _split_title(text: str) -> tuple[str | None, str]:
    first, _, rest = text.lstrip().partition("\n")
    return (tidy(first.lstrip("# ")), rest) if first.startswith("#") else (None, text)


def _release(corpus: str, name: str, text: str, group: str, title: str | None) -> Sample | None:
    if len(text.split()) < MIN_WORDS or not english(text):
        return None
    label = {"source_type": "press_release"}
    return Sample(corpus, name, "document", text, label, group=group, title=title, publisher=group)


def read_prosecutors(folder: Path, options: Options) -> Iterator[Sample]:
    """Releases of US prosecutors' offices, freed of their sites' furniture; the office is the group.

    Pages that hold only a bot check (all of ``los_angeles_ca``) are left out.
    """
    path = folder / "prosecutor_press_sample.jsonl.gz"
    rows = [(number, row) for number, row in jsonl(path) if _BOT_CHECK not in row["text"]]
    furniture = _furniture(row for _, row in rows)

    def make(row: Row) -> Sample | None:
        lines = _without_frame([line.strip() for line in row["text"].splitlines()], furniture[row["office"]])
        first = _OFFICE.split(lines[0])[0] if lines else ""
        title = first if len(first.split()) < MAX_TITLE_WORDS and "Contact:" not in first else None
        body = [line for line in lines if line not in (lines[0], title)] if title else lines
        text = tidy(drop_url_lines("\n".join(body)))
        return _release("prosecutor-press", row["id"], text, row["office"], title)

    yield from fair_part(convert(path, iter(rows), make), options.limit_per_group)


def _without_frame(lines: list[str], shared: frozenset[str]) -> list[str]:
    """Drop the furniture around the text; inside it, a shared line is the name of the prosecutor."""
    end = next((i for i, line in enumerate(lines) if line.startswith("Link to: ")), len(lines))
    lines = lines[:end]
    long = [
        i
        for i, line in enumerate(lines)
        if len(line.split()) >= 12 and line not in shared and line[:40] not in lines[0]
    ] or [0]
    return [
        line
        for i, line in enumerate(lines)
        if long[0] <= i <= long[-1] or (line and line not in shared and not _FURNITURE.match(line))
    ]


def _furniture(rows: Iterable[Row]) -> dict[str, frozenset[str]]:
    """Return office -> the lines that many of its pages share."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    pages: Counter[str] = Counter()
    for row in rows:
        pages[row["office"]] += 1
        counts[row["office"]].update({line.strip() for line in row["text"].splitlines()})
    return {
        office: frozenset(line for line, n in lines.items() if n > max(2, FURNITURE_SHARE * pages[office]))
        for office, lines in counts.items()
    }


def read_senate(folder: Path, options: Options) -> Iterator[Sample]:
    """Grimmer's Senate press releases 2005 to 2007, without reprinted news; the senator is the group."""

    def make(row: Row) -> Sample | None:
        text = tidy(row["text"])
        if _REPRINT.search(text):
            return None
        first, _, rest = text.partition("\n")
        title = first if first.isupper() and len(first) < 250 and rest else None
        body = rest.strip() if title else text
        return _release("senate-press-grimmer", row["id"], body, row["senator"], title)

    path = folder / "senate_press_sample.jsonl.gz"
    yield from fair_part(convert(path, jsonl(path), make), options.limit_per_group)


def read_advocacy_sites(folder: Path, options: Options) -> Iterator[Sample]:
    """Articles and campaign pages of PauseAI; other pages and other languages are left out."""

    def make(row: Row) -> Sample | None:
        slug = row["id"].rsplit("/", 1)[-1].removesuffix(".md")
        text = strip_markdown(html.unescape(row["text"]))
        if _NOT_AN_ARTICLE.search(slug) or len(text.split()) < MIN_WORDS or not english(text):
            return None
        return Sample(
            "advocacy-sites", row["id"], "document", text, {"source_type": "political_advocacy"},
            group=row["publisher"], title=row["title"] or None, publisher=row["publisher"],
        )  # fmt: skip

    path = folder / "advocacy_posts.jsonl.gz"
    return convert(path, jsonl(path), make)
