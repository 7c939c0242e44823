"""Starting a new job that repeats a recorded one."""

from __future__ import annotations

from collections.abc import Callable
from numbers import Integral
from pathlib import Path

import msgspec

from aibro.errors import BadInput, NotTrusted
from aibro.models import Difference, Environment, Job
from aibro.payloads.folders import checkpoint_folder, log_folder
from aibro.payloads.store import PayloadStore
from aibro.replay.differences import differences
from aibro.replay.interpreters import Choice, choose_interpreter
from aibro.replay.recorded import Recorded, read_recorded
from aibro.replay.start_points import FIELD, store_start
from aibro.runner_process import spawn_runner, take_runner_lock
from aibro.store import Store
from aibro.trainings.variables import THREAD_VARIABLES


def start_replay(
    store: Store,
    job_id: str,
    *,
    description: str,
    directory_to_save_ckpt: str | None,
    directory_to_save_log: str | None,
    wait_request_s: float,
    called_at: float,
    from_epoch: int = 0,
    trust: bool = False,
    on_differences: Callable[[list[Difference]], None] | None = None,
) -> Job:
    """Start a new job that repeats a recorded one, as near to how it ran as is possible here.

    Args:
        directory_to_save_ckpt: absolute path of a folder that exists, or ``None``.
        directory_to_save_log: absolute path of a folder that exists, or ``None``.
        wait_request_s: seconds to wait for an instance.
        called_at: when the user asked for it.
        from_epoch: begin after this epoch (from 1) of the recorded job; 0 is where it began.
        trust: let the code of a foreign recording run, now and from now on.
        on_differences: called before anything is started, with how the environment of the replay
            differs from the recorded one.

    Returns:
        The new job.

    Raises:
        BadInput: ``from_epoch`` cannot be.
        JobNotFound: there is no such job.
        JobNotRecorded: it was not recorded, or some of it is missing or damaged.
        JobNotEnded: it still runs.
        CannotReplay: no interpreter here can run it, or it cannot begin after that epoch.
        NotTrusted: it holds somebody else's code.
        DiskFull: no space is left.
    """
    payloads = PayloadStore(store.payload_folder)
    # Nothing of the recording is removed before the new job, which needs it too, is stored.
    with payloads.in_use():
        recorded = read_recorded(store, job_id)
        from_epoch = _whole_number(from_epoch)
        trusted = trust or recorded.trusted
        if not trusted and recorded.plan.holds_code:
            raise NotTrusted(
                f"Job {job_id} came in a report and holds somebody else's code, which would run "
                "with your rights, on your files. If you trust whoever sent it, replay it with "
                "trust=True, or say so in the replay dialog."
            )
        choice = choose_interpreter(store, recorded.job, recorded.submission, recorded.environment)
        start = store_start(store, payloads, recorded, from_epoch)
        if on_differences is not None:
            on_differences(differences(recorded.environment, choice.environment))
        if trust and not recorded.trusted:
            store.jobs.trust(job_id)
        new_id = store.jobs.new_id()
        folder = _working_directory(recorded)
        plan = msgspec.structs.replace(
            recorded.plan,
            backend=choice.backend,
            checkpoint_folder=checkpoint_folder(directory_to_save_ckpt, new_id),
            log_folder=log_folder(directory_to_save_log, new_id),
            state_folder=str(store.state_folder(new_id)) if directory_to_save_ckpt else None,
            working_directory=folder,
            start=start,
            returns_when_failed=False,
            safe_mode=not trusted,
        )
        submission = msgspec.structs.replace(
            recorded.submission,
            interpreter=choice.interpreter,
            backend=choice.backend,
            working_directory=folder,
            wait_request_s=wait_request_s,
            wait_new_job_create_s=-1.0,
            cool_down_period_s=0.0,
            directory_to_save_ckpt=directory_to_save_ckpt,
            directory_to_save_log=directory_to_save_log,
            called_at=called_at,
            variables=_thread_variables(recorded.environment, choice, trusted),
        )
        lock = take_runner_lock(store, new_id)
        job = store.jobs.create(
            submission,
            job_id=new_id,
            description=description or f"Replay of {recorded.job.description or job_id}",
            default_description=not description,
            epochs=recorded.job.epochs,
            # A replay keeps what a recorded job keeps, so that it can be replayed itself.
            recorded=True,
            replay_of=job_id,
            from_epoch=start.epoch if start is not None else 0,
            plan=msgspec.json.encode(plan),
        )
    spawn_runner(store, new_id, lock)
    return job


def _whole_number(value: object) -> int:
    # NumPy has integers of its own.
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise BadInput(f"{FIELD} must be a whole number, not {type(value).__name__}.", FIELD)
    if value < 0:
        raise BadInput(f"{FIELD} must not be negative, but is {value}; 0 is the start.", FIELD)
    return int(value)


def _working_directory(recorded: Recorded) -> str:
    """The recorded notebook's folder if it is here, so that modules beside it can be imported."""
    folder = Path(recorded.plan.working_directory)
    return str(folder if folder.is_absolute() and folder.is_dir() else Path.cwd())


def _thread_variables(
    recorded: Environment | None, choice: Choice, trusted: bool
) -> dict[str, str | None]:
    """The recorded thread settings, also when this machine has another number of processors.

    A variable that was not set then is unset: its value is ``None``.
    """
    if recorded is None or recorded.backend != choice.backend:
        return {}
    values = {name: recorded.threads.get(name) for name in THREAD_VARIABLES}
    if not trusted:
        # A number of threads is harmless; flags of a compiler, which can write files, are not.
        return {name: v if v is not None and v.isdecimal() else None for name, v in values.items()}
    return dict(values)
