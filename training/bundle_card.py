"""The words that go with a bundle: its card and the licences of what it learnt from."""

from collections.abc import Iterable, Mapping
from typing import Any

from models.heads import Head
from training.corpora import load_cards

OWN = {
    "seed": {
        "name": "seed", "tier": "own", "licence": "Apache-2.0",
        "citation": "Slantwise, datasets/seed (written for the project)",
    },
    "annotations": {
        "name": "annotations", "tier": "own",
        "licence": "labels Apache-2.0; each text that of its corpus",
        "citation": "Slantwise, datasets/annotations (made with a language model)",
    },
}  # fmt: skip
#: What teaches the head that has no samples of its own.
GRADED = "graded documents; articles called partisan or not count a fifth"


def corpus_facts(names: Iterable[str]) -> list[dict[str, Any]]:
    """Return name, tier, licence words, citation and files of each corpus that taught a bundle."""
    cards = load_cards()
    facts: list[dict[str, Any]] = []
    for name in names:
        if name in OWN:
            facts.append(dict(OWN[name]))
            continue
        card = cards[name]
        files = {file.name: file.sha256 for file in card.file if file.needed}
        facts.append(
            {
                "name": name,
                "tier": card.tier,
                "licence": card.licence,
                "citation": card.citation,
                "files": files,
            }
        )
    return facts


def card_text(manifest: Mapping[str, Any], heads: Mapping[str, Head]) -> str:
    """Return the model card in Markdown."""
    only_seed = [fact["name"] for fact in manifest["corpora"]] == ["seed"]
    lines = [f"# Bundle {manifest['version']}", ""]
    if only_seed:
        lines += [
            "**Trained on the project's own invented texts alone.** It shows that the program works; its",
            "scores on real news are not to be relied on, and heads that need real corpora are missing.", "",
        ]  # fmt: skip
    if manifest.get("feedback"):
        lines += [
            f"Also taught by {manifest['feedback']['judgements']} judgements of this installation's users"
            f" on {manifest['feedback']['documents']} texts of its own, which stand under no licence here:"
            " keep it to yourself.", "",
        ]  # fmt: skip
    lines += [
        f"Tier: {manifest['tier']}. Encoder: {manifest['encoder'][:12]} ({_encoder(manifest)})."
        f" Seed {manifest['seed']}.",
        "Figures on held-out publishers stand in `report.md` beside the repository's README; random",
        "splits flatter.",
        "", "| head | kind | classes | training samples | human labels behind it |", "|---|---|---|---|---|",
    ]  # fmt: skip
    for name, head in heads.items():
        samples = manifest["training"].get(name, {}).get("samples", GRADED)
        lines.append(
            f"| {name} | {head.kind} | {len(head.classes)} | {samples} |"
            f" {'yes' if head.calibrated else 'no: uncalibrated'} |"
        )
    lines += ["", "## Corpora", "", "| corpus | tier | licence |", "|---|---|---|"]
    lines += [
        f"| {fact['name']} | {fact['tier']} | {_one_line(fact['licence'])} |" for fact in manifest["corpora"]
    ]
    lines += [
        "", "## Use", "",
        "Intended: sorting and reading support for people who judge texts themselves. Not intended:",
        "labelling persons or outlets, moderation without a human, any text that is not English news or",
        "comment. A score says how a text *reads*, not whether it is true and not who paid for it.", "",
    ]  # fmt: skip
    return "\n".join(lines)


def _encoder(manifest: Mapping[str, Any]) -> str:
    plain, told = "int8 all-MiniLM-L6-v2", manifest.get("tuned")
    if not told:
        return plain
    frozen, samples = told["method"]["frozen"], told["samples"]
    whose = f"of bundle {told['bundle']}" if "bundle" in told else "below"
    bare = told.get("unlabelled", 0)
    more = f" and on {bare} without a label that all-mpnet-base-v2, taught those, labelled" if bare else ""
    return f"{plain}, layers above {frozen} fine-tuned on {samples} samples of the corpora {whose}{more}"


def licence_text(facts: Iterable[Mapping[str, Any]]) -> str:
    """Return MODEL_LICENSE.md, for the arrays and for an encoder that was fine-tuned for them."""
    lines = [
        "# Licence of these weights", "",
        "The arrays, and an encoder fine-tuned for them, are offered under the Apache License 2.0 as",
        "far as the authors of Slantwise hold rights in them. They hold no text. They were fitted on the",
        "corpora below, whose licences may bind what you do with the weights; where a corpus has only a",
        "licence on code or a statement, the texts belong to their publishers (tier unclear).", "",
    ]  # fmt: skip
    lines += [
        f"- **{fact['name']}** ({fact['tier']}): {_one_line(fact['licence'])}. {fact['citation']}"
        for fact in facts
    ]
    return "\n".join([*lines, ""])


def _one_line(text: str) -> str:
    return " ".join(text.split()).replace("|", "/")
