"""An encoder made for one fit: taught, exported as it will be served, and kept by what it was made from."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from models.durable import write_whole
from models.encoder import local_encoders
from models.home import slantwise_home
from training.export import MIDDLE
from training.finetune.lesson import Lesson
from training.finetune.tasks import TASKS, name_of
from training.taught import write_taught

#: Bump when training would give another encoder from the same lesson and method.
VERSION: Final = 3


@dataclass(frozen=True)
class Method:
    """How an encoder is made; ``epochs`` by stream, no teacher where ``teacher_epochs`` is 0.

    ``frozen`` lower layers stay as they are: those whose states documents are pooled from. ``probe`` is the
    penalty with which the linear layers are fitted first, ``anchor`` how strongly vectors are held to what
    they were, ``average`` the decay of averaged weights.
    """

    epochs: Mapping[str, float] = field(
        default_factory=lambda: {"sentence": 2.0, "unlabelled": 1.0, "mention": 3.0}
    )
    rate: float = 1e-4
    head_rate: float = 3e-4
    frozen: int = MIDDLE
    probe: float = 1e-3
    anchor: float = 1.0
    average: float = 0.0
    teacher_epochs: float = 0.0
    teacher_rate: float = 5e-5
    teacher_frozen: int = 0
    seed: int = 0


def method_of(manifest: Mapping[str, Any], seed: int) -> Method | None:
    """Return how a bundle's encoder was fine-tuned, with another seed; None where it was not."""
    told = manifest.get("tuned")
    return None if told is None else Method(**(told["method"] | {"seed": seed}))


def plain_encoder() -> str:
    """Return the sha256 of the encoder before fine-tuning, exported now unless it is here."""
    from training.export import export_encoder

    known = slantwise_home() / "cache" / "plain-encoder.json"
    if not known.is_file() or not (local_encoders() / json.loads(known.read_text())["encoder"]).is_dir():
        sha256 = export_encoder(local_encoders())
        known.parent.mkdir(parents=True, exist_ok=True)
        write_whole(known, json.dumps({"encoder": sha256}).encode())
    return str(json.loads(known.read_text("utf-8"))["encoder"])


def tuned(lesson: Lesson, method: Method) -> str:
    """Return the sha256 of the encoder that this lesson and method give, made now unless it was made before.

    A run that was killed goes on where it was; encoders lie in SLANTWISE_HOME/encoders, and their weights
    before quantisation in its cache (see :func:`weights_of`).
    """
    known = _home() / f"{encoder_key(lesson, method)}.json"
    if not known.is_file() or not (local_encoders() / json.loads(known.read_text())["encoder"]).is_dir():
        work = known.with_suffix("")
        work.mkdir(parents=True, exist_ok=True)
        facts = _made(lesson, method, work)
        write_whole(known, json.dumps({**facts, "method": asdict(method)}, indent=1).encode())
        (work / "student.pt").unlink(missing_ok=True)
    return str(json.loads(known.read_text("utf-8"))["encoder"])


def encoder_key(lesson: Lesson, method: Method) -> str:
    """Return the name under which an encoder is kept here, known before it is made: of all that makes it.

    Without a teacher that is not what has no label, for nobody gives it one.
    """
    bare = lesson.unlabelled if method.teacher_epochs else ()
    return name_of([VERSION, asdict(method)], lesson.examples, lesson.watched, bare)


def weights_of(encoder: str) -> Path:
    """Return the folder of the weights that an encoder was quantised from.

    Raises:
        FileNotFoundError: it was not made on this machine.

    """
    for known in sorted(_home().glob("*.json")):
        if json.loads(known.read_text("utf-8"))["encoder"] == encoder:
            return known.with_suffix("") / "weights"
    if encoder == plain_encoder():
        from training.export import weights_folder

        return weights_folder()
    raise FileNotFoundError(f"the weights of encoder {encoder[:12]} are not here: it was made elsewhere")


def tuned_alone(lesson: Lesson, method: Method) -> str:
    """Return what :func:`tuned` does, on one thread: several at once, one a core, are quicker so."""
    import torch

    torch.set_num_threads(1)
    return tuned(lesson, method)


def _made(lesson: Lesson, method: Method, work: Path) -> dict[str, object]:
    """Train, export, and return the encoder's sha256 with the losses on the watched examples."""
    from training.export import export_encoder, weights_folder
    from training.finetune.loop import Recipe, finetune
    from training.finetune.network import Network
    from training.finetune.teacher import distilled, teacher_weights

    names = {name for e in (*lesson.examples, *lesson.watched) for name in e.targets}
    tasks = [task for task in TASKS if task.name in names]
    examples = lesson.examples
    if method.teacher_epochs and lesson.unlabelled:
        slow = Recipe(
            {"sentence": method.teacher_epochs}, method.teacher_rate, method.head_rate,
            probe=method.probe, seed=method.seed,
        )  # fmt: skip
        examples = distilled(
            lesson, tasks, slow, teacher_weights(), _home() / "teachers", method.teacher_frozen
        )
    network = Network(weights_folder(), tasks, method.frozen)
    recipe = Recipe(
        method.epochs, method.rate, method.head_rate, average=method.average, probe=method.probe,
        anchor=method.anchor, seed=method.seed,
    )  # fmt: skip
    losses = finetune(network, examples, recipe, lesson.watched, work / "student.pt", "encoder")
    network.save(work / "weights")
    shutil.copyfile(weights_folder() / "tokenizer.json", work / "weights" / "tokenizer.json")
    encoder = export_encoder(local_encoders(), work / "weights")
    write_taught(local_encoders() / encoder, lesson.taught)
    return {"encoder": encoder, "losses": losses}


def _home() -> Path:
    return slantwise_home() / "cache" / "finetuned"
