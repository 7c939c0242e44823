"""What the tests write into machines.toml."""

from __future__ import annotations

from pathlib import Path

SPOT = """\
[[machine]]
id = "gpu.l4"
engine = "ray"
address = "ray://head:10001"
cpus = 8
gpus = 1
memory = "16 GiB"
labels = { zone = "a", "ray.io/accelerator-type" = "L4" }
price_per_hour = 0.35
pip = ["keras==3.13", "jax"]
capacity = 4
transfer = "s3://bucket/aibro"
"""
ON_DEMAND = """\
[[machine]]
id = "gpu.l4.od"
engine = "ray"
address = "auto"
cpus = 8
image = "docker.io/user/train:1"
"""


def describe(home: Path, text: str) -> None:
    """Write the file."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "machines.toml").write_text(text, encoding="utf-8")
