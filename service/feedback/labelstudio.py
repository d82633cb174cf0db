"""Label Studio's JSON export: what each annotator said of each text, as votes of ours.

Controls are known by their name, which is the name of a head; labels on parts of a text by their
value, which is a signal of sentences or a policy frame.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from models.labels import POLICY_FRAMES, SENTENCE_SIGNALS
from service.feedback.questions import QUESTIONS

REGIONS: Final = ("labels", "hypertextlabels")
Fields = dict[str, Any]


class NotUnderstood(ValueError):
    """A part of the file is not what Label Studio writes; the message names the fault, never a text."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """What one annotator said of one task: each mark has the fields of a vote, and the marked words."""

    annotator: str
    marks: tuple[tuple[Fields, str | None], ...]
    ignored: tuple[str, ...]


def read_tasks(content: Any) -> list[Any]:
    """Return the tasks of an export.

    Raises:
        NotUnderstood: it is no list of tasks.

    """
    if not isinstance(content, list):
        raise NotUnderstood("the file holds no list of tasks; export from Label Studio as JSON")
    if content and not any(isinstance(task, dict) and "annotations" in task for task in content):
        raise NotUnderstood("no task holds annotations; export as JSON, not as JSON-MIN or CSV")
    return content


def task_data(task: Any) -> Mapping[str, Any]:
    """Return the fields that a task shows.

    Raises:
        NotUnderstood: it has none.

    """
    if not isinstance(task, dict) or not isinstance(task.get("data"), dict):
        raise NotUnderstood("it is no task with data")
    data: Mapping[str, Any] = task["data"]
    return data


def is_finished(annotation: Any) -> bool:
    """Say whether an annotator finished: not skipped, not cancelled, not empty."""
    if not isinstance(annotation, dict):
        return True  # for read_annotation to complain
    return not annotation.get("was_cancelled") and annotation.get("result") != []


def read_annotation(annotation: Any, target: Any = None) -> Annotation:
    """Read what one annotator said; ``target`` is whom a control named stance is about.

    Raises:
        NotUnderstood: it names no annotator, or a result is of an unknown form.

    """
    if not isinstance(annotation, dict) or not isinstance(annotation.get("result"), list):
        raise NotUnderstood("it is no annotation with results")
    marks: list[tuple[Fields, str | None]] = []
    ignored = []
    for result in annotation["result"]:
        if not isinstance(result, dict) or not isinstance(result.get("value"), dict):
            ignored.append("a result without a value")
        elif result.get("type") in REGIONS:
            marks += _of_region(result["value"])
        elif result.get("type") == "choices" and result.get("from_name") in QUESTIONS:
            marks += _of_choices(result["from_name"], result["value"], target)
        else:
            ignored.append("a control that names no head")
    return Annotation(_annotator(annotation), tuple(marks), tuple(ignored))


def _annotator(annotation: Mapping[str, Any]) -> str:
    """Return who made it: an id, or where the export writes users out, the id in it."""
    who = annotation.get("completed_by")
    if isinstance(who, dict):
        who = who.get("id") or who.get("email")
    if isinstance(who, bool) or not isinstance(who, int | str) or not str(who).strip():
        raise NotUnderstood("it does not say who made it (completed_by)")
    return str(who)


def _of_region(value: Mapping[str, Any]) -> Iterator[tuple[Fields, str | None]]:
    labels = value.get("labels") or value.get("hypertextlabels")
    for label in _names(labels):
        fields = _part(value) | {"verdict": "label", "label": "yes"}
        if label in SENTENCE_SIGNALS:
            yield fields | {"head": label}, _words(value)
        elif label in POLICY_FRAMES:
            yield fields | {"head": "policy_frames", "frame": label}, _words(value)
        else:
            raise NotUnderstood("a label on a part of the text is none of ours")


def _of_choices(head: str, value: Mapping[str, Any], target: Any) -> Iterator[tuple[Fields, str | None]]:
    """Read a choice on a text or a part of it; of several frames those not chosen are said to be absent."""
    chosen = _names(value.get("choices"))
    fields = {"head": head, "verdict": "label"} | (_part(value) if "start" in value else {})
    question = QUESTIONS[head]
    if question.frames:
        if not set(chosen) <= set(question.frames):
            raise NotUnderstood(f"a choice of {head} is none of its frames")
        for frame in question.frames:
            yield fields | {"frame": frame, "label": "yes" if frame in chosen else "no"}, _words(value)
        return
    if len(chosen) != 1:
        raise NotUnderstood(f"{head} takes one choice, and has {len(chosen)}")
    yield fields | {"label": chosen[0]} | ({"target": target} if question.targets else {}), _words(value)


def _names(found: Any) -> list[str]:
    if not isinstance(found, list) or not all(isinstance(name, str) for name in found):
        raise NotUnderstood("a result holds no list of names")
    return found


def _part(value: Mapping[str, Any]) -> Fields:
    return {"start": _offset(value.get("start")), "end": _offset(value.get("end"))}


def _offset(given: Any) -> int:
    if isinstance(given, str) and given.isascii() and given.isdecimal() and len(given) < 12:
        return int(given)
    if isinstance(given, bool) or not isinstance(given, int):
        raise NotUnderstood("a part of the text has no offsets; mark plain text, not hypertext")
    return given


def _words(value: Mapping[str, Any]) -> str | None:
    words = value.get("text")
    return words if isinstance(words, str) else None
