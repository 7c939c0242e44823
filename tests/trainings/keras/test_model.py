from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers, ops

from aibro.errors import BadData, BadInput, BadModel, DiskFull
from aibro.payloads.store import PayloadStore
from aibro.trainings.keras.fit_arguments import check_fit_kwargs
from aibro.trainings.keras.model import code
from aibro.trainings.keras.model.check import check_model, check_portable
from aibro.trainings.keras.model.dump import dump_model
from aibro.trainings.keras.model.load import load_model
from tests.small_disk import mounted_disk

GUARD = threading.Lock()
ROWS = np.random.default_rng(0).random((20, 4)).astype("float32")


@pytest.fixture
def store(tmp_path: Path) -> PayloadStore:
    return PayloadStore(tmp_path / "payloads")


def compiled(*stack: Any, **settings: Any) -> Any:
    model = keras.Sequential([keras.Input((4,)), *stack])
    model.compile(**{"optimizer": "adam", "loss": "mse", **settings})
    return model


def there_and_back(store: PayloadStore, model: Any) -> Any:
    check_portable(model, ROWS)
    payload = dump_model(store, model, {})
    objects: code.CustomObjects = {}
    if payload.code is not None:
        with store.path(payload.code).open("rb") as file:
            objects = code.load_objects(file)
    return load_model(store.path(payload.model), objects)


class Terse(layers.Layer):
    """As people write them in notebooks: no ``**kwargs``, no ``get_config``."""

    def __init__(self, units: int) -> None:
        super().__init__()
        self.units = units

    def build(self, shape: Any) -> None:
        self.kernel = self.add_weight(shape=(shape[-1], self.units))

    def call(self, inputs: Any) -> Any:
        return ops.matmul(inputs, self.kernel)


class Locked(layers.Layer):
    def __init__(self, guard: Any) -> None:
        super().__init__()
        self.guard = guard

    def call(self, inputs: Any) -> Any:
        return inputs


class Guarded(layers.Layer):
    def call(self, inputs: Any) -> Any:
        with GUARD:
            return inputs


class Net(keras.Model):
    def __init__(self, width: int = 3) -> None:
        super().__init__()
        self.hidden = layers.Dense(width)
        self.head = layers.Dense(1)

    def call(self, inputs: Any) -> Any:
        return self.head(self.hidden(inputs))


class PlainNet(Net):
    def __init__(self) -> None:
        super().__init__(5)


class OwnCompile(PlainNet):
    def compile(self, **settings: Any) -> None:
        super().compile(**settings)


class TestWhatIsSent:
    @pytest.mark.parametrize(
        "make",
        [
            lambda: compiled(layers.Dense(3, "relu"), layers.Dense(1)),
            lambda: compiled(Terse(3), layers.Dense(1)),
            lambda: compiled(layers.Lambda(lambda x: ops.sin(x) * len(ROWS)), layers.Dense(1)),
            lambda: compiled(layers.Dense(1, lambda x: ops.tanh(x) * len(ROWS))),
            lambda: _compile(PlainNet()),
        ],
        ids=["sequential", "layer without kwargs", "Lambda", "lambda", "subclassed"],
    )
    def test_computes_the_same_at_the_other_end(
        self, store: PayloadStore, make: Callable[[], Any]
    ) -> None:
        model = make()
        back = there_and_back(store, model)
        np.testing.assert_array_equal(back(ROWS), model(ROWS))
        assert back.compiled

    def test_keeps_the_state_of_the_optimizer(self, store: PayloadStore) -> None:
        model = compiled(layers.Dense(1))
        model.fit(ROWS, ROWS[:, 0], verbose=0)
        back = there_and_back(store, model)
        for mine, theirs in zip(model.optimizer.variables, back.optimizer.variables, strict=True):
            np.testing.assert_array_equal(mine.numpy(), theirs.numpy())

    def test_a_function_named_like_one_of_keras_is_not_taken_for_it(
        self, store: PayloadStore
    ) -> None:
        def relu(x: Any) -> Any:
            return x * 3

        model = compiled(layers.Dense(2, relu), layers.Dense(2, "relu"))
        back = there_and_back(store, model)
        np.testing.assert_array_equal(back(ROWS), model(ROWS))
        assert back.layers[0].activation.__name__ == "relu"
        assert back.layers[1].activation is keras.activations.relu

    def test_functions_keep_their_names_in_the_kernel(self, store: PayloadStore) -> None:
        function = lambda x: x  # noqa: E731 - its name is what is looked at
        dump_model(store, compiled(layers.Lambda(function), layers.Dense(1)), {})
        assert function.__name__ == "<lambda>"

    def test_a_registered_layer_keeps_its_registered_name(self, store: PayloadStore) -> None:
        @keras.saving.register_keras_serializable("shop")
        class Shelf(Terse):
            pass

        back = there_and_back(store, compiled(Shelf(2)))
        assert keras.saving.get_registered_name(type(back.layers[0])) == "shop>Shelf"

    def test_the_same_model_twice_is_stored_once(self, store: PayloadStore) -> None:
        model = compiled(layers.Dense(3), layers.Dense(1))
        first, second = dump_model(store, model, {}), dump_model(store, model, {})
        assert first == second
        model.layers[0].set_weights([w + 1 for w in model.layers[0].get_weights()])
        assert dump_model(store, model, {}).model != first.model

    def test_a_full_disk_leaves_no_half_model(self, tmp_path: Path) -> None:
        with mounted_disk(tmp_path / "disk") as disk:
            store = PayloadStore(disk / "payloads")
            with pytest.raises(DiskFull):
                dump_model(store, compiled(layers.Dense(1 << 17)), {})
            assert list(store.folder.iterdir()) == []


def _compile(model: Any) -> Any:
    model.compile(optimizer="adam", loss="mse")
    return model


class TestWhatIsRefused:
    def test_something_that_is_no_keras_model(self) -> None:
        with pytest.raises(BadModel, match=r"builtins\.dict, not a Keras 3 model") as caught:
            check_model({})
        assert caught.value.field == "model"

    def test_a_model_that_is_not_compiled(self) -> None:
        with pytest.raises(BadModel, match=r"not compiled. Call model.compile"):
            check_model(keras.Sequential([keras.Input((4,)), layers.Dense(1)]))

    def test_a_model_whose_compile_keras_cannot_repeat(self) -> None:
        with pytest.raises(BadModel, match="compile_from_config"):
            check_portable(_compile(OwnCompile()), ROWS)

    def test_a_model_that_does_not_fit_its_data(self) -> None:
        model = _compile(keras.Sequential([layers.Conv2D(2, 3)]))
        with pytest.raises(BadModel, match="could not be built for train_X"):
            check_portable(model, ROWS)

    def test_a_model_that_is_not_built_without_data(self) -> None:
        with pytest.raises(BadModel, match="not built"):
            check_portable(_compile(keras.Sequential([layers.Dense(2)])))

    def test_a_subclassed_model_whose_arguments_keras_forgets(self) -> None:
        with pytest.raises(BadModel, match=r"\(Net\).*\(width\).*get_config"):
            check_portable(_compile(Net(7)), ROWS)

    def test_a_layer_made_with_what_cannot_be_written_down(self, store: PayloadStore) -> None:
        model = compiled(Locked(threading.Lock()), layers.Dense(1))
        name = model.layers[0].name
        with pytest.raises(
            BadModel, match=rf"Layer '{name}' \(Locked\).*a thread lock in 'guard'.*get_config"
        ):
            dump_model(store, model, {})

    def test_a_layer_whose_code_holds_what_cannot_be_sent(self, store: PayloadStore) -> None:
        model = compiled(Guarded(name="careful"), layers.Dense(1))
        with pytest.raises(
            BadModel, match=r"Layer 'careful' \(Guarded\) cannot be sent.*thread lock in 'GUARD'"
        ):
            dump_model(store, model, {})

    def test_two_classes_of_one_name(self, store: PayloadStore) -> None:
        def another() -> type:
            class Twin(Terse):
                pass

            return Twin

        with pytest.raises(BadModel, match="named 'Twin'"):
            dump_model(store, compiled(another()(2), another()(2)), {})

    def test_nothing_is_stored_of_a_model_that_is_refused(self, store: PayloadStore) -> None:
        with pytest.raises(BadModel):
            dump_model(store, compiled(Locked(threading.Lock())), {})
        assert list(store.folder.iterdir()) == []


def test_a_model_is_built_as_fit_would_build_it() -> None:
    model = _compile(keras.Sequential([layers.Dense(3), layers.Dense(1)]))
    check_portable(model, ROWS.astype("float64"))
    assert model.layers[0].kernel.shape == (4, 3)


def test_a_model_of_several_inputs_is_built(store: PayloadStore) -> None:
    class Two(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.head = layers.Dense(1)

        def call(self, inputs: Any) -> Any:
            return self.head(ops.concatenate([inputs["a"], inputs["b"]], axis=-1))

    model = _compile(Two())
    data = {"a": ROWS, "b": ROWS[:, :2]}
    check_portable(model, data)
    payload = dump_model(store, model, {})
    assert payload.code is not None
    with store.path(payload.code).open("rb") as file:
        back = load_model(store.path(payload.model), code.load_objects(file))
    np.testing.assert_array_equal(back(data), model(data))


class Collector(keras.callbacks.Callback):
    def __init__(self, held: Any = None) -> None:
        super().__init__()
        self.held = held


class TestFitArguments:
    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            ({"epochs": 3}, "'epochs', which is passed as epochs"),
            ({"x": ROWS}, "passed as train_X"),
            ({"callback": []}, "Did you mean 'callbacks'"),
            ({"callbacks": [print]}, "no keras.callbacks.Callback"),
            ({"sample_weight": np.ones(3)}, "there are 20 samples"),
        ],
    )
    def test_that_are_wrong_are_named(self, arguments: dict[str, Any], words: str) -> None:
        with pytest.raises(BadInput, match=words) as caught:
            check_fit_kwargs(arguments, samples=20)
        assert caught.value.field == "fit_kwargs"

    def test_a_weight_that_is_no_array_is_named(self) -> None:
        with pytest.raises(BadData, match="sample_weight"):
            check_fit_kwargs({"sample_weight": object()}, samples=20)

    def test_a_callback_that_cannot_be_sent_is_named(self, store: PayloadStore) -> None:
        arguments = {"callbacks": [Collector(), Collector(threading.Lock())]}
        with pytest.raises(BadInput, match=r"'callbacks'.*Collector: it holds a thread lock"):
            dump_model(store, compiled(layers.Dense(1)), arguments)

    def test_travel_each_in_its_way(self, store: PayloadStore) -> None:
        model = compiled(layers.Dense(1))
        weights = np.linspace(0, 1, 20)
        arguments = {
            "shuffle": False,
            "validation_split": 0.1 + 0.2,
            "class_weight": {0: 0.5, 1: 2.0},
            "sample_weight": weights,
            "callbacks": [Collector(model)],
        }
        check_fit_kwargs(arguments, samples=20)
        check_portable(model)
        payload = dump_model(store, model, arguments)
        assert payload.fit_arguments == {"shuffle": False, "validation_split": 0.1 + 0.2}
        assert list(payload.fit_arrays) == ["sample_weight"]
        assert payload.code is not None
        there = load_model(store.path(payload.model), {})
        with store.path(payload.code).open("rb") as file:
            code.load_objects(file)
            objects = code.load_fit_arguments(file, there)
        assert objects["class_weight"] == {0: 0.5, 1: 2.0}
        assert objects["callbacks"][0].held is there, "the model in the worker takes its place"

    @pytest.mark.parametrize(
        "part",
        [
            lambda model: model.layers[0],
            lambda model: model.layers[0].kernel,
            lambda model: model.optimizer,
        ],
        ids=["layer", "variable", "optimizer"],
    )
    def test_that_watch_a_part_of_the_model_watch_that_of_the_worker(
        self, store: PayloadStore, part: Callable[[Any], Any]
    ) -> None:
        model = compiled(layers.Dense(2), layers.Dense(1))
        check_portable(model)
        payload = dump_model(store, model, {"callbacks": [Collector(part(model))]})
        there = load_model(store.path(payload.model), {})
        assert payload.code is not None
        with store.path(payload.code).open("rb") as file:
            code.load_objects(file)
            assert code.load_fit_arguments(file, there)["callbacks"][0].held is part(there)


class TestSafeMode:
    """What came from somebody else."""

    def test_loads_what_is_made_of_kerases_own_parts(self, store: PayloadStore) -> None:
        model = compiled(layers.Dense(2, "relu"), layers.Dense(1))
        check_portable(model)
        path = store.path(dump_model(store, model, {}).model)
        np.testing.assert_array_equal(load_model(path, {}, safe_mode=True)(ROWS), model(ROWS))

    def test_runs_no_code_that_lies_in_the_file(self, tmp_path: Path) -> None:
        mark = tmp_path / "ran"
        command = f"touch {mark}"
        evil = keras.Sequential(
            [keras.Input((4,)), layers.Lambda(lambda x: (__import__("os").system(command), x)[1])]
        )
        evil.compile("sgd", "mse")
        evil.save(tmp_path / "evil.keras")
        mark.unlink(missing_ok=True)
        with pytest.raises(BadInput, match=r"without running code .*Lambda.*trust=True"):
            load_model(tmp_path / "evil.keras", {}, safe_mode=True)
        assert not mark.exists()
        load_model(tmp_path / "evil.keras", {})
        assert mark.exists(), "the model was evil indeed"
