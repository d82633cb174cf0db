"""JSON as it travels: strict UTF-8 in, one compact form out, for HTTP and the command line alike."""

import json
from typing import Any, Final

#: Line ends to some readers of NDJSON, so they are always escaped.
_LINE_ENDS: Final = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def read_json(raw: bytes | str) -> Any:
    """Parse one JSON value from UTF-8 (a byte order mark is skipped).

    Raises:
        ValueError: it is not UTF-8, not JSON, or nested too deeply.

    """
    text = raw.decode("utf-8-sig") if isinstance(raw, bytes) else raw.removeprefix("\ufeff")
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def write_json(value: Any) -> str:
    """Write one JSON value on one line, keys in their given order, characters as they are."""
    line = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return line.translate(_LINE_ENDS)
