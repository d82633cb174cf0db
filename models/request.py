"""What a caller may ask, and the limits that hold for it."""

from dataclasses import dataclass
from typing import Final, Literal

Profile = Literal["fast", "accurate"]
PROFILES: Final = ("fast", "accurate")

#: Characters of text that one request may carry, by profile; published at ``/v1/model``.
TEXT_LIMITS: Final[dict[str, int]] = {"fast": 200_000, "accurate": 60_000}
MAX_TARGETS: Final = 20
MAX_HTML_BYTES: Final = 2_000_000
MAX_HTML_TAGS: Final = 40_000


class UnscorableInput(ValueError):
    """The request cannot be scored; the message says why and is safe to show to the caller."""


class TextTooLong(UnscorableInput):
    """The text is over the limit of its profile."""


class DeadlineExceeded(RuntimeError):
    """Scoring was stopped because the caller's time was over."""


@dataclass(frozen=True, slots=True)
class ScoreRequest:
    """One text to score: exactly one of ``text`` and ``html``, all else optional.

    ``deadline`` is a ``time.monotonic()`` moment after which scoring stops with
    :class:`DeadlineExceeded`; None means never.
    """

    text: str | None = None
    html: str | None = None
    title: str | None = None
    url: str | None = None
    publisher: str | None = None
    published_at: str | None = None
    targets: tuple[str, ...] | None = None
    profile: Profile = "accurate"
    deadline: float | None = None
