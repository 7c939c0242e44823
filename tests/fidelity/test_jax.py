from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fidelity.outcomes import Outcomes, chosen, names
from tests.jobs import Home


@pytest.fixture(scope="module")
def outcomes(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Outcomes]:
    pytest.importorskip("jax")
    home = Home(tmp_path_factory.mktemp("fidelity") / "home")
    yield Outcomes("jax", home.folder, chosen(request))
    home.end()


@pytest.mark.parametrize("name", names())
def test_aibro_gives_what_fit_gives(outcomes: Outcomes, name: str) -> None:
    outcomes.check(name)
