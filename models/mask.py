"""Mask what names the outlet instead of showing the slant; training and scoring use the same rules.

Classifiers learn the publisher from its name, datelines, bylines and tails (Barrón-Cedeño et al.
2019; Potthast et al. 2018). The rules are fixed and fitted to no corpus.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Final

OUTLET: Final = "Outlet"
_WIRES: Final = r"[A-Z][\w&.,' -]{1,30}"
_MONTH: Final = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?"
_PLACE: Final = r"[A-Z][A-Za-z.'\u00c0-\u017f-]{1,20}(?: [A-Z][A-Za-z.'-]{1,20}){0,3}"
_DATELINE: Final = re.compile(
    rf"^(?:{_PLACE}(?:, {_PLACE}\.?)?(?:, {_MONTH} \d{{1,2}}(?:, \d{{4}})?)?,? ?)?"
    rf"(?:\({_WIRES}\)|/{_WIRES}/)(?: ?[-:]+)? |^[A-Z][A-Z.,' ]{{2,40}}(?:, {_PLACE}\.?)? ?- "
)
_PREFIX: Final = re.compile(
    r"^(?:OPINION|EDITORIAL|COMMENTARY|ANALYSIS|OP-ED|Opinion|Editorial|Commentary|Op-ed|Analysis|"
    r"PERSPECTIVE|Perspective|COLUMN|Column|SATIRE|Satire)\s*[:|\u2014-]\s*"
)
_BYLINE: Final = re.compile(
    r"^(?:By|BY|Written by|Posted by|Story by) "
    r"[A-Z][\w.'-]*(?: (?:and|[A-Z&|,])[\w.'-]*){0,8}\W*(?:[,|].{0,60})?$"
)
_TAILS: Final = re.compile(
    r"^\W{0,5}(?:copyright\b|©|all rights reserved|this material may not be (?:published|copied)|"
    r"\(?(?:additional )?(?:reporting|editing|writing) by\b|"
    r"follow (?:him|her|us|them|[A-Z]\w+(?: \w+)?) on (?:twitter|facebook)|"
    r"for immediate release|click here|read more|share this|advertisement|sign up for our|subscribe to our|"
    r"the views expressed|image credit|photo(?:graph)?(?: credit| by)|getty images|"
    r"updated? at|published \w+ \d|"
    r"(?:the )?Outlet(?:'s [\w .,]+)? contributed to this|"
    r"this (?:article|story|post|piece|column) (?:was )?(?:originally |first )?(?:appeared|published)|"
    r"# ?# ?#|-30-|ends$|media contact|press contact|contact:|source:|related:|watch:|listen:|see also)",
    re.IGNORECASE,
)
_EMAIL: Final = re.compile(r"\S{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+")
_HANDLE: Final = re.compile(r"(?<!\w)@\w{1,30}")
_HASHTAG: Final = re.compile(r"#(\w{1,80})")
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])|_|(?<=[A-Za-z])(?=\d)")
#: Every link holds one of these; looking for them first is much cheaper.
LINK_HINT: Final = re.compile(r"[.:][A-Za-z/]")
LINK: Final = re.compile(
    r"https?:/{1,2}[^\s<>\"']{1,2000}|pic\.twitter\.com/\w{1,40}|(?<!\w)t\.co/\w{1,40}|"
    r"(?<![\w@.])(?:www\.)?[a-z0-9][a-z0-9-]{0,60}\.(?:com|org|net|gov|edu|info|co\.uk|ca|eu|io|news|tv)\b(?:/[^\s<>\"']{0,2000})?",
    re.IGNORECASE,
)


@lru_cache(maxsize=1)
def outlet_names() -> tuple[str, ...]:
    """Return the hand-written names that are masked in every text."""
    lines = Path(__file__).with_name("outlets.txt").read_text("utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


def _names_pattern(names: Iterable[str]) -> re.Pattern[str]:
    """Compile names into alternatives grouped by first letter, which keeps the scan fast."""
    groups: dict[str, list[str]] = defaultdict(list)
    for name in sorted(set(names), key=len, reverse=True):
        groups[name[0]].append(re.escape(name[1:]))
    inner = "|".join(f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in sorted(groups.items()))
    return re.compile(rf"(?<!\w)(?:[Tt]he )?(?:{inner})(?:\.com)?(?!\w)")


@lru_cache(maxsize=256)
def _pattern_for(own: tuple[str, ...]) -> re.Pattern[str]:
    return _names_pattern((*outlet_names(), *own))


def own_names(publisher: str | None, host: str | None) -> tuple[str, ...]:
    """Return the names of a document's own outlet: as given, and its host with and without ending."""
    names = set()
    if publisher and 2 <= len(publisher) <= 100:
        names |= {publisher, publisher.upper()}
    for domain in (host, publisher):
        if domain and re.fullmatch(r"[\w.-]{4,100}", domain) and "." in domain:
            bare = domain.lower().removeprefix("www.")
            stem = bare.split(".")[0]
            names |= {bare, stem} if len(stem) > 3 else {bare}
            names |= {stem.capitalize(), stem.upper()} if len(stem) > 2 else set()
    return tuple(sorted(name for name in names if len(name) > 2))


def mask(sentence: str, own: tuple[str, ...] = (), first: bool = False) -> str:
    """Return what the models read of a sentence that is already in one typography.

    Links, mail addresses and handles go, hashtags become words, outlet names become ``Outlet``;
    bylines, wire tails and end marks become the empty string. ``first`` says that it opens the
    text, where datelines and "OPINION:" stand.
    """
    text = sentence
    if first:
        text = _DATELINE.sub("", _PREFIX.sub("", text), count=1)
    if "@" in text:
        text = _HANDLE.sub(" ", _EMAIL.sub(" ", text))
    if LINK_HINT.search(text):
        text = LINK.sub(" ", text)
    if "#" in text:
        text = _HASHTAG.sub(lambda m: " " + _CAMEL.sub(" ", m[1]), text)
    text = _pattern_for(own).sub(OUTLET, text)
    if len(text) < 400 and (_BYLINE.match(text) or _TAILS.match(text)):
        return ""
    return " ".join(text.split())


def strip_opinion_prefix(title: str) -> str:
    """Drop a leading "OPINION:" and the like, which names the label."""
    return _PREFIX.sub("", title, count=1)
