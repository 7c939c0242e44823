"""Everything AIbro raises on purpose.

::

    AibroError
    ├── BadInput (ValueError)            a wrong argument; names the field
    │   ├── BadModel                     a model that cannot be sent or trained
    │   ├── BadData                      arrays that cannot be trained on
    │   ├── BadFolder                    a folder that cannot be saved into
    │   ├── BadReport                    a file that is no whole report
    │   │   └── ReportTooNew             written by a newer AIbro
    │   └── UnknownMachine               no such machine id
    ├── NotFound (LookupError)
    │   ├── JobNotFound
    │   └── InstanceNotFound
    ├── Conflict                         right request, wrong moment
    │   ├── JobNotRecorded
    │   ├── JobNotEnded
    │   ├── JobEnded
    │   ├── JobExists                    a report's job is here already
    │   ├── CannotReplay                 nothing here can run the recording
    │   ├── NotTrusted                   a foreign recording's code waits for the user's word
    │   └── InstanceNotCooling
    ├── MissingExtra                     a part of AIbro that is not installed
    ├── JobCanceled (RuntimeError)       the job ended CANCELED; carries the remote traceback
    ├── StoreError (RuntimeError)
    │   ├── StoreTooNew                  written by a newer AIbro
    │   ├── StoreGone                    deleted or replaced while it was open
    │   └── DiskFull (OSError)
    └── IllegalTransition                a bug: a status that may not follow
"""

from __future__ import annotations

import errno


class AibroError(Exception):
    """Base of all; ``str()`` says what was wrong and what to do."""

    http_status = 500
    field: str | None = None

    @property
    def message(self) -> str:
        """The sentence for people."""
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
    """A file that is no whole report; nothing of it was imported."""


class ReportTooNew(BadReport):
    """A report that a newer AIbro wrote."""


class UnknownMachine(BadInput):
    """No machine of that id."""


class NotFound(AibroError, LookupError):
    """Nothing of that id."""

    http_status = 404


class JobNotFound(NotFound):
    """No job of that id."""


class InstanceNotFound(NotFound):
    """No instance of that id."""


class Conflict(AibroError):
    """A right request at the wrong moment."""

    http_status = 409


class JobNotRecorded(Conflict):
    """The job cannot be replayed."""


class JobNotEnded(Conflict):
    """The job has to end first."""


class JobEnded(Conflict):
    """The job is over already."""


class InstanceNotCooling(Conflict):
    """Only a cooling instance can be extended or closed by hand."""


class JobExists(Conflict):
    """The job of a report is here already."""


class CannotReplay(Conflict):
    """Nothing here can run the recording, or not from that epoch on."""


class NotTrusted(Conflict):
    """A foreign recording's code does not run until the user says that they trust it."""

    http_status = 403


class MissingExtra(AibroError):
    """A part of AIbro that is not installed; says how to."""

    http_status = 501


class JobCanceled(AibroError, RuntimeError):
    """The job ended CANCELED.

    Args:
        job_id: the job.
        reason: why, in words.
        remote_traceback: the worker's traceback when training raised.
    """

    http_status = 409

    def __init__(self, job_id: str, reason: str, remote_traceback: str | None = None) -> None:
        self.job_id = job_id
        self.reason = reason
        self.remote_traceback = remote_traceback
        text = f"Job {job_id} was canceled: {reason}"
        if remote_traceback:
            text += f"\n\nTraceback from the instance:\n{remote_traceback}"
        super().__init__(text)


class StoreError(AibroError, RuntimeError):
    """The state folder cannot be used."""

    http_status = 503


class StoreTooNew(StoreError):
    """The store was written by a newer AIbro."""


class StoreGone(StoreError):
    """The store was deleted, or replaced by another one, while it was open."""


class DiskFull(StoreError, OSError):
    """No space is left; what was being written is gone, everything else is untouched."""

    http_status = 507

    def __init__(self, what: str) -> None:
        super().__init__(
            f"No space is left on the disk while writing {what}. Free some space and try again."
        )
        self.errno = errno.ENOSPC


class IllegalTransition(AibroError):
    """A status that may not follow; always a bug in AIbro."""
