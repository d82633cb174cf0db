"""The file of feedback is read strictly, and no message repeats what it holds."""

from pathlib import Path
from typing import Any

import pytest
from made_judgements import HEADER, line, ulid, write_lines

from training.feedback_data import FeedbackRejected, Judgement, read_feedback

TEXT = line()["text"]


def test_a_whole_file(tmp_path: Path) -> None:
    """Every line comes back as one judgement, with its number; equal texts are one object."""
    lines = [
        line(),
        line(head="advocacy", start=None, end=None, weights={"yes": 1}),
        line(head="policy_frames", frame="economic", weights={"no": 1.0}),
        line(head="stance", start=None, end=None, target="Aldo", weights={"against": 0.5, "neutral": 0.5}),
    ]  # fmt: skip
    found = read_feedback(write_lines(tmp_path / "f.jsonl", lines))
    assert found.judgements[0] == Judgement(
        2, ulid(1), "Velm Herald", TEXT, None, "loaded_language", 27, len(TEXT), None, None,
        {"yes": 0.67, "no": 0.33}, 3,
    )  # fmt: skip
    assert [(j.line, j.head, j.frame, j.target) for j in found.judgements[1:]] == [
        (3, "advocacy", None, None), (4, "policy_frames", "economic", None), (5, "stance", None, "Aldo"),
    ]  # fmt: skip
    assert found.judgements[0].part == "It is a shameful betrayal of the whole city."
    assert found.judgements[1].part is found.judgements[0].text
    assert len(found.sha256) == 64


def test_the_same_votes_exported_again_are_the_same_feedback(tmp_path: Path) -> None:
    """The sha256 is of the lines; when they were written does not matter, what they say does."""
    later = {**HEADER, "created_at": "2026-12-01T00:00:00+00:00"}
    first, again = write_lines(tmp_path / "a", [line()]), write_lines(tmp_path / "b", [line()], later)
    other = write_lines(tmp_path / "c", [line(raters=4)])
    assert read_feedback(first).sha256 == read_feedback(again).sha256 != read_feedback(other).sha256


def test_a_file_without_judgements(tmp_path: Path) -> None:
    """A header alone is a file of no judgements."""
    assert read_feedback(write_lines(tmp_path / "f.jsonl", [])).judgements == ()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"document": "7"}, "document: String should match pattern '^[0-7][0-9A-HJKMNP-TV-Z]{25}$'"),
        ({"text": " \n"}, "text is blank"),
        ({"text": "secret\0"}, "a field contains a NUL character"),
        ({"head": "secret"}, "head is none of this program's"),
        ({"classes": ["no"]}, "classes are not those of loaded_language"),
        ({"weights": {"secret": 1.0}}, "weights has a class that loaded_language has not"),
        ({"weights": {"yes": 0.5}}, "weights do not add up to 1"),
        ({"weights": {"yes": 1.5, "no": -0.5}}, "weights: Input should be less than or equal to 1; "
         "weights: Input should be greater than or equal to 0"),
        ({"weights": {}}, "weights do not add up to 1"),
        ({"end": None}, "start without end, or end without start"),
        ({"end": 10_000}, "start and end are no part of the text"),
        ({"start": 30, "end": 30}, "start and end are no part of the text"),
        ({"start": 26, "end": 27}, "the part that was judged is blank"),
        ({"start": True}, "start: Input should be a valid integer"),
        ({"target": "secret"}, "stance has a target, no other head has"),
        ({"frame": "secret"}, "frame is none of those that loaded_language has"),
        ({"head": "policy_frames"}, "frame is none of those that policy_frames has"),
        ({"raters": 0}, "raters: Input should be greater than or equal to 1"),
        ({"raters": "3"}, "raters: Input should be a valid integer"),
        ({"secret": 1}, "unknown field: Extra inputs are not permitted"),
    ],
)  # fmt: skip
def test_an_ill_formed_line(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    """The message names line, field and fault, and holds nothing of the line's content."""
    file = write_lines(tmp_path / "f.jsonl", [line(), line() | change])
    with pytest.raises(FeedbackRejected) as caught:
        read_feedback(file)
    assert str(caught.value) == f"f.jsonl, line 3: {said}"
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "line 1: not the header of slantwise-feedback 1"),
        (b"\xff\n", "line 1: not the header of slantwise-feedback 1"),
        (b"[]\n", "line 1: line: Input should be a valid dictionary or instance of _Header"),
        (b"{}\n{\n", "line 1: format: Field required; version: Field required; created_at: Field required"),
    ],
)
def test_no_header(tmp_path: Path, content: bytes, said: str) -> None:
    """What does not begin with the header of this format and version is refused at line 1."""
    (tmp_path / "f.jsonl").write_bytes(content)
    with pytest.raises(FeedbackRejected) as caught:
        read_feedback(tmp_path / "f.jsonl")
    assert str(caught.value) == f"f.jsonl, {said}"


@pytest.mark.parametrize("bad", ["", "{", "[" * 100_000, "nonsense"])
def test_no_json(tmp_path: Path, bad: str) -> None:
    """A line that is no JSON, or is nested beyond measure, is refused by its number."""
    file = write_lines(tmp_path / "f.jsonl", [line()])
    file.write_text(f"{file.read_text('utf-8')}{bad}\n", "utf-8")
    with pytest.raises(FeedbackRejected, match=r"^f\.jsonl, line 3: not a JSON object$"):
        read_feedback(file)


def test_another_version(tmp_path: Path) -> None:
    """A file of a later version is refused."""
    file = write_lines(tmp_path / "f.jsonl", [], {**HEADER, "version": 2})
    with pytest.raises(FeedbackRejected, match="line 1: version: Input should be 1"):
        read_feedback(file)


def test_no_file(tmp_path: Path) -> None:
    """A file that is not there is named without its folder."""
    with pytest.raises(FeedbackRejected, match=r"^f\.jsonl cannot be read: No such file or directory$"):
        read_feedback(tmp_path / "f.jsonl")
