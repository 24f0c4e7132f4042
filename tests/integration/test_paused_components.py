"""The supervisor over processes that live and do not answer: told, waited for, then ended."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from pathlib import Path

from operations.supervisor import Stack, State, read_status, status_path, told
from tests.integration.conftest import free_ports
from tests.integration.test_supervisor import QUICK, eventually, kill, pid_of, server


def test_what_is_paused_is_told_and_goes_on_without_a_restart(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    with Stack(tmp_path, [server("one", port)]) as stack:
        stack.start(within_seconds=30)
        pid = pid_of(stack, "one")
        os.kill(pid, signal.SIGSTOP)
        eventually(lambda: not stack.status().all_ready)
        assert "paused by a signal" in stack.status().component("one").detail
        os.kill(pid, signal.SIGCONT)
        eventually(lambda: stack.status().all_ready)
        status = stack.status()
    found = status.component("one")
    assert (found.pid, found.restarts, found.detail) == (pid, 0, "")
    (incident,) = found.incidents
    assert incident.back_after_seconds is not None
    (sentence,) = told(status)
    assert "one: paused by a signal (SIGCONT lets it go on); ready again" in sentence


def test_what_stays_silent_is_ended_and_started_again(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    component = replace(server("one", port), hung_after_seconds=2.0)
    with Stack(tmp_path, [component], back_off=QUICK) as stack:
        stack.start(within_seconds=30)
        pid = pid_of(stack, "one")
        os.kill(pid, signal.SIGSTOP)
        eventually(lambda: stack.status().component("one").restarts == 1)
        eventually(lambda: stack.status().all_ready)
        found = stack.status().component("one")
    assert found.pid != pid
    assert found.last_exit is not None
    assert found.last_exit.startswith("no answer for ")
    assert len(found.incidents) == 1


def test_the_status_file_still_tells_of_a_death_after_the_end(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    with Stack(tmp_path, [server("one", port)], back_off=QUICK) as stack:
        stack.start(within_seconds=30)
        kill(stack, "one")
    written = read_status(status_path(tmp_path))
    assert written is not None
    assert written.component("one").state is State.STOPPED
    (sentence,) = told(written)
    assert "one: killed by signal 9 (SIGKILL); ready again" in sentence
