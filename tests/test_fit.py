"""Fitting: views equal what is served, inner folds keep units whole, the frozen part never trains."""

from dataclasses import replace

import numpy as np
from made_material import assembled, every_head, of_file
from scipy.sparse import csr_matrix

from models.labels import ADVOCACY
from models.ngrams import count_grams
from training.advocacy import PARTISAN_WEIGHT, as_graded, graded, teaching
from training.base import MIN_PUBLISHERS, fit_space, tfidf
from training.fit import fit
from training.material import INNER, Fitted, inner_folds
from training.specs import SPECS, trainable


def arrays(fitted: Fitted) -> dict[str, np.ndarray[tuple[int, ...], np.dtype[np.float32]]]:
    """Return all weights of all heads by name."""
    views = {f"{n}.{v}": linear.coef for n, head in fitted.heads.items() for v, linear in head.views.items()}
    stacks = {
        f"{n}.{p}": c.stack.coef for n, head in fitted.heads.items() for p, c in head.calibrations.items()
    }
    return views | stacks


def test_training_rows_equal_served_rows() -> None:
    """TF-IDF over the table gives the same weights as a text's own row at serving time."""
    table = assembled(of_file("sentences")).tables["sentence"]
    rows = np.arange(0, len(table), 2)
    space, columns = fit_space(table, rows)
    found = tfidf(table, np.arange(len(table)), columns, space.idf)
    for number, p in enumerate(table.prepared):
        where, weights = space.row(count_grams(p.masked))
        served = csr_matrix((weights, (np.zeros(len(where), int), where)), shape=(1, len(columns)))
        np.testing.assert_allclose(found[number].toarray(), served.toarray(), atol=1e-6)


def test_a_vocabulary_holds_what_several_publishers_write() -> None:
    """A gram of fewer than three publishers is left out, however often one of them writes it."""
    samples = of_file("sentences")[:60]
    spread = assembled([replace(s, group=f"g{i}") for i, s in enumerate(samples)]).tables["sentence"]
    narrow = assembled([replace(s, group=f"g{i % 2}") for i, s in enumerate(samples)]).tables["sentence"]
    space, _ = fit_space(spread, np.arange(60))
    for gram in space.vocabulary:
        assert sum(gram in count_grams(p.masked) for p in spread.prepared) >= MIN_PUBLISHERS
    assert fit_space(narrow, np.arange(60))[0].vocabulary == ()


def test_inner_folds_are_even_and_keep_units_whole() -> None:
    """Equal units share a fold and the folds are nearly of one size; the same seed gives the same."""
    units = np.array([f"u{i % 37}" for i in range(400)])
    folds = inner_folds(units, 0)
    assert all(len(set(folds[units == unit])) == 1 for unit in set(units))
    assert max(np.bincount(folds)) - min(np.bincount(folds)) <= 12
    assert set(folds) == set(range(INNER))
    np.testing.assert_array_equal(folds, inner_folds(units, 0))


def test_classes_are_capped_and_official_test_parts_left_out() -> None:
    """At most ``cap`` samples of a class train, none of a corpus' own test part."""
    spec = next(s for s in SPECS if s.name == "source_type")
    samples = of_file("articles")
    made = assembled([replace(samples[0], split="test"), *samples[1:]])
    table, allowed = made.tables["document"], made.masks()["document"]
    assert len(trainable(spec, table, allowed)) == len(samples) - 1
    few = trainable(replace(spec, cap=5), table, allowed)
    types = [table.prepared[i].sample.labels["source_type"] for i in few]
    assert {types.count(name) for name in set(types)} == {5}


def test_corpora_share_what_a_class_may_have() -> None:
    """Below the cap a small corpus gives all that it has, and a large one the rest."""
    spec = replace(next(s for s in SPECS if s.name == "source_type"), cap=8)
    articles = of_file("articles")
    label = articles[0].labels["source_type"]
    one = [sample for sample in articles if sample.labels["source_type"] == label]
    assert len(one) > 8
    samples = [replace(s, corpus="ftd_genre" if n < 3 else "allsides") for n, s in enumerate(one)]
    made = assembled(samples)
    table, allowed = made.tables["document"], made.masks()["document"]
    kept = trainable(spec, table, allowed)
    assert sorted(table.corpora[kept].tolist()) == ["allsides"] * 5 + ["ftd_genre"] * 3
    np.testing.assert_array_equal(kept, trainable(spec, table, allowed))


def test_the_frozen_part_never_trains() -> None:
    """Other grades and other labels on the frozen test documents leave every weight as it was."""
    made = every_head()
    documents = made.tables["document"]
    rows, _ = graded(documents, made.masks()["document"])
    assert len(rows) == 60
    assert not any(documents.prepared[i].sample.meta.get("annotation") == "test" for i in rows)
    turned = [
        replace(p, sample=replace(p.sample, labels={"advocacy": 0, "source_type": "satire"}))
        if p.sample.meta.get("annotation") == "test"
        else p
        for p in documents.prepared
    ]
    tables = {**made.tables, "document": replace(documents, prepared=turned)}
    made = replace(made, material=replace(made.material, profiles=("fast",)))
    other = replace(made, material=replace(made.material, tables=tables))
    one, two = (arrays(fit(each.material, each.masks())) for each in (made, other))
    assert one.keys() == two.keys()
    assert f"{ADVOCACY}.fast" in one
    for name in one:
        np.testing.assert_array_equal(one[name], two[name])


def test_partisan_articles_teach_advocacy_a_little() -> None:
    """They weigh less than a grade and are set aside from scaling and calibration; without vectors, none."""
    documents = every_head().tables["document"]
    allowed = every_head().masks()["document"]
    rows, truth = teaching(documents, allowed)
    assert rows.tolist() == sorted(set(rows.tolist()))
    known = as_graded(documents, rows, truth, {})
    whole = np.array([ADVOCACY in documents.prepared[i].sample.labels for i in rows], bool)
    assert whole.any()
    assert not whole.all()
    np.testing.assert_array_equal(known.aside, ~whole)
    np.testing.assert_allclose(known.weights, np.where(whole, 1, PARTISAN_WEIGHT))
    for row, said, graded_one in zip(rows, truth, whole, strict=True):
        labels = documents.prepared[row].sample.labels
        assert said == (labels[ADVOCACY] >= 3 if graded_one else labels["partisan"])
    bare = [replace(p, vectors=p.vectors[:0]) for p in documents.prepared]
    left, _ = teaching(replace(documents, prepared=bare), allowed)
    np.testing.assert_array_equal(left, graded(documents, allowed)[0])
    assert len(teaching(documents, np.zeros_like(allowed))[0]) == 0


def test_advocacy_needs_all_its_parts() -> None:
    """Where a head that advocacy reads has no corpus, there is no advocacy head."""
    made = assembled(of_file("articles") + of_file("sentences"))
    heads = fit(made.material, made.masks()).heads
    assert set(heads) == {"loaded_language", "opinion", "source_type"}
