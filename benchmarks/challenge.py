"""How the stance of advocates' own prose is read: our written sentences that teach nothing.

``python benchmarks/challenge.py`` scores datasets/challenge/stance.jsonl with the bundle in use, prints
macro-F1 with a 95 % interval (texts drawn again) and the share that is right by device (epithet, idiom,
slogan, irony, contrast, a name in passing), and writes benchmarks/challenge.json. A target that is not
found, and a label that is withheld, count by the highest score; without scores as neutral.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from sklearn.metrics import f1_score

from models.bundle import current_bundle_path, load_bundle
from models.labels import STANCES
from models.request import Profile, ScoreRequest
from models.scorer import Scorer

HERE: Final = Path(__file__).parent
TEXTS: Final = HERE.parent / "datasets" / "challenge" / "stance.jsonl"
DRAWS: Final = 1_000
Row = dict[str, str]


def rows() -> list[Row]:
    """Return the sentences, each with its target, stance and device."""
    return [json.loads(line) for line in TEXTS.read_text("utf-8").splitlines()]


def said_by(scorer: Scorer, profile: Profile) -> Callable[[Row], str]:
    """Return what tells the stance of a sentence to its target."""

    def said(row: Row) -> str:
        card = scorer.score(ScoreRequest(text=row["text"], targets=(row["target"],), profile=profile))
        found = next((one["scores"] for one in card.to_json()["stance"] if one["given"]), None) or {}
        scores = {name: value for name, value in found.items() if value is not None}
        return max(scores, key=scores.__getitem__, default="neutral")

    return said


def figures(known: Sequence[Row], said: Callable[[Row], str]) -> dict[str, Any]:
    """Return macro-F1 with its interval, and the share that is right by device and by stance."""
    told = np.array([said(row) for row in known])
    true = np.array([row["stance"] for row in known])
    texts: dict[str, list[int]] = defaultdict(list)
    for number, row in enumerate(known):
        texts[row["text"]].append(number)
    dice, units = np.random.default_rng(0), [*texts.values()]
    drawn = []
    for _ in range(DRAWS):
        chosen = np.concatenate([units[i] for i in dice.integers(0, len(units), len(units))])
        drawn.append(_macro_f1(true[chosen], told[chosen]))
    ends = [round(float(end), 4) for end in np.quantile(drawn, (0.025, 0.975))]
    return {
        "macro_f1": {"value": round(_macro_f1(true, told), 4), "ci95": ends, "n": len(known)},
        "right": {
            part: {
                name: [int((told == true)[where].sum()), int(where.sum())]
                for name in sorted({row[part] for row in known})
                if (where := np.array([row[part] == name for row in known])).any()
            }
            for part in ("device", "stance")
        },
    }


def _macro_f1(true: Any, told: Any) -> float:
    return float(f1_score(true, told, labels=STANCES, average="macro", zero_division=0))


def main() -> None:
    """Score, print and write."""
    bundle = load_bundle(current_bundle_path())
    scorer = Scorer(bundle)
    profiles: tuple[Profile, ...] = ("accurate", "fast")
    found = {profile: figures(rows(), said_by(scorer, profile)) for profile in profiles}
    for profile, figure in found.items():
        value, ends = figure["macro_f1"]["value"], figure["macro_f1"]["ci95"]
        print(f"stance.challenge.macro_f1, {profile}: {value:.3f} [{ends[0]:.3f}, {ends[1]:.3f}]")
        for part, shares in figure["right"].items():
            print(f"  by {part}: " + ", ".join(f"{name} {a} of {b}" for name, (a, b) in shares.items()))
    form = {"bundle": bundle.version, "figures": found}
    (HERE / "challenge.json").write_text(json.dumps(form, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
