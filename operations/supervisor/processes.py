"""Sessions of processes: start one, see who is in it, end all of it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

import psutil

STACK_MARK = "NOVA_STACK"
"""In the environment of every process of a stack, with its data directory as the value."""
_POLL_SECONDS = 0.05
# Whoever is still there without its leader has nobody to finish anything for.
_ORPHANS_WITHIN_SECONDS = 1.0
_PAGE_MIB = os.sysconf("SC_PAGE_SIZE") / 2**20


def spawn(
    argv: tuple[str, ...], *, env: Mapping[str, str], cwd: Path, log: Path
) -> subprocess.Popen[bytes]:
    """Start a command in a session of its own, its output appended to `log`.

    Where util-linux is there, the kernel also sends it SIGTERM when this thread ends, so even
    a supervisor that is killed leaves no leader behind.
    """
    setpriv = shutil.which("setpriv")
    command = [setpriv, "--pdeathsig", "TERM", *argv] if setpriv else list(argv)
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            env=dict(env),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def keep_small(log: Path, *, most_bytes: int) -> None:
    """Move a log that has grown too long aside; its writers append, so they notice nothing."""
    try:
        if log.stat().st_size > most_bytes:
            shutil.copyfile(log, log.with_suffix(".log.1"))
            os.truncate(log, 0)
    except FileNotFoundError:
        return  # it has not started yet


def sessions() -> dict[int, list[int]]:
    """Return the pids of every session of this machine, by session id."""
    found: dict[int, list[int]] = {}
    for pid in psutil.pids():
        try:
            found.setdefault(os.getsid(pid), []).append(pid)
        except OSError:
            continue  # it ended meanwhile
    return found


def members(session: int) -> list[int]:
    """Return the live pids of one session; zombies do not count."""
    return [pid for pid in sessions().get(session, []) if _alive(pid)]


def rss_mib(pids: Iterable[int]) -> float:
    """Return the resident memory of these processes together."""
    return sum(_rss_pages(pid) for pid in pids) * _PAGE_MIB


def end(pids: Iterable[int], *, within_seconds: float) -> bool:
    """Ask processes to end, then make them; return whether all are gone."""
    waiting = list(pids)
    for signal_number, seconds in ((signal.SIGTERM, within_seconds), (signal.SIGKILL, 5.0)):
        for pid in waiting:
            _send(pid, signal_number)
        waiting = _wait_until_gone(waiting, seconds)
        if not waiting:
            return True
    return False


def end_session(session: int, *, within_seconds: float) -> bool:
    """End everything in a session: its leader first, then whatever that leaves behind."""
    end([session], within_seconds=within_seconds)
    return end(members(session), within_seconds=_ORPHANS_WITHIN_SECONDS)


def marked(value: str, *, name: str = STACK_MARK) -> list[int]:
    """Return the live processes that carry this mark, by default that of a stack."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(name) == value and _alive(process.pid):
                found.append(process.pid)
        except (psutil.Error, OSError):
            continue  # not ours to read, or gone
    return [pid for pid in found if pid != os.getpid()]


def is_paused(pid: int) -> bool:
    """Whether a process has been stopped by SIGSTOP or the like, and waits for SIGCONT."""
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_STOPPED)
    except psutil.Error:
        return False


def _wait_until_gone(pids: Iterable[int], seconds: float) -> list[int]:
    deadline = time.monotonic() + seconds
    waiting = [pid for pid in pids if _alive(pid)]
    while waiting and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)
        waiting = [pid for pid in waiting if _alive(pid)]
    return waiting


def _alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _send(pid: int, signal_number: signal.Signals) -> None:
    try:
        os.kill(pid, signal_number)
    except OSError:
        return  # it ended meanwhile


def _rss_pages(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_bytes().split()[1])
    except (OSError, IndexError):
        return 0
