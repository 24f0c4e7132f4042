"""The catalogue of components is sound: names, ports, dependencies, modules."""

from __future__ import annotations

from collections import Counter
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml

from operations.artifacts import SETS, Artifact, ArtifactStore, sha256_of
from operations.bench.faults.plan import COMPONENTS
from operations.components import Profile, catalogue
from operations.java import Java
from operations.observability.prometheus import prometheus_config
from operations.settings import StackSettings
from operations.supervisor import Component, Step


@pytest.fixture
def artifacts(tmp_path: Path) -> ArtifactStore:
    """A store whose every set is one small file."""
    small = tmp_path / "small"
    small.write_bytes(b"")
    file = Artifact("org.tower", "part", "1", "", "jar", sha256_of(small))

    def fetch(artifact: Artifact, repository: Path) -> None:
        path = repository / artifact.relative_path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")

    (tmp_path / f"registry-{file.sha256[:16]}").mkdir()
    return ArtifactStore(tmp_path, dict.fromkeys(SETS, (file,)), fetch)


@pytest.fixture(params=list(Profile))
def parts(
    request: pytest.FixtureRequest, tmp_path: Path, artifacts: ArtifactStore
) -> tuple[Component | Step, ...]:
    settings = StackSettings(tmp_path / "data", 9000)
    return catalogue(
        settings, artifacts=artifacts, java=Java(Path("java"), 17), profile=request.param
    )


def components(parts: tuple[Component | Step, ...]) -> list[Component]:
    found = [each for each in parts if isinstance(each, Component)]
    assert len(found) > 5
    return found


def test_no_two_parts_share_a_name_or_a_port(parts: tuple[Component | Step, ...]) -> None:
    names = Counter(each.name for each in parts)
    ports = Counter(port for each in components(parts) for port in each.ports)
    assert {**names, **ports} == dict.fromkeys([*names, *ports], 1)


def test_what_a_part_waits_for_exists(parts: tuple[Component | Step, ...]) -> None:
    names = {each.name for each in parts}
    assert [each.name for each in parts if not set(each.depends_on) <= names] == []


def test_every_python_component_can_be_run(parts: tuple[Component | Step, ...]) -> None:
    modules = [each.argv[2] for each in components(parts) if each.argv[1] == "-m"]
    assert modules
    assert [name for name in modules if not runnable(name)] == []


def runnable(module: str) -> bool:
    spec = find_spec(module)
    if spec is None:
        return False
    return spec.submodule_search_locations is None or find_spec(f"{module}.__main__") is not None


def test_every_component_of_the_demo_is_killed_in_the_rounds_of_faults(
    parts: tuple[Component | Step, ...],
) -> None:
    names = {each.name for each in components(parts)}
    if "webhook-receiver" in names:
        assert names == set(COMPONENTS)


def test_the_api_is_at_the_base_and_all_else_above_it(
    parts: tuple[Component | Step, ...],
) -> None:
    by_name = {each.name: each for each in components(parts)}
    assert by_name["api"].ports == (9000,)
    assert min(port for each in by_name.values() for port in each.ports) == 9000


def test_prometheus_scrapes_every_component_that_tells_of_itself(
    parts: tuple[Component | Step, ...],
) -> None:
    (job,) = yaml.safe_load(prometheus_config(StackSettings(Path("data"), 9000)))["scrape_configs"]
    scraped = {each["labels"]["component"]: each["targets"] for each in job["static_configs"]}
    telling = {
        each.name: [f"127.0.0.1:{each.env['TELEMETRY_PORT']}"]
        for each in components(parts)
        if "TELEMETRY_PORT" in each.env and each.name != "webhook-receiver"  # a part of the demo
    }
    assert len(telling) > 5
    assert {name: scraped.get(name) for name in telling} == telling
