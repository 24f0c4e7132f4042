"""Every setting of every component, its value and where that comes from, secrets masked.

What a component reads is found where it reads it: in the settings that its `__main__` constructs.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from pydantic import SecretStr
from pydantic_core import PydanticUndefined
from pydantic_settings import BaseSettings

from domain.errors import ConfigurationError
from operations.artifacts import ArtifactStore, cache_directory
from operations.components import Profile, catalogue
from operations.java import Java, find_java
from operations.registry import registry_url
from operations.settings import StackSettings
from operations.supervisor import Component

MASK = "********"
_SECRET = re.compile(r"(SECRET|PASSWORD|TOKEN|CREDENTIALS?|(^|_)KEY)(_|$)", re.IGNORECASE)
_USER_INFO = re.compile(r"(\w://)[^/@\s]+@")
# What every process is started with, and nobody sets: how Python and its libraries behave.
_PLUMBING = frozenset({"PYTHONPATH", "PYTHONUNBUFFERED", "OMP_NUM_THREADS", "MALLOC_ARENA_MAX"})


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as it will be at the next start."""

    value: str
    origin: str
    """"stack" (follows from the options), "environment" (a person's variable) or "default"."""


def effective_settings(settings: StackSettings) -> dict[str, dict[str, Setting]]:
    """Return the settings of the stack and of each of its components, by name of the variable."""
    found = {"stack": _of_stack(settings)}
    for profile in Profile:
        parts = catalogue(settings, artifacts=_Unverified(), java=_java_or_none(), profile=profile)
        for part in parts:
            if isinstance(part, Component):
                found.setdefault(part.name, dict(sorted(_of_component(part))))
    return found


def masked(name: str, value: str) -> str:
    """Return a value, or the mask where its name or its form says that it is a secret.

    >>> masked("KAFKA_PASSWORD", "x"), masked("PROXY_URL", "http://me:x@host/")
    ('********', 'http://********@host/')
    """
    if value and _SECRET.search(name):
        return MASK
    return _USER_INFO.sub(rf"\1{MASK}@", value)


def settings_read_by(module: str) -> list[type[BaseSettings]]:
    """Return the settings that a module constructs when it is run."""
    main = find_spec(f"{module}.__main__") if _is_package(module) else find_spec(module)
    if main is None or main.origin is None:
        return []
    tree = ast.parse(Path(main.origin).read_text(encoding="utf-8"))
    called = {
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    named = {name for name in called if name.endswith("Settings")}
    return [_settings_class(name, tree, main.name) for name in sorted(named)]


class _Unverified(ArtifactStore):
    """Says where the files of the lock are, or will be; fetches and checks none."""

    def paths(self, set_name: str) -> tuple[Path, ...]:
        return tuple(self._repository / each.relative_path for each in self._sets[set_name])

    def registry_home(self) -> Path:
        return self._directory


def _of_stack(settings: StackSettings) -> dict[str, Setting]:
    java = _java_or_none()
    chosen = "environment" if os.environ.get("JAVA_HOME") else "stack"
    keys = settings.keys
    return {
        "data_dir": Setting(str(settings.data_dir), "stack"),
        "port_base": Setting(str(settings.port_base), "stack"),
        "api_url": Setting(settings.api_url, "stack"),
        "kafka_bootstrap_servers": Setting(settings.bootstrap_servers, "stack"),
        "registry_url": Setting(registry_url(settings.port("registry")), "stack"),
        "lake_uri": Setting(str(settings.lake), "stack"),
        "artifact_cache": Setting(str(cache_directory()), "stack"),
        "java": Setting(str(java.executable), chosen),
        "owner_key": Setting(_kept_in(keys / "api_keys.json"), "stack"),
        "webhook_secrets": Setting(_kept_in(keys / "webhook_endpoints.json"), "stack"),
        **_from_environment("NOVA_API_KEY", "NOVA_DATA_DIR", "NOVA_CACHE_DIR"),
    }


def _kept_in(file: Path) -> str:
    return f"{MASK} (in {file})" if file.exists() else "none yet: made at the first start"


def _from_environment(*names: str) -> dict[str, Setting]:
    held = {name: os.environ[name] for name in names if os.environ.get(name)}
    return {name: Setting(masked(name, value), "environment") for name, value in held.items()}


def _of_component(component: Component) -> Iterator[tuple[str, Setting]]:
    given = component.env
    if component.ports:
        yield "listens on", Setting(", ".join(map(str, component.ports)), "stack")
    for name, value in given.items():
        if name not in _PLUMBING:
            yield name, Setting(masked(name, value), "stack")
    if "-m" not in component.argv:
        return
    module = component.argv[component.argv.index("-m") + 1]
    for settings in settings_read_by(module):
        yield from _fields(settings, given)


def _fields(
    settings: type[BaseSettings], given: Mapping[str, str]
) -> Iterator[tuple[str, Setting]]:
    prefix = settings.model_config.get("env_prefix", "")
    for name, field in settings.model_fields.items():
        variable = str(field.validation_alias or f"{prefix}{name}").upper()
        is_secret = field.annotation is SecretStr
        origin, value = "default", _in_words(field.default)
        for source, held in (("environment", os.environ), ("stack", given)):
            if variable in held:
                origin, value = source, held[variable]
        yield variable, Setting(MASK if is_secret and value else masked(variable, value), origin)


def _in_words(default: object) -> str:
    if default is PydanticUndefined:
        return "required, and not set"
    if isinstance(default, frozenset):
        return ", ".join(sorted(default))
    return "none" if default is None else str(default)


def _settings_class(name: str, tree: ast.Module, module: str) -> type[BaseSettings]:
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and name in {each.name for each in node.names}:
            module = node.module or module
    found: type[BaseSettings] = getattr(import_module(module), name)
    return found


def _is_package(module: str) -> bool:
    spec = find_spec(module)
    return spec is not None and spec.submodule_search_locations is not None


def _java_or_none() -> Java:
    try:
        return find_java()
    except ConfigurationError:
        return Java(Path("none found"), 0)
