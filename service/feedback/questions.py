"""What people can be asked about a score: for each head its classes, and where in a text they apply."""

from dataclasses import dataclass
from typing import Final, Literal

from models.labels import (
    ADVOCACY,
    DOCUMENT_SIGNALS,
    POLICY_FRAMES,
    SENTENCE_SIGNALS,
    SOURCE_TYPES,
    STANCES,
    STORY_FRAMES,
)

NO_YES: Final = ("no", "yes")
#: From here on a bare number counts as yes: the scorecard gives sentences and signals no label.
YES_FROM: Final = 0.5

Place = Literal["text", "part", "both"]


@dataclass(frozen=True, slots=True)
class Question:
    """One head as people judge it.

    ``place`` says whether a vote is about the whole text, a part of it (``start`` and ``end``) or
    either; ``frames`` are those of which one must be named; ``targets`` says that a target must be.
    """

    head: str
    classes: tuple[str, ...]
    place: Place = "text"
    frames: tuple[str, ...] = ()
    targets: bool = False

    @property
    def binary(self) -> bool:
        """Whether there are only two classes, so that no to one is yes to the other."""
        return len(self.classes) == 2

    def other(self, label: str) -> str | None:
        """Return the class that is left when this one is wrong, or None where several are."""
        left = [name for name in self.classes if name != label]
        return left[0] if len(left) == 1 else None


_ALL: Final = (
    *(Question(name, NO_YES) for name in (ADVOCACY, *DOCUMENT_SIGNALS)),
    Question("source_type", tuple(SOURCE_TYPES)),
    *(Question(name, NO_YES, "part") for name in SENTENCE_SIGNALS),
    Question("policy_frames", NO_YES, "both", frames=tuple(POLICY_FRAMES)),
    Question("story_frames", NO_YES, frames=tuple(STORY_FRAMES)),
    Question("stance", STANCES, targets=True),
)
#: Every head that can be judged, by its name.
QUESTIONS: Final[dict[str, Question]] = {question.head: question for question in _ALL}
