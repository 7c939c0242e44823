"""The text that a report opens with, for whoever finds the file."""

from __future__ import annotations

import time

from aibro.models import Job, JobStatus
from aibro.trainings import training_kind
from aibro.trainings.plan import TrainingPlan

_TITLE = "AIbro report of job {job_id}"


def readme(job: Job, plan: TrainingPlan, written_at: float, version: str) -> str:
    """What is inside, in plain words.

    Args:
        job: the job.
        plan: its training.
        written_at: seconds since the epoch.
        version: AIbro's.
    """
    title = _TITLE.format(job_id=job.job_id)
    date = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(written_at))
    parts = [
        f"{title}\n{'=' * len(title)}",
        f"Written by AIbro {version} on {date}.",
        _about(job),
        _inside(job, plan),
        _CODE if plan.holds_code else _NO_CODE,
        _NOT_INSIDE,
        _HOW_TO.format(job_id=job.job_id),
    ]
    return "\n\n".join(parts) + "\n"


def _about(job: Job) -> str:
    lines = [f"Description: {job.description}"] if job.description else []
    ended = job.status is JobStatus.COMPLETED
    lines.append("The job completed." if ended else f"The job ended CANCELED: {job.reason}")
    lines.append(f"It ran {job.epoch} of {job.epochs} epochs.")
    return "\n".join(lines)


def _inside(job: Job, plan: TrainingPlan) -> str:
    parameters = training_kind(plan.kind).contents(plan).parameters
    arrays = sum(name.endswith(".npy") for name in plan.payloads)
    text = _INSIDE.format(parameters=parameters, arrays=arrays)
    if job.traceback:
        text += "\n- the error with its traceback (failure.json, traceback.txt)"
    if job.replay_of:
        text += f"\n- the verdict on this replay of job {job.replay_of} (verdict.json)"
    return text


_INSIDE = """\
What is inside
--------------
- the model: its architecture and {parameters} parameters as they were before the training
  (payloads/*.keras), and the same as live objects of Python's (payloads/*.graph, *.buffer)
- all training data: {arrays} arrays (payloads/*.npy)
- how it was trained: epochs, batch size, seed, arguments of fit (plan.json)
- what came out: status, metrics of every epoch, timeline (job.json, metrics.json, timeline.json)
- where it ran: versions of Python and of all installed packages, platform, CPU, GPUs, thread
  settings (environment.json)
- what the training printed (log.txt)"""

_CODE = """\
It holds code
-------------
The model or the training uses code of its author's: layers, functions, callbacks (payloads/*.pkl
and *.graph, which are Python pickles; *.graph has its source, too). Whoever replays it runs that
code with all of their own rights. AIbro does so only for those who say that they trust the report.
Never unpickle these files yourself."""

_NO_CODE = """\
It holds no code
----------------
The model and the training use nothing but Keras's own parts. A replay loads them in Keras's safe
mode, and leaves payloads/*.graph alone, which is a Python pickle. Never unpickle it yourself."""

_NOT_INSIDE = """\
What is not inside
------------------
No environment variables other than the thread settings, no folders of the machine it ran on. The
log, the traceback and the error's message are as they were printed, only that the home folder is
written as ~ in log and traceback; code names the files it came from. Look through them before you
pass the report on."""

_HOW_TO = """\
How to replay it
----------------
In JupyterLab with the extension jupyterlab-aibro, drop the file on the AIbro panel and choose
Replay. Or in Python:

    import aibro
    aibro.Job.import_report("aibro-report-{job_id}.zip")
    aibro.Job.replay_job("{job_id}")               # trust=True lets code of the report run

manifest.json lists every file with its size and SHA-256."""
