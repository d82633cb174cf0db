"""The one form that every corpus is brought to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

#: The corpus of what people said of scores: it teaches, and nothing is measured or calibrated on it.
FEEDBACK: Final = "feedback"

Kind = Literal["sentence", "passage", "document", "pair"]


@dataclass(frozen=True, slots=True)
class Sample:
    """One labelled text.

    ``labels`` maps a task (``loaded_language``, ``opinion``, ``call_to_action``, ``opinion_article``,
    ``partisan``, ``source_type``, ``policy_frames``, ``story_frames``, ``stance``, ``advocacy``) to
    its label: 0 or 1, a class name, or a tuple of frames. ``soft`` maps a task to the share of
    annotators that said yes, where a corpus has several. ``group`` is what must never be split
    between training and testing (publisher, domain, outlet, author, source document). ``later``
    samples joined after the folds and the encoder were made: they change neither, and teach the views
    of heads alone.
    """

    corpus: str
    id: str
    kind: Kind
    text: str
    labels: Mapping[str, Any]
    group: str
    title: str | None = None
    publisher: str | None = None
    url: str | None = None
    topic: str | None = None
    target: tuple[int, int] | None = None
    soft: Mapping[str, float] = field(default_factory=dict)
    split: str | None = None
    later: bool = False
    meta: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The sample's name over all corpora."""
        return f"{self.corpus}/{self.id}"
