"""What happens in the cell when a training prints, logs or warns: as if it ran there."""

from __future__ import annotations

import logging
import warnings

import pytest

from aibro.kernel.progress import follow
from tests.jobs import Home, ended

FIT = """
import logging, warnings
print("to see")
sys.stderr.write("to heed\\n")
logging.getLogger("mine").error("%s is bad", "luck")
logging.getLogger("mine").debug("nobody wants to know")
warnings.warn("be careful", FutureWarning)
epoch(1, loss=0.5)
"""


def test_it_gets_there_once_and_is_in_the_log_too(
    home: Home, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    job_id = home.job(FIT)
    with pytest.warns(FutureWarning, match="be careful"):
        follow(home.store, job_id)
    printed = capsys.readouterr()
    assert "to see\n" in printed.out
    assert printed.err.startswith("to heed\n")
    records = [each for each in caplog.record_tuples if each[0] == "mine"]
    assert records == [("mine", logging.ERROR, "luck is bad")]
    log = home.store.log_file(job_id).read_text()
    assert "to see\nto heed\nERROR:mine:luck is bad\n" in log
    assert "FutureWarning: be careful" in log
    assert "nobody" not in log


def test_a_notebook_that_wants_no_warning_gets_none(home: Home) -> None:
    job_id = home.job(FIT)
    home.completed(job_id)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("ignore")
        follow(home.store, job_id)
    assert not caught


def test_a_warning_that_is_an_error_here_does_not_end_the_wait(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    job_id = home.job(FIT)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert ended(follow(home.store, job_id))
    assert "FutureWarning: be careful" in capsys.readouterr().err
