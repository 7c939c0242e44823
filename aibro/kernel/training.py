"""`aibro.Training`: train off the kernel."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from aibro.kernel.progress import Follower
from aibro.kernel.results import read_result
from aibro.kernel.submit import JobOptions, submit
from aibro.store import Store
from aibro.trainings.keras.training import KerasTraining

if TYPE_CHECKING:
    from keras import Model
    from keras.callbacks import History


class Training:
    """Fit Keras models on an instance instead of in the kernel.

    Example:
        As ``model.fit`` would, but where the kernel stays free for other work::

            job_id, model, history = aibro.Training.online_fit(
                model, X, y, epochs=10, batch_size=64, description="digits, first try"
            )
    """

    @staticmethod
    def online_fit(
        model: Model,
        train_X: Any,
        train_Y: Any,
        machine_ids: list[str] | None = None,
        batch_size: int | None = None,
        epochs: int = 1,
        validation_data: tuple[Any, ...] | None = None,
        description: str = "",
        cool_down_period_s: float = 0,
        fit_kwargs: dict[str, Any] | None = None,
        directory_to_save_ckpt: str | None = None,
        directory_to_save_log: str | None = None,
        wait_request_s: float = 10000,
        wait_new_job_create_s: float = -1,
        wait_new_job_create_interval: float = 10,
        record: bool = False,
        *,
        seed: int | None = None,
    ) -> tuple[str, Model, History]:
        """Train a model on an instance, show its progress, and return it trained.

        Interrupting the cell asks nothing of the job: it goes on, and the message says how to
        rejoin.

        Args:
            model: a compiled Keras 3 model; has the trained weights afterwards, as after ``fit``.
            train_X: an array of shape (samples, ...), or a nesting of arrays for several inputs.
            train_Y: the targets, of as many samples.
            machine_ids: tried in order, ``wait_request_s`` seconds each; ``None`` is this machine.
            batch_size: samples in a batch; ``None`` is 32, as in ``fit``.
            epochs: passes over the data.
            validation_data: ``(x, y)`` or ``(x, y, sample_weight)``.
            description: what the job is for; shown wherever the job is.
            cool_down_period_s: seconds to hold the idle instance for the next job on the same
                machine id, at most a week.
            fit_kwargs: further arguments of ``model.fit``, such as callbacks.
            directory_to_save_ckpt: gets ``checkpoints/<job id>/epoch-0001.keras`` and so on.
            directory_to_save_log: gets ``logs/<job id>/`` with TensorBoard's event files.
            wait_request_s: seconds to wait for an instance of each machine id. What it takes to
                connect to the cluster of a machine does not count.
            wait_new_job_create_s: seconds to wait while the limit of active jobs is reached; not
                positive waits for ever.
            wait_new_job_create_interval: seconds between looks at that limit, at most.
            record: keep everything that a replay needs.
            seed: seeds the random generators for this training, as
                ``keras.utils.set_random_seed`` would; those of the kernel are left alone. ``None``
                draws what ``fit`` would draw.

        Returns:
            The job's id, the trained model, and the ``History`` that ``model.fit`` gives.

        Raises:
            BadInput: an argument is wrong; nothing was changed.
            JobCanceled: the job ended CANCELED; has the reason and the remote traceback. It is also
                of the kind that the training raised: ``except ValueError`` catches it as well.
            KeyboardInterrupt: the cell was interrupted; the job goes on.
        """
        __tracebackhide__ = True
        called_at = time.time()
        training = KerasTraining(
            model=model,
            train_X=train_X,
            train_Y=train_Y,
            validation_data=validation_data,
            batch_size=batch_size,
            epochs=epochs,
            fit_kwargs=fit_kwargs,
            seed=seed,
            record=record,
            checkpoints=directory_to_save_ckpt is not None,
        )
        options = JobOptions(
            machine_ids=machine_ids,
            description=description,
            cool_down_period_s=cool_down_period_s,
            directory_to_save_ckpt=directory_to_save_ckpt,
            directory_to_save_log=directory_to_save_log,
            wait_request_s=wait_request_s,
            wait_new_job_create_s=wait_new_job_create_s,
            wait_new_job_create_interval=wait_new_job_create_interval,
            record=record,
            waits=True,
        )
        store = Store()
        follower = Follower(store)
        try:
            job_id = submit(store, training, options, called_at, follower.look)
        except BaseException:
            follower.leave()
            raise
        follower.follow(job_id)
        return read_result(store, job_id, into=training)

    @staticmethod
    def offline_fit(
        model: Model,
        train_X: Any,
        train_Y: Any,
        machine_ids: list[str] | None = None,
        batch_size: int | None = None,
        epochs: int = 1,
        validation_data: tuple[Any, ...] | None = None,
        description: str = "",
        cool_down_period_s: float = 0,
        fit_kwargs: dict[str, Any] | None = None,
        directory_to_save_ckpt: str | None = None,
        directory_to_save_log: str | None = None,
        wait_request_s: float = 10000,
        wait_new_job_create_s: float = -1,
        wait_new_job_create_interval: float = 10,
        record: bool = False,
        *,
        seed: int | None = None,
    ) -> str:
        """Start a job and return its id as soon as model and data are stored.

        The kernel may end from then on; ``Job.wait`` and ``Job.result`` rejoin from any other.

        The arguments are those of `online_fit`.

        Returns:
            The job's id.

        Raises:
            BadInput: an argument is wrong; nothing was changed.
        """
        called_at = time.time()
        training = KerasTraining(
            model=model,
            train_X=train_X,
            train_Y=train_Y,
            validation_data=validation_data,
            batch_size=batch_size,
            epochs=epochs,
            fit_kwargs=fit_kwargs,
            seed=seed,
            record=record,
            checkpoints=directory_to_save_ckpt is not None,
        )
        options = JobOptions(
            machine_ids=machine_ids,
            description=description,
            cool_down_period_s=cool_down_period_s,
            directory_to_save_ckpt=directory_to_save_ckpt,
            directory_to_save_log=directory_to_save_log,
            wait_request_s=wait_request_s,
            wait_new_job_create_s=wait_new_job_create_s,
            wait_new_job_create_interval=wait_new_job_create_interval,
            record=record,
            waits=False,
        )
        return submit(Store(), training, options, called_at)
