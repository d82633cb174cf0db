"""A batch: NDJSON lines in, scorecards and problem objects out, one a line and in order."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from typing import IO, Any

from pydantic import ValidationError

from models.request import DeadlineExceeded, UnscorableInput
from service.lines import failed_line, read_body
from service.loading import TextScorer
from service.problems import Refusal, log_failure
from service.scoring import Desk
from service.wire import write_json


def count_lines(body: IO[bytes], limit: int) -> int:
    """Count the lines that are not blank, and go back to the start.

    Raises:
        Refusal: there is none, or there are more than ``limit``.

    """
    count = sum(1 for line in body if line.strip())
    body.seek(0)
    if not count:
        raise Refusal(422, "The batch holds no line.")
    if count > limit:
        raise Refusal(413, f"The batch holds {count} lines; this server takes {limit}.")
    return count


def score_lines(desk: Desk, lines: Iterable[bytes], place: ExitStack) -> Iterator[bytes]:
    """Answer each line that is not blank, one at a time, as the reader takes them; then leave the place.

    One bundle answers all of them, whatever is published meanwhile.
    """
    scorer = desk.scorer
    with place:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield write_json(_answer(desk, scorer, line, number)).encode() + b"\n"


def _answer(desk: Desk, scorer: TextScorer, line: bytes, number: int) -> dict[str, Any]:
    try:
        if len(line) > desk.settings.max_body_bytes:
            raise Refusal(413, f"The line is over {desk.settings.max_body_bytes} bytes.")
        return desk.answer(read_body(line), scorer)
    except (Refusal, ValidationError, UnscorableInput, DeadlineExceeded) as error:
        return failed_line(error, number)
    except Exception as error:
        log_failure(error)
        return failed_line(error, number)
