"""An encoder made for one fit: taught, exported as it will be served, and kept by what it was made from."""

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from models.durable import write_whole
from models.encoder import local_encoders
from models.home import slantwise_home
from training.finetune.lesson import Lesson
from training.finetune.tasks import TASKS, Example
from training.taught import write_taught

#: Bump when training would give another encoder from the same lesson and method.
VERSION: Final = 1


@dataclass(frozen=True)
class Method:
    """How an encoder is made; ``epochs`` by stream, no teacher where ``teacher_epochs`` is 0."""

    epochs: Mapping[str, float] = field(
        default_factory=lambda: {"sentence": 2.0, "unlabelled": 1.0, "mention": 2.0}
    )
    rate: float = 1e-4
    head_rate: float = 3e-4
    average: float = 0.0
    teacher_epochs: float = 2.0
    teacher_rate: float = 5e-5
    teacher_frozen: int = 0
    seed: int = 0


def tuned(lesson: Lesson, method: Method) -> str:
    """Return the sha256 of the encoder that this lesson and method give, made now unless it was made before.

    A run that was killed goes on where it was; encoders lie in SLANTWISE_HOME/encoders.
    """
    name = _name(lesson, method)
    known = slantwise_home() / "cache" / "finetuned" / f"{name}.json"
    if not known.is_file() or not (local_encoders() / json.loads(known.read_text())["encoder"]).is_dir():
        work = known.with_suffix("")
        work.mkdir(parents=True, exist_ok=True)
        facts = _made(lesson, method, work)
        write_whole(known, json.dumps({**facts, "method": asdict(method)}, indent=1).encode())
        shutil.rmtree(work)
    return str(json.loads(known.read_text("utf-8"))["encoder"])


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
            {"sentence": method.teacher_epochs}, method.teacher_rate, method.head_rate, seed=method.seed
        )
        examples = distilled(lesson, tasks, slow, teacher_weights(), work, method.teacher_frozen)
    network = Network(weights_folder(), tasks)
    recipe = Recipe(method.epochs, method.rate, method.head_rate, average=method.average, seed=method.seed)
    losses = finetune(network, examples, recipe, lesson.watched, work / "student.pt", "encoder")
    network.save(work / "weights")
    shutil.copyfile(weights_folder() / "tokenizer.json", work / "weights" / "tokenizer.json")
    encoder = export_encoder(local_encoders(), work / "weights")
    write_taught(local_encoders() / encoder, lesson.taught)
    return {"encoder": encoder, "losses": losses}


def _name(lesson: Lesson, method: Method) -> str:
    digest = hashlib.sha256(json.dumps([VERSION, asdict(method)], sort_keys=True).encode())
    for part in (lesson.examples, lesson.watched, lesson.unlabelled):
        digest.update(b"\n".join(map(_line, part)))
    return digest.hexdigest()[:32]


def _line(example: Example) -> bytes:
    told = [example.key, example.text, sorted(example.targets.items()), example.stream, example.span]
    return json.dumps(told, ensure_ascii=True).encode()
