"""What docs/ray.md shows is what AIbro and Ray take."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from aibro.machine_spec import market_of
from aibro.machines.file import described_machines
from aibro.models import Market
from tests.ray.cluster import ROOT

PAGE = ROOT / "docs" / "ray.md"


@pytest.fixture(autouse=True)
def path_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ray puts packages of its own before those of the environment when it is imported."""
    monkeypatch.setattr(sys, "path", [*sys.path])


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text(), re.DOTALL | re.MULTILINE)


def example(name: str) -> Any:
    found = [block for block in blocks("yaml") if block.startswith(f"# {name}\n")]
    assert len(found) == 1
    return yaml.safe_load(found[0])


def test_the_machines_are_read(tmp_path: Path) -> None:
    (toml,) = blocks("toml")
    (tmp_path / "machines.toml").write_text(toml)
    spot, on_demand = described_machines(tmp_path)
    assert (spot.machine_id, on_demand.machine_id) == ("gpu.l4", "gpu.l4.od")
    assert market_of(spot.machine_id) is Market.SPOT
    assert market_of(on_demand.machine_id) is Market.ON_DEMAND


def test_ray_takes_the_cluster_yaml(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ray.autoscaler._private.util import prepare_config, validate_config

    config = prepare_config(example("aibro-ray-aws.yaml"))
    validate_config(config)
    types = config["available_node_types"]
    assert config["head_node_type"] in types
    labels = {name: kind.get("labels") for name, kind in types.items() if name != "head"}
    assert labels == {
        "l4-spot": {"ray.io/market-type": "spot"},
        "l4-on-demand": {"ray.io/market-type": "on-demand"},
    }


def test_a_mistake_in_the_cluster_yaml_would_be_found() -> None:
    import jsonschema
    from ray.autoscaler._private.util import prepare_config, validate_config

    config = example("aibro-ray-aws.yaml")
    config["available_node_types"]["l4-spot"]["label"] = {}
    with pytest.raises(jsonschema.ValidationError, match="'label' was unexpected"):
        validate_config(prepare_config(config))


@pytest.mark.parametrize("name", ["aibro-ray.yaml", "aibro-ray-aws.yaml"])
def test_the_nodes_hold_the_machines(name: str, tmp_path: Path) -> None:
    (toml,) = blocks("toml")
    (tmp_path / "machines.toml").write_text(toml)
    for machine in described_machines(tmp_path):
        cpus, gpus = node_with(example(name), machine.labels)
        assert machine.cpus <= cpus
        assert machine.gpus <= gpus


def node_with(config: Any, labels: dict[str, str]) -> tuple[float, float]:
    """CPUs and GPUs of the nodes with these labels."""
    if "available_node_types" in config:
        kinds = config["available_node_types"].values()
        (kind,) = [kind for kind in kinds if kind.get("labels") == labels]
        return kind["resources"]["CPU"], kind["resources"]["GPU"]
    (group,) = [group for group in config["spec"]["workerGroupSpecs"] if group["labels"] == labels]
    (container,) = group["template"]["spec"]["containers"]
    limits = container["resources"]["limits"]
    return float(limits["cpu"]), float(limits["nvidia.com/gpu"])


@pytest.mark.parametrize("name", ["aibro-ray.yaml", "aibro-ray-aws.yaml"])
def test_the_cluster_wants_a_token(name: str) -> None:
    config = example(name)
    if "spec" in config:
        assert config["spec"]["authOptions"]["mode"] == "token"
    else:
        assert config["file_mounts"]["~/.ray/auth_token"]
        for commands in ("head_start_ray_commands", "worker_start_ray_commands"):
            assert "RAY_AUTH_MODE=token ray start" in config[commands][-1] or (
                "RAY_AUTH_MODE=token RAY_enable_autoscaler_v2=1 ray start" in config[commands][-1]
            )
