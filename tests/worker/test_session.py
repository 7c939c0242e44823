"""What a person reads first of a training that failed."""

from __future__ import annotations

import pytest

from aibro.worker.session import reason_of

KERAS = (
    "Exception encountered when calling Sequential.call().\n\n"
    "\x1b[1mInput 0 of layer 'dense' is incompatible: expected axis -1 to be 4\x1b[0m\n\n"
    "Arguments received by Sequential.call():\n  • inputs=tf.Tensor(...)"
)


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("loss is NaN", "ValueError: loss is NaN"),
        ("first\nsecond", "ValueError: first"),
        ("  \n ", "ValueError"),
        (
            KERAS,
            "ValueError: Input 0 of layer 'dense' is incompatible: expected axis -1 to be 4",
        ),
        (
            "Exception encountered when calling X.",
            "ValueError: Exception encountered when calling X.",
        ),
    ],
)
def test_the_reason_is_the_line_that_says_what_is_wrong(message: str, reason: str) -> None:
    assert reason_of("ValueError", message) == reason
