"""What a terminal would show of a line in the end."""

from __future__ import annotations

import pytest

from aibro.server.logs.screen import on_screen, style_after, without_styles


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("plain, é 😀\ttab", "plain, é 😀\ttab"),
        ("line of Windows\r", "line of Windows"),
        ("1/9\r2/9\r3/9", "3/9"),
        ("long state\rshort", "shortstate"),
        ("long state\rshort\x1b[K", "short"),
        ("long state\r\x1b[2Kshort", "short"),
        ("12%\b\b\b34%", "34%"),
        ("1/2 ===\b\b\b\b\b\b\b\r2/2 ====", "2/2 ===="),
        ("too far\b\b\b\b\b\b\b\b\b\b!", "!oo far"),
        ("ab\x1b[3Ccd", "ab   cd"),
        ("abcd\x1b[2D__", "ab__"),
        ("abcd\x1b[2G_", "a_cd"),
        ("\x1b]0;title\x07\x1b]8;;http://x\x1b\\link\x1b[?25l", "link"),
        ("\x00bell\x07", "bell"),
        ("half a sequence \x1b", "half a sequence "),
        ("\x1b[31mred\x1b[0m", "\x1b[31mred\x1b[0m"),
        ("\x1b[31mred\rb", "\x1b[31mbed\x1b[0m"),
        ("\x1b[31mred\x1b[0m\rb", "b\x1b[31med\x1b[0m"),
        ("far\x1b[999999999Gaway", "far" + " " * 9997 + "away"),
    ],
)
def test_a_line_is_as_it_was_drawn_last(written: str, seen: str) -> None:
    assert on_screen(written) == seen


def test_a_bar_that_was_drawn_a_thousand_times_shows_its_end() -> None:
    bar = "".join(
        f"\r\x1b[1m{step}/1000\x1b[0m \x1b[32m{'━' * (step // 50)}\x1b[0m" for step in range(1001)
    )
    assert without_styles(on_screen(bar)) == "1000/1000 " + "━" * 20


def test_a_colour_lasts_until_it_is_taken_back() -> None:
    red, bold, back = "\x1b[31m", "\x1b[1m", "\x1b[0m"
    assert style_after(f"{red}a{bold}b") == red + bold
    assert style_after("more", red) == red
    assert style_after(f"a{back}b", red) == ""
    assert style_after(f"\x1b[ma{bold}", red) == bold
    assert style_after("\x1b[0;32m", red) == "\x1b[0;32m"
    assert style_after("\x1b[38;5;0m") == "\x1b[38;5;0m"


def test_colours_that_are_never_taken_back_do_not_pile_up() -> None:
    codes = "".join(f"\x1b[3{n % 8}m" for n in range(10_000))
    assert len(style_after(codes)) < 200
    assert style_after(codes).endswith("\x1b[37m")
