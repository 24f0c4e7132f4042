"""A data directory in, a single-node Kafka (KRaft) component out."""

from __future__ import annotations

import base64
import secrets
import subprocess
from pathlib import Path

from domain.errors import PlatformError
from operations.supervisor import Component
from operations.supervisor.probes import kafka_ready, port_open_then

# A small long-lived server: quick to start and small matter more than peak throughput.
SMALL_JVM = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError")
_HEAP = "-Xmx512m"
# The session timeout is how long a killed broker's registration keeps its successor out.
_PROPERTIES = """\
process.roles=broker,controller
node.id=1
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}
advertised.listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
controller.listener.names=CONTROLLER
controller.quorum.voters=1@127.0.0.1:{controller_port}
inter.broker.listener.name=PLAINTEXT
log.dirs={log_dir}
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=3
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=3
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
message.max.bytes=4194304
log.cleaner.dedupe.buffer.size=16777216
num.network.threads=2
num.io.threads=4
num.recovery.threads.per.data.dir=2
"""
# Warnings only: a healthy broker says nothing.
_LOGGING = """\
appender.out.type=Console
appender.out.name=out
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=%d{ISO8601} %-5p %c %m%n
rootLogger.level=WARN
rootLogger.appenderRef.out.ref=out
"""


def broker(
    *,
    java: Path,
    jars: tuple[Path, ...],
    directory: Path,
    port: int,
    controller_port: int,
    cwd: Path,
) -> Component:
    """Return the broker, whose log lives in `directory`; formatted when that is fresh."""
    class_path = ":".join(str(jar) for jar in jars)
    properties = directory / "server.properties"
    logging = directory / "log4j2.properties"
    base = (str(java), *SMALL_JVM, _HEAP, f"-Dlog4j2.configurationFile={logging}", "-cp")

    def prepare() -> None:
        directory.mkdir(parents=True, exist_ok=True)
        log_dir = directory / "log"
        properties.write_text(
            _PROPERTIES.format(port=port, controller_port=controller_port, log_dir=log_dir),
            encoding="utf-8",
        )
        logging.write_text(_LOGGING, encoding="utf-8")
        if not (log_dir / "meta.properties").exists():
            _format((*base, class_path), properties)

    return Component(
        name="broker",
        argv=(*base, class_path, "kafka.Kafka", str(properties)),
        ready=port_open_then(port, kafka_ready(f"127.0.0.1:{port}")),
        cwd=cwd,
        ports=(port, controller_port),
        prepare=prepare,
        stop_within_seconds=20.0,  # it closes its log cleanly, so the next start needs no recovery
    )


def _format(java: tuple[str, ...], properties: Path) -> None:
    """Give a fresh log directory its cluster id."""
    done = subprocess.run(
        [*java, "kafka.tools.StorageTool", "format", "--ignore-formatted",
         "--cluster-id", _cluster_id(), "--config", str(properties)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        msg = f"the broker's log directory cannot be formatted: {done.stderr or done.stdout}"
        raise PlatformError(msg)


def _cluster_id() -> str:
    """Return a fresh id in Kafka's form: 16 bytes in base64, without a leading dash."""
    while (made := base64.urlsafe_b64encode(secrets.token_bytes(16)).decode()[:22])[0] == "-":
        continue
    return made
