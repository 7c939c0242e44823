"""The exceptions that AIbro raises on purpose.

::

    AibroError
    ├── BadInput (ValueError)            a wrong argument; names the field
    │   ├── BadModel                     a model that cannot be sent or trained
    │   ├── BadData                      arrays that cannot be trained on
    │   ├── BadFolder                    a folder that cannot be saved into
    │   ├── BadReport                    a file that is not a complete report
    │   │   └── ReportTooNew             written by a newer AIbro
    │   └── UnknownMachine               no such machine id
    ├── NotFound (LookupError)
    │   ├── JobNotFound
    │   └── InstanceNotFound
    ├── Conflict                         a valid request at the wrong time
    │   ├── JobNotRecorded
    │   ├── JobNotEnded
    │   ├── JobEnded
    │   ├── JobExists                    the job in a report exists here already
    │   ├── CannotReplay                 the recording cannot be replayed here
    │   ├── NotTrusted                   a foreign recording's code that the user does not trust yet
    │   └── InstanceNotCooling
    ├── MissingExtra                     a part of AIbro that is not installed
    ├── NotAsSent                        what arrived on the instance is not what was sent
    ├── JobCanceled (RuntimeError)       the job ended CANCELED; carries the remote traceback
    ├── StoreError (RuntimeError)
    │   ├── StoreTooNew                  written by a newer AIbro
    │   ├── StoreGone                    deleted or replaced while it was open
    │   └── DiskFull (OSError)
    └── IllegalTransition                a bug: a status that may not follow the current one
"""

from __future__ import annotations

import errno


class AibroError(Exception):
    """Base class of AIbro's exceptions; ``str()`` says what was wrong and what to do.

    Attributes:
        http_status: the status with which the server answers when a request raises it.
        field: the parameter that was wrong, if it was one.
    """

    http_status = 500
    field: str | None = None

    @property
    def message(self) -> str:
        """What was wrong and what to do, in plain words."""
        return str(self.args[0]) if self.args else self.__class__.__name__


class BadInput(AibroError, ValueError):
    """A wrong argument.

    Args:
        message: what is wrong and what to do.
        field: the parameter's name.
    """

    http_status = 400

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class BadModel(BadInput):
    """A model that cannot be sent or trained."""


class BadData(BadInput):
    """Arrays that cannot be trained on."""


class BadFolder(BadInput):
    """A folder that cannot be saved into."""


class BadReport(BadInput):
    """A file that is not a complete report; nothing was imported."""


class ReportTooNew(BadReport):
    """A report that was written by a newer AIbro."""


class UnknownMachine(BadInput):
    """There is no machine with that id."""


class NotFound(AibroError, LookupError):
    """There is nothing with that id."""

    http_status = 404


class JobNotFound(NotFound):
    """There is no job with that id."""


class InstanceNotFound(NotFound):
    """There is no instance with that id."""


class Conflict(AibroError):
    """A valid request that does not fit the current state of the job or instance."""

    http_status = 409


class JobNotRecorded(Conflict):
    """The job was not recorded, so it cannot be replayed."""


class JobNotEnded(Conflict):
    """The job has not ended yet."""


class JobEnded(Conflict):
    """The job has ended already."""


class InstanceNotCooling(Conflict):
    """Only a cooling instance can be extended or closed by hand."""


class JobExists(Conflict):
    """The job in a report exists here already."""


class CannotReplay(Conflict):
    """The recording cannot be replayed here, or not from the requested epoch on."""


class NotTrusted(Conflict):
    """The recording came in a report; its code only runs after the user has said to trust it."""

    http_status = 403


class MissingExtra(AibroError):
    """An optional part of AIbro is not installed; the message says how to install it."""

    http_status = 501


class JobCanceled(AibroError):
    """The job ended CANCELED.

    Args:
        job_id: the job.
        reason: why it was canceled, in plain words.
        remote_traceback: the worker's traceback, if the training raised an exception.
    """

    http_status = 409

    def __init__(self, job_id: str, reason: str, remote_traceback: str | None = None) -> None:
        self.job_id = job_id
        self.reason = reason
        self.remote_traceback = remote_traceback
        self._text = f"Job {job_id} was canceled: {reason}"
        if remote_traceback:
            self._text += f"\n\nTraceback from the instance:\n{remote_traceback}"
        super().__init__(self._text)

    @property
    def message(self) -> str:
        """Which job was canceled and why, with the worker's traceback."""
        return self._text

    # One that is also of the kind that a training raised has the arguments of that.
    def __str__(self) -> str:
        return self._text


class NotAsSent(AibroError):
    """Something did not arrive on the instance as it was in the notebook, so nothing was trained.

    Args:
        difference: what it is, with both values, as a clause.
    """

    def __init__(self, difference: str) -> None:
        super().__init__(
            f"Nothing was trained, because it would not be what you have: {difference}. "
            "Please report this."
        )


class StoreError(AibroError, RuntimeError):
    """The state folder cannot be used."""

    http_status = 503


class StoreTooNew(StoreError):
    """The store was written by a newer AIbro."""


class StoreGone(StoreError):
    """The store was deleted, or replaced by another one, while it was open."""


class DiskFull(StoreError, OSError):
    """No space is left on the disk. The unfinished file was removed; nothing else has changed.

    Args:
        what: what was being written.
    """

    http_status = 507

    def __init__(self, what: str) -> None:
        super().__init__(
            f"No space is left on the disk while writing {what}. Free some space and try again."
        )
        self.errno = errno.ENOSPC


class IllegalTransition(AibroError):
    """A status that may not follow the current one; always a bug in AIbro."""
