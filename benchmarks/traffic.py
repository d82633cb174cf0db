"""Constant traffic for a soak: threads that ask without a pause, and judge every answer."""

import json
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

HERE = Path(__file__).parent
PROFILES = ("fast", "accurate")
#: What a client waits before it asks again: constant traffic that leaves the server some air.
THINK_SECONDS = 0.02
#: What is expected, by version, then text and profile.
Answers = dict[str, dict[tuple[str, str], dict[str, Any]]]


def texts() -> list[str]:
    """Return six texts of different lengths, from the invented article."""
    sentences = re.split(r"(?<=[.!?])\s+", (HERE / "article.txt").read_text("utf-8"))
    return [" ".join(sentences[start : start + 4 + 2 * start]) for start in range(6)]


def plain(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return an answer without what differs from request to request."""
    kept = {key: value for key, value in answer.items() if key not in ("id", "created_at")}
    told: dict[str, Any] = json.loads(json.dumps(kept))
    return told


class Traffic:
    """Threads that ask without a pause, and what they were answered."""

    def __init__(self, address: str, answers: Answers, threads: int) -> None:
        self.counts: Counter[str] = Counter()
        self.seconds: list[float] = []
        self.faults: list[str] = []
        self._address, self._answers = address, answers
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(seed,)) for seed in range(threads)]

    @contextmanager
    def flowing(self) -> Iterator[None]:
        """Ask as long as the block lasts."""
        for thread in self._threads:
            thread.start()
        try:
            yield
        finally:
            self._stop.set()
            for thread in self._threads:
                thread.join()

    def _ask(self, seed: int) -> None:
        dice = random.Random(seed)
        with requests.Session() as session:
            while not self._stop.is_set():
                began = time.perf_counter()
                try:
                    self._batch(session, dice) if dice.random() < 0.2 else self._single(session, dice)
                except Exception as error:  # whatever it is, a request has failed
                    self._fault("failed", repr(error))
                self.counts["requests"] += 1
                self.seconds.append(time.perf_counter() - began)
                time.sleep(THINK_SECONDS)

    def _single(self, session: requests.Session, dice: random.Random) -> None:
        text, profile = dice.choice(texts()), _profile(dice)
        body = {"text": text, "profile": profile}
        answer = session.post(f"{self._address}/v1/score", json=body, timeout=60)
        if answer.status_code != 200:
            self._fault("failed", f"{answer.status_code} {answer.text[:200]}")
        else:
            self._compare(answer.json(), (text, profile))

    def _batch(self, session: requests.Session, dice: random.Random) -> None:
        asked = [(dice.choice(texts()), _profile(dice)) for _ in range(8)]
        lines = "\n".join(json.dumps({"text": text, "profile": profile}) for text, profile in asked)
        kind = {"Content-Type": "application/x-ndjson"}
        answer = session.post(
            f"{self._address}/v1/score/batch", data=lines.encode(), headers=kind, timeout=60
        )
        cards = [json.loads(line) for line in answer.text.splitlines()]
        if answer.status_code != 200 or len(cards) != len(asked) or any("status" in c for c in cards):
            self._fault("failed", f"{answer.status_code} {answer.text[:200]}")
            return
        if len({card["model"]["sha256"] for card in cards}) > 1:
            self._fault("mixed", "a batch of two bundles")
        for card, one in zip(cards, asked, strict=True):
            self._compare(card, one)

    def _compare(self, answer: dict[str, Any], asked: tuple[str, str]) -> None:
        version = answer["model"]["bundle"]
        self.counts[version] += 1
        if plain(answer) != self._answers.get(version, {}).get(asked):
            self._fault("wrong", f"not what {version} answers")

    def _fault(self, kind: str, detail: str) -> None:
        self.counts[kind] += 1
        self.faults.append(f"{kind}: {detail}")


def _profile(dice: random.Random) -> str:
    return "accurate" if dice.random() < 0.1 else "fast"
