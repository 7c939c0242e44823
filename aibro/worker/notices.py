"""Passes on what a training logs and warns of, so that the notebook's own set-up decides on it."""

from __future__ import annotations

import contextlib
import logging
import warnings
from collections.abc import Callable, Iterator
from typing import Any, TextIO

from aibro.trainings.log_only import log_only

Notice = Callable[[str, dict[str, Any]], None]
"""Takes in a notice: ``log`` or ``warning``, and what it says."""


@contextlib.contextmanager
def noticing(notice: Notice) -> Iterator[None]:
    """Inside the block, records of loggers and warnings go to ``notice`` and to the log.

    Args:
        notice: takes them in.
    """
    handler = _Handler(notice)
    show = warnings.showwarning

    def show_and_pass_on(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        with log_only():
            show(message, category, filename, lineno, file, line)
        kind = f"{category.__module__}:{category.__qualname__}"
        place = {"category": kind, "filename": filename, "lineno": lineno}
        notice("warning", {"message": str(message), **place})

    logging.root.addHandler(handler)
    warnings.showwarning = show_and_pass_on
    try:
        yield
    finally:
        warnings.showwarning = show
        logging.root.removeHandler(handler)


class _Handler(logging.Handler):
    def __init__(self, notice: Notice) -> None:
        super().__init__()
        self._notice = notice
        self._to_log = logging.StreamHandler()
        self._to_log.setFormatter(logging.Formatter(logging.BASIC_FORMAT))

    def emit(self, record: logging.LogRecord) -> None:
        with log_only():
            self._to_log.emit(record)
        exception = self._to_log.format(record).partition("\n")[2] if record.exc_info else None
        self._notice(
            "log",
            {
                "name": record.name,
                "levelno": record.levelno,
                "levelname": record.levelname,
                "msg": record.getMessage(),
                "pathname": record.pathname,
                "filename": record.filename,
                "lineno": record.lineno,
                "funcName": record.funcName,
                "created": record.created,
                "exc_text": exception,
            },
        )
