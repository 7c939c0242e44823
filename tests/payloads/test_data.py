from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest

from aibro.errors import BadData
from aibro.payloads.arrays import as_arrays
from aibro.payloads.data import check_lengths, describe, load_tree, store_tree
from aibro.payloads.nesting import tree_names
from aibro.payloads.store import PayloadStore


@pytest.fixture
def store(tmp_path: Path) -> PayloadStore:
    return PayloadStore(tmp_path / "payloads")


def there_and_back(store: PayloadStore, value: object) -> Any:
    tree = json.loads(json.dumps(store_tree(store, "train_X", value)))
    assert all(store.path(name).exists() for name in tree_names(tree))
    return load_tree(store.path, tree)


def test_a_nesting_of_arrays_travels(store: PayloadStore) -> None:
    image, age = np.ones((4, 2)), np.arange(4)
    value = {"image": image, "rest": [age, (image, None)]}
    back = there_and_back(store, value)
    assert list(back) == ["image", "rest"]
    np.testing.assert_array_equal(back["image"], image)
    np.testing.assert_array_equal(back["rest"][0], age)
    assert isinstance(back["rest"][1], tuple)
    np.testing.assert_array_equal(back["rest"][1][0], image)
    assert back["rest"][1][1] is None


def test_lists_of_numbers_are_one_array_and_lists_of_arrays_several(store: PayloadStore) -> None:
    np.testing.assert_array_equal(there_and_back(store, [[1, 2], [3, 4]]), [[1, 2], [3, 4]])
    several = there_and_back(store, [np.ones(2), np.zeros(2)])
    assert [item.tolist() for item in several] == [[1, 1], [0, 0]]


def test_bfloat16_travels_though_numpy_files_do_not_know_it(store: PayloadStore) -> None:
    array = np.array([1.5, -2, 3], ml_dtypes.bfloat16)
    back = there_and_back(store, array)
    assert back.dtype == ml_dtypes.bfloat16
    np.testing.assert_array_equal(back, array)


def test_the_worker_may_write_into_its_arrays_without_changing_the_file(
    store: PayloadStore,
) -> None:
    array = np.zeros(4)
    back = there_and_back(store, array)
    back[0] = 1
    assert type(back) is np.ndarray
    assert there_and_back(store, array)[0] == 0


def test_tensors_of_the_framework_are_taken(store: PayloadStore) -> None:
    import keras

    tensor = keras.ops.convert_to_tensor([[1.0, 2.0]])
    np.testing.assert_array_equal(there_and_back(store, tensor), [[1, 2]])


def test_each_array_is_described_by_its_place() -> None:
    facts = describe("train_X", {"image": np.zeros((4, 2), np.float32), "age": [1, 2, 3, 4]})
    assert [(fact.field, fact.shape, fact.dtype, fact.nbytes) for fact in facts] == [
        ("train_X['image']", (4, 2), "float32", 32),
        ("train_X['age']", (4,), "int64", 32),
    ]


def generator() -> Any:
    yield np.zeros(3)


class Sparse:
    def toarray(self) -> None: ...


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (np.array([{}, None]), "type object"),
        (np.array(["2026-01-01"], "datetime64[D]"), "datetime64"),
        (np.zeros(2, [("a", "f4")]), "Keras cannot train on"),
        ([[1, 2], [3]], "differ in length"),
        (generator(), "is a generator; AIbro needs arrays"),
        (Sparse(), r"\.toarray\(\)"),
        ({1: np.zeros(2)}, "the key 1"),
        ("text", "needs arrays"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_what_is_no_array_is_named_with_what_to_do(value: object, words: str) -> None:
    with pytest.raises(BadData, match=words) as caught:
        describe("train_X", value)
    assert caught.value.field == "train_X"


def sparse() -> Any:
    tensorflow = pytest.importorskip("tensorflow")
    return tensorflow.sparse.from_dense([[0.0, 1.0], [2.0, 0.0]])


def ragged() -> Any:
    tensorflow = pytest.importorskip("tensorflow")
    return tensorflow.ragged.constant([[1.0], [2.0, 3.0]])


def rows_of_a_generator() -> Any:
    return (np.zeros(3) for _ in range(2))


@pytest.mark.parametrize(
    ("make", "advice"),
    [
        (sparse, "tensorflow.sparse.to_dense(train_X).numpy()"),
        (ragged, "train_X.to_tensor().numpy()"),
        (rows_of_a_generator, "numpy.stack(list(train_X))"),
    ],
    ids=lambda each: each if isinstance(each, str) else each.__name__,
)
def test_what_is_advised_makes_arrays_of_it(make: Any, advice: str) -> None:
    value = make()
    with pytest.raises(BadData) as caught:
        describe("train_X", value)
    assert advice in str(caught.value)
    names: dict[str, Any] = {"train_X": value, "numpy": np}
    if "tensorflow" in advice:
        names["tensorflow"] = pytest.importorskip("tensorflow")
    (fact,) = describe("train_X", eval(advice, names))
    assert fact.shape[0] == 2


# In a process of its own: such a layer needs TensorFlow, which tests before may have hidden.
TEXTS = """
import keras, numpy, tensorflow
from aibro.errors import BadData
from aibro.payloads.arrays import as_arrays

layer = keras.layers.TextVectorization(vocabulary=["one", "two"])
texts = numpy.array([["one two"], ["two"]])
for train_X in (texts, texts.astype(object), tensorflow.constant(texts)):
    try:
        as_arrays("train_X", train_X)
    except BadData as error:
        advice = str(error).rpartition(": ")[2].removesuffix(".")
    print(as_arrays("train_X", eval(advice)).tolist())
"""


def test_text_becomes_numbers_as_advised() -> None:
    pytest.importorskip("tensorflow")
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", TEXTS], capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines() == ["[[2, 3], [3, 0]]"] * 3, done.stderr


def test_a_mask_is_overlooked_as_keras_does() -> None:
    masked = np.ma.masked_less([[-1.0, 2.0]], 0)
    found = as_arrays("train_X", masked)
    assert type(found) is np.ndarray
    assert found.tolist() == [[-1.0, 2.0]]


def test_of_a_dataset_of_other_items_each_part_becomes_an_array_as_advised() -> None:
    tensorflow = pytest.importorskip("tensorflow")
    parts = {"a": np.ones((6, 2)), "b": np.zeros(6)}, np.ones(6)
    dataset = tensorflow.data.Dataset.from_tensor_slices(parts).batch(4)
    with pytest.raises(BadData, match=r"one array of each of their parts") as caught:
        describe("train_X", dataset)
    advice = "list(dataset.unbatch().as_numpy_iterator())"
    assert advice in str(caught.value)
    items = eval(advice, {"dataset": dataset})
    x = {name: np.stack([item[0][name] for item in items]) for name in ("a", "b")}
    assert [fact.shape for fact in describe("train_X", x)] == [(6, 2), (6,)]


@pytest.mark.parametrize("more", [(), (np.ones(6),)], ids=["plain", "weighted"])
def test_a_real_dataset_becomes_arrays_as_advised(more: tuple[Any, ...]) -> None:
    tensorflow = pytest.importorskip("tensorflow")
    arrays = np.ones((6, 2)), np.ones(6), *more
    dataset = tensorflow.data.Dataset.from_tensor_slices(arrays).batch(4)
    with pytest.raises(BadData) as caught:
        describe("train_X", dataset)
    advice = str(caught.value).partition("for example with ")[2].removesuffix(".")
    assert advice.startswith("x, y, sample_weight = " if more else "x, y = ")
    names: dict[str, Any] = {"dataset": dataset, "numpy": np}
    exec(advice, names)
    assert [fact.shape for fact in describe("data", [names["x"], names["y"]])] == [(6, 2), (6,)]


ROWS = np.zeros((10, 3))


class TestLengths:
    def test_arrays_that_fit_together_pass(self) -> None:
        labels = np.zeros(10)
        check_lengths({"a": ROWS, "b": labels}, [labels, ROWS], (ROWS[:4], labels[:4]), labels)
        check_lengths(ROWS, None)

    @pytest.mark.parametrize(
        ("arguments", "field", "words"),
        [
            ((ROWS, np.zeros(9)), "train_Y", "train_X has 10 samples but train_Y has 9"),
            (
                ([ROWS, ROWS[:2]], np.zeros(10)),
                "train_X",
                r"train_X\[0\] has 10 samples but train_X\[1\] has 2",
            ),
            ((ROWS, ROWS, (ROWS[:3], ROWS[:2])), "validation_data", "3 samples .* 2"),
            ((ROWS, ROWS, ROWS), "validation_data", r"has to be \(x, y\)"),
            ((ROWS, ROWS, None, np.ones(4)), "sample_weight", "sample_weight has 4"),
            ((np.zeros((0, 3)), np.zeros(0)), "train_X", r"train_X is empty.*\(0, 3\)"),
            ((ROWS, np.float32(1)), "train_Y", "single number"),
            ((None, ROWS), "train_X", "holds no array"),
        ],
    )
    def test_arrays_that_do_not_are_named(
        self, arguments: tuple[Any, ...], field: str, words: str
    ) -> None:
        with pytest.raises(BadData, match=words) as caught:
            check_lengths(*arguments)
        assert caught.value.field == field
