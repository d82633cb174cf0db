"""Offsets of another program brought to ours, by the words that were marked."""

from service.feedback.labelstudio import Fields, NotUnderstood


def fit_offsets(fields: Fields, words: str | None, text: str | None) -> Fields:
    """Return the fields with offsets that count code points.

    Some releases of Label Studio count UTF-16 units (its issues 1008 and 1347). The marked words
    tell; white space, which it may change, does not count.

    Raises:
        NotUnderstood: the marked words stand at neither place.

    """
    if "start" not in fields or words is None or text is None:
        return fields
    start, end = fields["start"], fields["end"]
    if _bare(text[start:end]) == _bare(words):
        return fields
    units = text.encode("utf-16-le")
    before, marked = _decoded(units[: 2 * start]), _decoded(units[2 * start : 2 * end])
    if start < 0 or _bare(marked) != _bare(words):
        raise NotUnderstood("the marked words do not stand at these offsets")
    return fields | {"start": len(before), "end": len(before) + len(marked)}


def _decoded(units: bytes) -> str:
    return units.decode("utf-16-le", "replace")


def _bare(words: str) -> str:
    return "".join(words.split())
