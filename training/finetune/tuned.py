"""An encoder made for one fit: taught, exported as it will be served, and kept by what it was made from."""

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from models.durable import write_whole
from models.encoder import local_encoders
from models.home import slantwise_home
from training.export import MIDDLE
from training.finetune.lesson import Lesson
from training.finetune.tasks import TASKS, UNLABELLED, Example, Task, name_of
from training.taught import write_taught

#: Bump when training would give another encoder from the same lesson and method.
VERSION: Final = 3
#: What methods that tell nothing of a teacher of mentions had.
BEFORE_MENTIONS: Final = {"mention_teacher_epochs": 0.0}


@dataclass(frozen=True)
class Method:
    """How an encoder is made; ``epochs`` by stream.

    A teacher of sentences, and one of mentions, label what has no label, each where its epochs are not 0.
    ``frozen`` lower layers stay as they are: those whose states documents are pooled from. ``probe`` is the
    penalty with which the linear layers are fitted first, ``anchor`` how strongly vectors are held to what
    they were, ``average`` the decay of averaged weights.
    """

    epochs: Mapping[str, float] = field(
        default_factory=lambda: {
            "sentence": 2.0,
            "unlabelled": 1.0,
            "mention": 3.0,
            "unlabelled mention": 1.0,
        }
    )
    rate: float = 1e-4
    head_rate: float = 3e-4
    frozen: int = MIDDLE
    probe: float = 1e-3
    anchor: float = 1.0
    average: float = 0.0
    teacher_epochs: float = 0.0
    mention_teacher_epochs: float = 2.5
    teacher_rate: float = 5e-5
    teacher_frozen: int = 0
    seed: int = 0

    @property
    def teachers(self) -> dict[str, float]:
        """The epochs of each teacher, by the stream of what it learns from."""
        told = {"sentence": self.teacher_epochs, "mention": self.mention_teacher_epochs}
        return {stream: epochs for stream, epochs in told.items() if epochs}


def method_of(manifest: Mapping[str, Any], seed: int) -> Method | None:
    """Return how a bundle's encoder was fine-tuned, with another seed; None where it was not."""
    told = manifest.get("tuned")
    return None if told is None else Method(**(BEFORE_MENTIONS | told["method"] | {"seed": seed}))


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

    A teacher of mentions does not make an encoder that has none to learn from.
    """
    told = asdict(method)
    if not any(e.stream == UNLABELLED["mention"] for e in lesson.unlabelled):
        del told["mention_teacher_epochs"]
        told["epochs"] = {s: n for s, n in method.epochs.items() if s != UNLABELLED["mention"]}
    return name_of([VERSION, told], lesson.examples, lesson.watched, lesson.unlabelled)


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

    names = {name for e in (*lesson.examples, *lesson.watched) for name in e.targets}
    tasks = [task for task in TASKS if task.name in names]
    examples = _with_teachers(lesson, tasks, method)
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


def _with_teachers(lesson: Lesson, tasks: Sequence[Task], method: Method) -> tuple[Example, ...]:
    """Return what the encoder is taught: its labels, mixed with those of teachers where they are asked."""
    from training.finetune.loop import Recipe
    from training.finetune.teacher import Teacher, distilled, teacher_weights

    examples = lesson.examples
    for stream, epochs in method.teachers.items():
        rest = [e for e in lesson.unlabelled if e.stream == UNLABELLED[stream]]
        if rest:
            probe = method.probe if stream == "sentence" else 0.0  # layers of mentions start at nought
            recipe = Recipe(
                {stream: epochs}, method.teacher_rate, method.head_rate, probe=probe, seed=method.seed
            )
            mine = [task for task in tasks if task.stream == stream]
            home = _home() / "teachers"
            teacher = Teacher(teacher_weights(), mine, recipe, home, method.teacher_frozen)
            examples = distilled(examples, rest, stream, teacher)
    return examples


def _home() -> Path:
    return slantwise_home() / "cache" / "finetuned"
