"""Where a stack lives: its data directory, its ports, its environments."""

from __future__ import annotations

import os
import shlex
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from domain.errors import ConfigurationError

ROOT = Path(__file__).resolve().parents[1]
DEFAULT_PORT_BASE = 8000
# The API at the base, the rest above it; appended to, never reordered: people remember ports.
_OFFSETS = (
    "api", "broker", "broker-controller", "registry", "cleaning", "stock", "pooling",
    "lakehouse", "live-view", "webhooks", "api-telemetry", "clock", "webhook-receiver",
    "schedule", "monitor", "uploads",
)  # fmt: skip
PORTS = len(_OFFSETS)
_HIGHEST_PORT_BASE = 65535 - PORTS


@dataclass(frozen=True, slots=True)
class StackSettings:
    """One stack: what `--data-dir` and `--port-base` say, and what follows from them."""

    data_dir: Path
    port_base: int = DEFAULT_PORT_BASE
    root: Path = ROOT

    def __post_init__(self) -> None:
        """Check the port base.

        Raises:
            ConfigurationError: some port would be out of range.
        """
        if not 1024 <= self.port_base <= _HIGHEST_PORT_BASE:
            msg = f"--port-base must be between 1024 and {_HIGHEST_PORT_BASE}: {self.port_base}"
            raise ConfigurationError(msg)

    def port(self, name: str) -> int:
        """Return the port of one listener."""
        return self.port_base + _OFFSETS.index(name)

    @property
    def bootstrap_servers(self) -> str:
        """Where the broker is."""
        return f"127.0.0.1:{self.port('broker')}"

    @property
    def api_url(self) -> str:
        """Where the API and the console are."""
        return f"http://127.0.0.1:{self.port('api')}"

    @property
    def listeners(self) -> tuple[str, ...]:
        """The names that `port` knows."""
        return _OFFSETS

    @property
    def lake(self) -> Path:
        """The root of bronze, silver and gold."""
        return self.data_dir / "lake"

    @property
    def keys(self) -> Path:
        """What access is checked against."""
        return self.data_dir / "keys"

    def state(self, component: str) -> Path:
        """Return the folder that one component may write to."""
        return self.data_dir / "components" / component

    def python(self, environment: str) -> Path:
        """Return the interpreter of the environment `main` or `flink`."""
        return self.root / ".nova" / "environments" / environment / "bin" / "python"


def typed(command: str, data_dir: Path) -> str:
    """Return what a person types here to run a command on a data directory."""
    folder = data_dir.resolve()
    if folder == default_data_dir().resolve():
        return f"./nova {command}"
    with suppress(ValueError):
        folder = folder.relative_to(Path.cwd())
    return f"./nova {command} --data-dir {shlex.quote(str(folder))}"


def default_data_dir() -> Path:
    """Return NOVA_DATA_DIR, or else the folder inside the tree that git ignores."""
    chosen = os.environ.get("NOVA_DATA_DIR")
    return Path(chosen) if chosen else ROOT / ".nova" / "data"
