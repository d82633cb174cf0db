"""Fine-tuning: the plan, the network and the loop, on a tiny network of random weights."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from made_material import of_file

from training.featurise import prepare
from training.finetune.batches import plan
from training.finetune.examples import (
    mention_examples,
    sentence_examples,
    unlabelled_sentences,
)
from training.finetune.lesson import Lesson
from training.finetune.tasks import Example
from training.taught import taught_by

WORDS = (
    "the", "mayor", "lied", "about", "a", "bad", "good", "plan", "and", "every", "one", "knows", "it", "well",
    "council", "met", "on", "monday",
)  # fmt: skip


def taught(number: int) -> Example:
    """Return a made sentence that is loaded if and only if it holds ``bad``."""
    loaded = number % 2
    words = [WORDS[(number * step) % len(WORDS)] for step in (1, 3, 5, 7)]
    text = " ".join([*(w for w in words if w != "bad"), "bad" if loaded else "good"])
    return Example(
        f"made/{number}", f"unit{number % 7}", text, {"loaded_language": (float(loaded),)}, "sentence"
    )


EXAMPLES = [taught(number) for number in range(96)]


def test_a_plan_goes_through_each_stream_as_often_as_asked() -> None:
    """Batches hold one stream each, an epoch and a half shows a sequence once or twice, a seed fixes all."""
    examples = EXAMPLES + [replace(e, stream="mention") for e in EXAMPLES[:10]]
    lengths = [len(e.text) for e in examples]
    made = plan(examples, lengths, {"sentence": 1.5, "mention": 1}, 8, seed=3)
    assert made == plan(examples, lengths, {"sentence": 1.5, "mention": 1}, 8, seed=3)
    assert made.steps != plan(examples, lengths, {"sentence": 1.5, "mention": 1}, 8, seed=4).steps
    seen = Counter(i for step in made.steps for i in step)
    assert {seen[i] for i in range(96)} == {1, 2}
    assert sum(seen[i] for i in range(96)) == 144
    assert [seen[i] for i in range(96, 106)] == [1] * 10
    assert all(len({examples[i].stream for i in step}) == 1 for step in made.steps)


def test_our_own_texts_become_examples() -> None:
    """Each labelled sentence teaches the tasks that it has labels for, each pair its stance."""
    sentences = prepare(of_file("sentences")[:20], None, 1)
    found = sentence_examples(sentences)
    assert [set(e.targets) for e in found] == [{"loaded_language", "opinion"}] * 20
    assert [e.targets["opinion"][0] for e in found] == [float(p.sample.labels["opinion"]) for p in sentences]
    given = of_file("stance")[:10]
    names = {sample.key: sample.text[slice(*sample.target)] for sample in given if sample.target}
    pairs = mention_examples(prepare(given, None, 1))
    assert all(sum(e.targets["stance"]) == 1 for e in pairs)
    assert all(e.span and e.text[slice(*e.span)] == names[e.key] for e in pairs)
    assert pairs


def test_annotators_shares_count_half() -> None:
    """A label with a share is taught half way between them, a share alone as it is."""
    one = of_file("sentences")[0]
    label = float(one.labels["opinion"])
    both = prepare([replace(one, soft={"opinion": 0.4})], None, 1)
    alone = prepare([replace(one, labels={}, soft={"opinion": 0.4})], None, 1)
    assert sentence_examples(both)[0].targets["opinion"] == ((label + 0.4) / 2,)
    assert sentence_examples(alone)[0].targets == {"opinion": (0.4,)}


def test_unlabelled_sentences_come_from_all_publishers() -> None:
    """Before a publisher gives a second article, every one has given a first."""
    articles = [replace(a, group=f"g{i % 9}", publisher=None) for i, a in enumerate(of_file("articles")[:45])]
    drawn = unlabelled_sentences(prepare(articles, None, 1), 30, seed=1)
    counts = Counter(e.unit for e in drawn)
    assert len(drawn) == 30
    assert len(counts) >= 8
    assert max(counts.values()) <= 4
    assert {tuple(e.targets) for e in drawn} == {()}


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    """Return a folder with a network of two tiny layers and random weights."""
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    torch.manual_seed(1)
    torch.set_num_threads(1)  # threads of so tiny a network mostly wait for each other
    folder = tmp_path / "tiny"
    folder.mkdir()
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *sorted(set(WORDS))]
    (folder / "vocab.txt").write_text("\n".join(words), "utf-8")
    transformers.BertTokenizerFast(vocab=str(folder / "vocab.txt")).save_pretrained(folder)
    config = transformers.BertConfig(
        vocab_size=len(words),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
    )
    transformers.BertModel(config).save_pretrained(folder)
    return folder


@pytest.mark.training
def test_the_loop_learns_and_keeps_the_best(weights: Path) -> None:
    """What a word decides is learned, and the watched loss at the end is the lowest that was seen."""
    from training.finetune.loop import Recipe, finetune, held_out_loss, predict
    from training.finetune.network import Network

    network = Network(weights)
    recipe = Recipe({"sentence": 12}, rate=3e-3, head_rate=3e-3, size=16)
    losses = finetune(network, EXAMPLES[:72], recipe, watched=EXAMPLES[72:])
    assert len(losses) == recipe.checks
    assert held_out_loss(network, EXAMPLES[72:]) == pytest.approx(min(losses), abs=1e-3)
    said = predict(network, EXAMPLES[72:])["loaded_language"][:, 0] > 0.5
    assert said.tolist() == [bool(e.targets["loaded_language"][0]) for e in EXAMPLES[72:]]


@pytest.mark.training
def test_linear_layers_may_start_where_they_fit(weights: Path) -> None:
    """Probing fits the linear layers to the vectors as they are, and moves nothing else."""
    import torch

    from training.finetune.loop import held_out_loss
    from training.finetune.network import Network
    from training.finetune.probe import probe, vectors_of

    network = Network(weights)
    before = {n: p.clone() for n, p in network.model.named_parameters()}
    lost = held_out_loss(network, EXAMPLES[72:])
    rows = [network.row(e) for e in EXAMPLES[:72]]
    probe(network, EXAMPLES[:72], vectors_of(network, rows), 1e-4)
    assert held_out_loss(network, EXAMPLES[72:]) < 0.8 * lost
    assert all(torch.equal(p, before[n]) for n, p in network.model.named_parameters())


@pytest.mark.training
def test_an_anchor_holds_vectors_where_they_were(weights: Path) -> None:
    """The stronger the anchor, the nearer the vectors stay to those before."""
    import torch

    from training.finetune.loop import Recipe, finetune
    from training.finetune.loss import moved
    from training.finetune.network import Network
    from training.finetune.probe import vectors_of

    far = []
    for anchor in (0.0, 1.0, 100.0):
        network = Network(weights)
        rows = [network.row(e) for e in EXAMPLES[:72]]
        before = vectors_of(network, rows)
        finetune(network, EXAMPLES[:72], Recipe({"sentence": 6}, rate=3e-3, size=16, anchor=anchor))
        width = before[0].shape[0] // 2
        far.append(float(moved(torch.stack(vectors_of(network, rows))[:, width:], before)))
    assert far[0] > far[1] > far[2] >= 0
    assert far[2] < 0.2 * far[0]


@pytest.mark.training
@pytest.mark.parametrize(("average", "penalty", "anchor"), [(0.0, 0.0, 0.0), (0.9, 1e-3, 1.0)])
def test_a_killed_run_goes_on_where_it_stopped(
    weights: Path, tmp_path: Path, average: float, penalty: float, anchor: float
) -> None:
    """Stopped in the middle and started again, a run ends with the weights of one that was not stopped."""
    import torch

    from training.finetune import loop
    from training.finetune.network import Network

    recipe = loop.Recipe(
        {"sentence": 3}, rate=1e-3, size=16, average=average, probe=penalty, anchor=anchor, save_seconds=-1
    )
    whole = Network(weights)
    loop.finetune(whole, EXAMPLES, recipe, EXAMPLES[:16])
    broken, calls = Network(weights), iter(range(100))

    class Killed(Exception):
        """As if the process had ended."""

    step = loop._Run.step

    def dying(run: loop._Run, value: torch.Tensor) -> None:
        if next(calls) == 7:
            raise Killed
        step(run, value)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loop._Run, "step", dying)
        with pytest.raises(Killed):
            loop.finetune(broken, EXAMPLES, recipe, EXAMPLES[:16], tmp_path / "run.pt")
    again = Network(weights)
    loop.finetune(again, EXAMPLES, recipe, EXAMPLES[:16], tmp_path / "run.pt")
    assert not (tmp_path / "run.pt").exists()
    for name, value in whole.state_dict().items():
        assert torch.equal(value, again.state_dict()[name]), name


@pytest.mark.training
def test_frozen_layers_stay_and_give_the_same_vectors(weights: Path) -> None:
    """Kept states of frozen layers give what a whole pass gives, and training leaves those layers alone."""
    import torch

    from training.finetune.loop import Recipe, finetune
    from training.finetune.network import Network

    free, frozen = Network(weights).eval(), Network(weights, frozen=1).eval()
    rows = [free.row(e) for e in EXAMPLES[:5]]
    with torch.no_grad():
        assert torch.allclose(free(rows)[0], frozen(rows)[0], atol=0.05)
    before = {n: p.clone() for n, p in frozen.model.named_parameters()}
    finetune(frozen, EXAMPLES, Recipe({"sentence": 1}, rate=1e-2))
    moved = {n for n, p in frozen.model.named_parameters() if not torch.equal(p, before[n])}
    assert moved
    assert all(name.startswith("encoder.layer.1.") for name in moved)


@pytest.mark.training
def test_a_mention_is_read_where_it_stands(weights: Path) -> None:
    """Of two words in one sentence, the one that is asked about decides; without a place, the whole does."""
    import torch

    from training.finetune.loop import Recipe, finetune, predict
    from training.finetune.network import LENGTH, Network
    from training.finetune.tasks import BY_NAME

    favour, against = (1.0, 0.0, 0.0), (0.0, 0.0, 1.0)
    pairs = []
    for number in range(48):
        before, after = WORDS[number % 4], WORDS[number % 5 + 7]
        text = f"{before} good council met bad {after}"
        for word, target in (("good", favour), ("bad", against)):
            at = text.index(word)
            one = Example(f"{number}{word}", f"u{number}", text, {"stance": target}, "mention")
            pairs.append(replace(one, span=(at, at + len(word))))
    network = Network(weights, [BY_NAME["stance"]])
    finetune(network, pairs, Recipe({"mention": 8}, rate=3e-3, head_rate=3e-3, size=16))
    said = predict(network, pairs)["stance"].argmax(1).tolist()
    assert said == [0, 2] * 48
    row = network.row(pairs[0])
    assert [network.tokenizer.convert_ids_to_tokens(row.ids)[i] for i in row.mention] == ["good"]
    with torch.no_grad():
        vectors, _ = network([row, network.row(replace(pairs[0], span=None))])
    assert vectors.norm(dim=1).tolist() == pytest.approx([LENGTH] * 2)


@pytest.mark.training
def test_a_teacher_labels_what_has_no_label(weights: Path, tmp_path: Path) -> None:
    """Labels are mixed half and half with the teacher's, the rest gets its alone; it is trained once."""
    from training.finetune import teacher
    from training.finetune.loop import Recipe
    from training.finetune.tasks import BY_NAME

    bare = [replace(e, targets={}, stream="unlabelled") for e in EXAMPLES[80:]]
    other = replace(EXAMPLES[0], stream="mention")
    recipe = Recipe({"sentence": 12}, rate=3e-3, head_rate=3e-3, size=16)
    asked = teacher.Teacher(weights, [BY_NAME["loaded_language"]], recipe, tmp_path)
    made = teacher.distilled([other, *EXAMPLES[:80]], bare, "sentence", asked)
    assert [e.key for e in made] == [e.key for e in (*EXAMPLES, other)]
    for mixed, plain in zip(made[:80], EXAMPLES, strict=False):
        (ours,), (label,) = mixed.targets["loaded_language"], plain.targets["loaded_language"]
        assert min(label, 0.5) <= ours <= max(label, 0.5)
    said = [e.targets["loaded_language"][0] > 0.5 for e in made[80:96]]
    assert said == [bool(e.targets["loaded_language"][0]) for e in EXAMPLES[80:]]
    assert [e.stream for e in made[80:]] == ["unlabelled"] * 16 + ["mention"]
    assert made[96] == other
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(teacher, "finetune", None)
        assert teacher.distilled([other, *EXAMPLES[:80]], bare, "sentence", asked) == made


@pytest.mark.training
def test_a_teacher_sees_brackets_and_the_small_network_none(
    weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A teacher of mentions reads the target in brackets; what is learnt from it stands as it stood."""
    from training.finetune import teacher
    from training.finetune.loop import Recipe
    from training.finetune.tasks import BY_NAME

    read: list[Example] = []
    monkeypatch.setattr(teacher, "finetune", lambda network, taught, recipe, **_: read.extend(taught))
    known = Example("k", "u", "good council met bad", {"stance": (0.0, 0.0, 1.0)}, "mention", span=(17, 20))
    bare = replace(known, key="b", targets={}, stream="unlabelled mention", span=(0, 4))
    asked = teacher.Teacher(weights, [BY_NAME["stance"]], Recipe({"mention": 1}), tmp_path)
    mixed, alone = teacher.distilled([known], [bare], "mention", asked)
    assert [(e.text, e.text[slice(*(e.span or ()))]) for e in read] == [("good council met [ bad ]", "bad")]
    assert (mixed.text, mixed.span, alone.text, alone.span) == (known.text, (17, 20), known.text, (0, 4))
    third = pytest.approx(1 / 3, abs=1e-3)  # an untrained head knows nothing
    assert alone.targets["stance"] == (third, third, third)
    assert mixed.targets["stance"] == pytest.approx((1 / 6, 1 / 6, 2 / 3), abs=1e-3)
    assert teacher.marked(replace(known, span=None)).text == known.text


@pytest.mark.training
def test_an_encoder_is_made_once(weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same lesson and method give the encoder that is there, others a new one; it says what it saw."""
    from training import export
    from training.finetune import tuned

    monkeypatch.setenv("SLANTWISE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(export, "weights_folder", lambda: weights)
    exported: list[str] = []

    def fake_export(target: Path, folder: Path) -> str:
        exported.append(sorted(p.name for p in folder.iterdir())[-1])
        (target / f"{len(exported):064}").mkdir(parents=True)
        return f"{len(exported):064}"

    monkeypatch.setattr(export, "export_encoder", fake_export)
    shown = Lesson(
        tuple(EXAMPLES[:40]), tuple(EXAMPLES[40:48]), (), {"loaded_language": frozenset({"made/1"})}
    )
    method = tuned.Method(epochs={"sentence": 1}, frozen=1)
    first = tuned.tuned(shown, method)
    assert tuned.tuned(shown, method) == first
    assert len(exported) == 1
    assert set(taught_by(first)) == {"loaded_language"}
    assert tuned.tuned(replace(shown, examples=shown.examples[1:]), method) != first
    assert tuned.tuned(shown, replace(method, seed=1)) not in (first, f"{2:064}")
    home = tmp_path / "home" / "cache" / "finetuned"
    assert [p.suffix for p in sorted(home.iterdir())] == ["", ".json"] * 3
    assert not [*home.rglob("*.pt")]
    assert (tuned.weights_of(first) / "model.safetensors").is_file()
    monkeypatch.setattr(export, "export_encoder", lambda target: "plain")
    assert tuned.weights_of("plain") == weights
    with pytest.raises(FileNotFoundError, match="was made elsewhere"):
        tuned.weights_of("other")


@pytest.mark.training
@pytest.mark.filterwarnings("ignore")
def test_vectors_are_those_of_the_serving_encoder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The untrained network and its int8 export see the same; the shipped encoder has its middle layer."""
    import torch

    from models.encoder import Encoder
    from training.assemble import encoder_name
    from training.export import weights_folder
    from training.finetune.network import Network
    from training.finetune.tuned import plain_encoder

    monkeypatch.setenv("SLANTWISE_HOME", str(tmp_path))
    shipped = Encoder.load(encoder_name())

    texts = [sample.text for sample in of_file("sentences")[:20]]
    network, served = Network(weights_folder()).eval(), Encoder.load(plain_encoder())
    with torch.no_grad():
        vectors, _ = network([network.row(replace(EXAMPLES[0], text=text)) for text in texts])
    ours = torch.nn.functional.normalize(vectors, dim=-1).numpy()
    cosines = [float(row @ served.encode([text])[0].vector) for row, text in zip(ours, texts, strict=True)]
    assert min(cosines) > 0.97
    for text in texts[:5]:
        plain, tuned = served.encode([text])[0], shipped.encode([text])[0]
        assert plain.middle == pytest.approx(tuned.middle, abs=1e-6)
        assert float(plain.vector @ tuned.vector) < 0.999
