"""Figures that a change leaves as they were, repeated from the report before it.

What a change touches is made anew, whole protocols of it. That the rest would come out the same is not
taken on trust: the figures of the first global fold are made anew, too, and must be those of that report.
"""

import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from training.check import otherwise
from training.figures import Figure, over_corpora
from training.predictions import Predictions
from training.question import Question
from training.readings import is_kept_back

#: Figures over several corpora have one of these for their corpus.
OVER: Final = ("mean", "worst")
#: Head, corpus and protocol.
Rows = tuple[str, str, str]


class CannotRepeat(ValueError):
    """The report before is none, or what it says does not come out any more."""


@dataclass(frozen=True, slots=True)
class Before:
    """A report of which some protocols are made anew, by name, and the rest is repeated."""

    folder: Path
    report: Mapping[str, Any]
    anew: tuple[str, ...]

    @classmethod
    def read(cls, folder: Path, anew: Iterable[str]) -> "Before":
        """Read ``report.json`` of a folder.

        Raises:
            CannotRepeat: there is none, or it has no figures of the first fold to compare with.

        """
        try:
            report = json.loads((folder / "report.json").read_text("utf-8"))
            known = report["run"]["check"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CannotRepeat(f"no report to repeat from: {folder / 'report.json'} ({error!r})") from error
        if not known:
            raise CannotRepeat(f"{folder / 'report.json'} holds no figures of the first fold")
        return cls(folder, report, tuple(anew))

    def asks(self, question: Question) -> bool:
        """Whether a question belongs to a protocol that is made anew."""
        return question.way in self.anew

    def compare(self, found: Mapping[str, float]) -> None:
        """Compare the figures of the first fold with those of the report.

        Raises:
            CannotRepeat: some came out otherwise; the message names them.

        """
        if wrong := otherwise(found, self.report["run"]["check"]):
            raise CannotRepeat(f"the rest would not come out as {self.report['bundle']} says: {wrong}")

    def completed(self, report: Mapping[str, Any], made: Iterable[Predictions]) -> dict[str, Any]:
        """Return a report of what was made anew, with the rest of this one, which says ``from`` where."""
        new = {rows_of(p) for p in made}
        rest = {
            name: {"from": self.report["bundle"], **figure}
            for name, figure in self.report["figures"].items()
            if _repeated(name, new)
        }
        figures: dict[str, Figure] = rest | report["figures"]
        told = {"bundle": self.report["bundle"], "git": self.report["run"].get("git"), "anew": [*self.anew]}
        return {
            **report,
            "figures": dict(sorted((figures | over_corpora(figures)).items())),
            "recall": self.report["recall"] | report["recall"],
            "abstention": self.report["abstention"] | report["abstention"],
            "run": report["run"] | {"repeated": told},
        }

    def pictures(self, target: Path, made: Iterable[Predictions]) -> dict[str, dict[str, str]]:
        """Copy the pictures of what was not made anew; return head -> title -> file name."""
        new, found = {rows_of(p) for p in made}, dict[str, dict[str, str]]()
        for file in sorted((self.folder / "pictures").glob("*.svg")):
            head, *between, protocol, title = file.stem.split(".")  # "fast" may stand before the corpus
            if (head, between[-1], protocol) not in new:
                target.mkdir(parents=True, exist_ok=True)
                if file.parent.resolve() != target.resolve():
                    shutil.copyfile(file, target / file.name)
                found.setdefault(head, {})[title] = file.name
        return found


def rows_of(p: Predictions) -> Rows:
    """Return of which head, corpus and protocol predictions are; those of controls are of their head."""
    return _plain(p.head), p.corpus, p.protocol


def _repeated(name: str, new: set[Rows]) -> bool:
    """Whether a figure is neither made anew, nor a reading of what is kept back, nor over several corpora."""
    head, corpus, _, protocol = name.split(".")
    return (_plain(head), corpus, protocol) not in new and corpus not in OVER and not is_kept_back(name)


def _plain(head: str) -> str:
    return head.partition("[")[0]
