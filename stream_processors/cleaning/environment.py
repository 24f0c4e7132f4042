"""Settings in, a Flink that runs inside this process's own Java process out."""

from __future__ import annotations

import os
import shutil
import sys
import threading
from pathlib import Path

from pyflink.java_gateway import get_gateway
from pyflink.table import EnvironmentSettings, TableEnvironment

from stream_processors.cleaning.settings import CleaningSettings

_ROOT = Path(__file__).resolve().parents[2]
_LOOPBACK = "127.0.0.1"


def table_environment(
    settings: CleaningSettings, *, name: str, rest_port: int, restore: Path | None
) -> TableEnvironment:
    """Return the environment, in the Java process of `start_java`.

    Args:
        settings: how the job runs.
        name: of the job.
        rest_port: a free port on loopback, for Flink's own interface.
        restore: the checkpoint to go on from.
    """
    options = {
        **_runtime(settings, rest_port),
        **_recovery(settings),
        "pipeline.name": name,
        "pipeline.jars": ";".join(path.resolve().as_uri() for path in settings.jars),
        "table.exec.state.ttl": f"{settings.dedupe_days} d",
        "table.local-time-zone": "UTC",
    }
    if restore is not None:
        options["execution.state-recovery.path"] = restore.resolve().as_uri()
    tables = TableEnvironment.create(EnvironmentSettings.in_streaming_mode())
    for option, value in options.items():
        tables.get_config().set(option, value)
    return tables


def start_java(settings: CleaningSettings) -> None:
    """Start the Java process without waiting for it; it takes seconds that others can use.

    It and the Python worker that it starts are told by environment variables.
    """
    os.environ["JVM_ARGS"] = (
        f"-Xmx{settings.heap_mib}m -XX:MaxMetaspaceSize=256m -XX:MaxDirectMemorySize=128m "
        "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:+ExitOnOutOfMemoryError"
    )
    os.environ["LOG4J_PROPERTIES"] = str(Path(__file__).with_name("log4j2.properties"))
    os.environ["PYTHONPATH"] = os.pathsep.join(
        dict.fromkeys([str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    )

    # Otherwise the functions run in threads of this process, which then imports all of Beam
    # while Java waits, and listens on every interface for it.
    os.environ["_python_worker_execution_mode"] = "process"  # noqa: SIM112  (its name)
    threading.Thread(target=get_gateway, name="start-java", daemon=True).start()


def _runtime(settings: CleaningSettings, rest_port: int) -> dict[str, str]:
    return {
        "parallelism.default": "1",
        "taskmanager.numberOfTaskSlots": "1",
        "rest.address": _LOOPBACK,
        "rest.bind-address": _LOOPBACK,
        "rest.port": str(rest_port),
        "rest.bind-port": str(rest_port),
        "jobmanager.bind-host": _LOOPBACK,
        "taskmanager.bind-host": _LOOPBACK,
        "io.tmp.dirs": str(_scratch(settings)),
        "taskmanager.memory.network.min": "16m",
        "taskmanager.memory.network.max": "16m",
        "taskmanager.memory.managed.size": "128m",
        "python.executable": sys.executable,
        "python.client.executable": sys.executable,
        # A second by default: a lone record would wait that long for company.
        "python.fn-execution.bundle.time": "20",
        "execution.buffer-timeout.interval": "5 ms",
    }


def _recovery(settings: CleaningSettings) -> dict[str, str]:
    return {
        # A month of ids outgrows a heap, and a checkpoint is then only what has changed.
        "state.backend.type": "rocksdb",
        "execution.checkpointing.incremental": "true",
        "execution.checkpointing.interval": f"{settings.checkpoint_interval_ms} ms",
        # The remembered ids must be those of the records before the barrier and no others: a
        # record whose id is restored but whose output was not yet written would be lost.
        "execution.checkpointing.mode": "EXACTLY_ONCE",
        "execution.checkpointing.dir": settings.checkpoints.resolve().as_uri(),
        "execution.checkpointing.externalized-checkpoint-retention": "RETAIN_ON_CANCELLATION",
        # An outage that is waited out holds checkpoints up; it must not fail the job.
        "execution.checkpointing.tolerable-failed-checkpoints": "1000000",
        "restart-strategy.type": "failure-rate",
        "restart-strategy.failure-rate.max-failures-per-interval": "5",
        "restart-strategy.failure-rate.failure-rate-interval": "5 min",
        "restart-strategy.failure-rate.delay": "1 s",
    }


def _scratch(settings: CleaningSettings) -> Path:
    """Return an empty folder: what a killed process left in it is of no use."""
    scratch = (settings.state_dir / "scratch").resolve()
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    return scratch
