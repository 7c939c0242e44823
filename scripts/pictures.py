"""Reduce the size of the documentation's screenshots, and make animations of its films.

A screenshot keeps its size, with 256 colours. A film is a folder of timed pictures and a list of
chapters. Each chapter says how long it takes in the animation, so slow parts are played faster.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

Pixels = np.ndarray[Any, np.dtype[np.uint8]]

FRAMES_PER_S = 10
COLOURS = 256
SAMPLES = 12
"""The number of frames that the colours of a film are taken from."""


def shrink_picture(source: Path, target: Path) -> None:
    """Write a picture with its own palette."""
    _reduced(Image.fromarray(_pixels(source))).save(target, optimize=True)


def animate(film: Path, target: Path) -> None:
    """Write a film as a GIF, which can be shown wherever pictures can."""
    shots = list(_shots(film))
    palette = _palette([file for file, _ in shots])
    first, *others = (_painted(_pixels(file), palette) for file, _ in shots)
    durations = [round(1000 * seconds) for _, seconds in shots]
    first.save(target, save_all=True, append_images=others, duration=durations, loop=0)


def _shots(film: Path) -> Iterator[tuple[Path, float]]:
    """Yield the pictures that are visible, each with its duration in seconds."""
    told = json.loads((film / "film.json").read_text("utf-8"))
    filmed = [chapter["time"] for chapter in told["chapters"]]
    played = [0.0, *accumulate(chapter["seconds"] for chapter in told["chapters"][:-1])]
    # Keep the last picture before each frame of the animation; the files may be in another order.
    frames = sorted(told["frames"], key=lambda frame: float(frame["time"]))
    ticks = np.interp([frame["time"] for frame in frames], filmed, played) * FRAMES_PER_S
    seen = {int(tick): frame["file"] for tick, frame in zip(ticks, frames, strict=True)}
    for tick, end in pairwise([*seen, round(played[-1] * FRAMES_PER_S) + 1]):
        yield film / seen[tick], (end - tick) / FRAMES_PER_S


def _pixels(file: Path) -> Pixels:
    with Image.open(file) as picture:
        return np.asarray(picture.convert("RGB"))


def _reduced(picture: Image.Image) -> Image.Image:
    return picture.quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)


def _palette(files: list[Path]) -> Pixels:
    """Return one palette for the whole film, so that still parts do not flicker."""
    samples = [_pixels(file) for file in files[:: max(1, len(files) // SAMPLES)]]
    colours = _reduced(Image.fromarray(np.concatenate(samples))).getpalette() or []
    return np.array(colours, np.uint8).reshape(-1, 3)


def _painted(pixels: Pixels, palette: Pixels) -> Image.Image:
    """Convert a frame to the palette's exactly nearest colours; Pillow only approximates them."""
    packed = pixels.astype(np.int64) @ np.array([1 << 16, 1 << 8, 1])
    codes, where = np.unique(packed, return_inverse=True)
    colours = np.stack([codes >> 16, codes >> 8 & 255, codes & 255], axis=1)
    distances = ((colours[:, None] - palette.astype(np.int64)) ** 2).sum(axis=2)
    nearest = distances.argmin(axis=1).astype(np.uint8)
    frame = Image.fromarray(nearest[where].reshape(packed.shape))
    frame.putpalette(palette.tobytes())
    return frame


def main(source: Path, target: Path) -> None:
    """Convert everything in a folder, and print the sizes."""
    target.mkdir(parents=True, exist_ok=True)
    for found in sorted(source.iterdir()):
        made = target / f"{found.stem}{'.gif' if found.is_dir() else '.png'}"
        (animate if found.is_dir() else shrink_picture)(found, made)
        print(f"{made.name:<20} {made.stat().st_size / 1000:>8.0f} kB")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
