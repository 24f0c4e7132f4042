"""Settings in, a running stack out: in this process, or in one that stays when this one ends."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import psutil
from rich.console import Console

from domain.errors import ConfigurationError, PlatformError
from operations.artifacts import ArtifactStore
from operations.components import Profile, catalogue
from operations.fetching import fetch
from operations.java import Java, find_java
from operations.keys import ensure_owner_key, ensure_webhook_endpoints, one_time_link
from operations.settings import StackSettings, typed
from operations.supervisor import (
    OnProgress,
    Progress,
    Stack,
    StackStatus,
    State,
    read_status,
    status_path,
)

_POLL_SECONDS = 0.1
_DETACHED_WITHIN_SECONDS = 360.0
_DOWN_WITHIN_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Access:
    """How a person gets in; each is shown once."""

    console_link: str
    new_owner_key: str | None


@dataclass(frozen=True, slots=True)
class Tools:
    """What the machine must offer, looked up once."""

    java: Java
    artifacts: ArtifactStore

    @classmethod
    def found(cls) -> Tools:
        """Find Java and verify every artifact, fetching what is missing.

        Raises:
            ConfigurationError: there is no Java that will do, or an artifact is not as locked.
            TransientError: an artifact could not be fetched.
        """
        java, artifacts = find_java(), ArtifactStore()
        fetch(artifacts, Console(stderr=True))
        return cls(java, artifacts)


def prepare_access(settings: StackSettings, profile: Profile) -> Access:
    """Make the keys, the webhook endpoints and a one-time link for this start."""
    key = ensure_owner_key(settings)
    ensure_webhook_endpoints(settings, with_receiver=profile is Profile.DEMO)
    return Access(one_time_link(settings), key)


def build_stack(settings: StackSettings, tools: Tools, profile: Profile) -> Stack:
    """Return the whole platform as a stack, not started yet."""
    parts = catalogue(settings, artifacts=tools.artifacts, java=tools.java, profile=profile)
    return Stack(settings.data_dir, parts)


@contextmanager
def until_interrupted() -> Iterator[threading.Event]:
    """Give an event that Ctrl-C and SIGTERM set, instead of ending this process at once."""
    ended = threading.Event()

    def note(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
        ended.set()

    handled = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, note) for number in handled}
    try:
        yield ended
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def start_detached(settings: StackSettings, on_progress: OnProgress) -> StackStatus:
    """Start a supervisor that outlives this process; return when everything is ready.

    Raises:
        PlatformError: it is not, with the supervisor's reason.
    """
    log = settings.data_dir / "logs" / "supervisor.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        child = subprocess.Popen(
            [sys.executable, "-m", "operations.daemon",
             str(settings.data_dir), str(settings.port_base)],
            cwd=settings.root, stdin=subprocess.DEVNULL, stdout=output,
            stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    try:
        return _ready_status(settings, child, log, on_progress)
    except KeyboardInterrupt:
        child.terminate()
        child.wait()
        raise


def supervisor_of(data_dir: Path) -> tuple[StackStatus | None, psutil.Process | None]:
    """Return the last status written in a data directory, and its supervisor if that is alive."""
    status = read_status(status_path(data_dir))
    if status is None:
        return None, None
    try:
        process = psutil.Process(status.pid)
        alive = abs(process.create_time() - status.started_at) < 1 and (
            process.status() != psutil.STATUS_ZOMBIE
        )
    except psutil.Error:
        return status, None
    return status, process if alive else None


def require_not_running(data_dir: Path) -> None:
    """Check that no supervisor has this data directory, before anything in it is touched.

    Raises:
        ConfigurationError: one has.
    """
    _, process = supervisor_of(data_dir)
    if process is not None:
        msg = (
            f"a stack runs in {data_dir} already (pid {process.pid}): "
            f"see `{typed('status', data_dir)}`, end it with `{typed('down', data_dir)}`"
        )
        raise ConfigurationError(msg)


def stop_running(data_dir: Path, on_wait: Callable[[int], None]) -> bool:
    """Ask the supervisor of a data directory to end; return whether there was one.

    Raises:
        PlatformError: it did not end in time.
    """
    _, process = supervisor_of(data_dir)
    if process is None:
        return False
    on_wait(process.pid)
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(_DOWN_WITHIN_SECONDS)
    except psutil.TimeoutExpired as error:
        msg = f"the supervisor (pid {process.pid}) still runs after {_DOWN_WITHIN_SECONDS:g} s"
        raise PlatformError(msg) from error
    return True


def _status_of(settings: StackSettings, pid: int) -> StackStatus | None:
    status = read_status(status_path(settings.data_dir))
    return status if status is not None and status.pid == pid else None


def _ready_status(
    settings: StackSettings, child: subprocess.Popen[bytes], log: Path, on_progress: OnProgress
) -> StackStatus:
    deadline = time.monotonic() + _DETACHED_WITHIN_SECONDS
    before: Progress | None = None
    while time.monotonic() < deadline:
        status = _status_of(settings, child.pid)
        if status is not None:
            on_progress(status)
            if before != (before := status.progress):
                deadline = time.monotonic() + _DETACHED_WITHIN_SECONDS
            if status.state is State.READY:
                return status
        if child.poll() is not None:
            raise PlatformError(log.read_text(encoding="utf-8", errors="replace").strip())
        time.sleep(_POLL_SECONDS)
    patience = f"{_DETACHED_WITHIN_SECONDS:g} s"
    look = typed("status", settings.data_dir)
    msg = f"not ready, and no change for {patience}: see `{look}` and {log}"
    raise PlatformError(msg)
