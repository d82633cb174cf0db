"""Light repairs of corpus artefacts: tokens, tags, Markdown, addresses. No masking here."""

import re
from typing import Final

_FUNCTION_WORDS: Final = frozenset(
    {"the", "of", "and", "to", "in", "a", "is", "that", "for", "it", "on", "with", "as", "was", "are", "be"}
    | {"this", "by", "at", "from", "have", "not", "or", "an", "has"}
)
_OPINION_PREFIX: Final = re.compile(
    r"^\s*(?:opinions?|editorials?|op-?eds?|commentary|column|analysis|letters?)\s*(?::|\||-|–|—)+\s*", re.I
)
_MARKDOWN: Final = (
    (re.compile(r"<(script|style|svelte:head)\b.*?</\1>", re.S | re.I), " "),
    (re.compile(r"!\[[^\]]*\]\([^)]*\)"), " "),
    (re.compile(r"\[([^\]]*)\]\([^)]*\)"), r"\1"),
    (re.compile(r"\[\^[^\]]*\]:?"), " "),
    (re.compile(r"<[^<>]{1,500}>", re.S), " "),
    (re.compile(r"^\s*(?:#{1,6}|>+|[-*+]|\d+\.)\s+", re.M), ""),
    (re.compile(r"(\*\*|__|\*|`)(?=\S)(.+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<!\w)_(?=\S)([^_\n]+)(?<=\S)_(?!\w)"), r"\1"),
    (re.compile(r"^\s*(?:-{3,}|\|?[\s:|-]{3,})\s*$", re.M), ""),
)
_TOKENS: Final = (
    (re.compile(r"</?doc[^>]*>"), " "),
    (re.compile(r"\s+([.,;:!?%)\]}’”])"), r"\1"),
    (re.compile(r"([(\[{“$#])\s+"), r"\1"),
    (re.compile(r"\s+('(?:s|re|ve|ll|d|m)|’(?:s|re|ve|ll|d|m))\b", re.I), r"\1"),
    (re.compile(r"(?<=\w)\s+(['’])\s+(?=(?:s|t|re|ve|ll|d|m)\b)|(?<=\b[ODL])\s+(['’])\s+(?=[A-Z])"), r"\1\2"),
    (re.compile(r"\s+(?=n['’]t\b)"), ""),
    (re.compile(r"``\s*|\s*''"), '"'),
    (re.compile(r"\"\s([^\"\n]*?)\s\""), r'"\1"'),
)


def tidy(text: str) -> str:
    """Bring line ends and spaces to one form: single spaces, blank lines between paragraphs."""
    lines = (re.sub(r"[^\S\n]+", " ", line).strip() for line in re.sub(r"\r\n?", "\n", text).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def close_gaps(text: str) -> str:
    """Remove the blanks that extraction leaves before full stops and commas."""
    return re.sub(r"(?<=\w)[^\S\n]+([.,;!?])(?=\s|$)", r"\1", text)


def join_tokens(text: str) -> str:
    """Undo tokenisation, as in ``is n't , he said .``, which becomes ``isn't, he said.``."""
    for pattern, replacement in _TOKENS:
        text = pattern.sub(replacement, text)
    return tidy(text)


def strip_markdown(text: str) -> str:
    """Turn Markdown with embedded HTML into plain paragraphs."""
    for pattern, replacement in _MARKDOWN:
        text = pattern.sub(replacement, text)
    return tidy(text)


def strip_tags(text: str) -> str:
    """Replace HTML tags by blanks; the end of a block becomes the end of a paragraph."""
    text = re.sub(r"</(?:p|div|h\d|li|blockquote)>|<br\s*/?>", "\n\n", text, flags=re.I)
    return tidy(re.sub(r"<[^<>]{1,2000}>", " ", text))


def drop_opinion_prefix(title: str | None) -> str | None:
    """Remove ``OPINION:`` and its kin from a title, which would give the label away."""
    return _OPINION_PREFIX.sub("", title).strip() or None if title else None


def drop_url_lines(text: str) -> str:
    """Remove every line that holds nothing but an address, and addresses within other lines."""
    lines = [re.sub(r"(?:https?://|www\.)\S+", "", line) for line in text.splitlines()]
    bare = re.compile(r"^\s*[\w-]+(?:\.[\w-]+)+(?:/\S*)?\s*$")
    return tidy("\n".join("" if bare.match(line) else line for line in lines))


def english(text: str) -> bool:
    """Whether a text of some length is English, by its share of function words."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    return sum(word in _FUNCTION_WORDS for word in words) >= 0.12 * len(words)
