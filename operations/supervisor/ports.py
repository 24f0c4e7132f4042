"""Is a port free, and if not, who has it?"""

from __future__ import annotations

import socket
from collections.abc import Iterable

import psutil

from domain.errors import ConfigurationError


def require_free(ports: Iterable[int]) -> None:
    """Check that every port can be bound on loopback.

    Raises:
        ConfigurationError: one is taken; the message names its owner.
    """
    for port in ports:
        if not is_free(port):
            msg = (
                f"port {port} is taken by {owner_of(port)}: "
                "end that process, or choose other ports with --port-base"
            )
            raise ConfigurationError(msg)


def is_free(port: int) -> bool:
    """Whether a server could listen on this port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def owner_of(port: int) -> str:
    """Name the process that listens on a port, as far as this user may see it."""
    try:
        connections = psutil.net_connections("tcp")
    except psutil.Error:
        connections = []
    for connection in connections:
        if connection.laddr and connection.laddr.port == port and connection.pid:
            return _named(connection.pid)
    return "a process that this user may not see"


def _named(pid: int) -> str:
    try:
        command = " ".join(psutil.Process(pid).cmdline())
    except psutil.Error:
        return f"pid {pid}"
    return f"pid {pid} ({command[:120]})"
