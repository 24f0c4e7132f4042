"""Coordinates of what is wanted in, the artifact lock out: resolution, done rarely."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from operations.artifacts import (
    LOCK_PATH,
    Artifact,
    cache_directory,
    locked,
    maven_artifact,
    sha256_of,
)

# Resolved with everything that they need.
_RESOLVED = {
    "kafka": ("org.apache.kafka:kafka_2.13:4.4.0", "org.apache.kafka:kafka-server:4.4.0"),
    "spark": ("io.delta:delta-spark_4.2_2.13:4.4.0",),
}
# Taken as they are: complete in themselves, or needing only what is there already.
_ALONE = {
    # Joins the slf4j and the log4j that Kafka brings. Resolved together with Kafka, the versions
    # that log4j manages would replace Kafka's own clients by older ones.
    "kafka": (("org.apache.logging.log4j", "log4j-slf4j-impl", "2.25.5", "", "jar"),),
    "registry": (("io.apicurio", "apicurio-registry-app", "3.0.9", "all", "tar.gz"),),
    "flink": (
        ("org.apache.flink", "flink-sql-connector-kafka", "5.0.0-2.2", "", "jar"),
        ("org.apache.flink", "flink-sql-avro-confluent-registry", "2.3.0", "", "jar"),
    ),
    "spark": (),
    # JavaScript in a jar (a WebJar): what the console draws its charts with.
    "console": (("org.webjars.npm", "uplot", "1.6.30", "", "jar"),),
}
_NAMED_OTHERWISE_IN_PYSPARK = {"commons-logging": "jcl-over-slf4j", "shims": "RoaringBitmap"}


def write_lock(path: Path = LOCK_PATH, only: Collection[str] = ()) -> dict[str, int]:
    """Resolve every set anew, or only some, and write the lock; return the files of each set.

    The other sets stay as the lock has them.
    """
    sets = {
        name: _resolve(_RESOLVED.get(name, ())) + [_hashed(*each) for each in alone]
        for name, alone in _ALONE.items()
        if not only or name in only
    }
    if "spark" in sets:
        sets["spark"] = [each for each in sets["spark"] if not _comes_with_pyspark(each.artifact)]
    sets = {**({name: list(each) for name, each in locked(path).items()} if only else {}), **sets}
    content = {
        "about": "Written by `nova artifacts --lock`, from Maven's default repository.",
        "sets": {name: [asdict(each) for each in sorted(sets[name])] for name in sorted(sets)},
    }
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    return {name: len(files) for name, files in sets.items()}


def _resolve(endpoints: tuple[str, ...]) -> list[Artifact]:
    import jgo

    if not endpoints:
        return []
    return [_hashed_of(found) for found in jgo.resolve("+".join(endpoints))]


def _hashed_of(found: Any) -> Artifact:
    return _hashed(
        found.groupId, found.artifactId, found.version, found.classifier, found.packaging
    )


def _hashed(group: str, artifact: str, version: str, classifier: str, type_: str) -> Artifact:
    unhashed = Artifact(group, artifact, version, classifier, type_, sha256="")
    path = maven_artifact(unhashed, _repository()).resolve()
    return Artifact(group, artifact, version, classifier, type_, sha256_of(path))


def _repository() -> Path:
    return cache_directory() / "artifacts"


def _comes_with_pyspark(artifact_id: str) -> bool:
    """Whether pyspark brings this library itself: two versions of one on a class path is worse."""
    spec = find_spec("pyspark")
    if spec is None or spec.origin is None:
        msg = "pyspark is not installed: run this through ./nova"
        raise RuntimeError(msg)
    jars = Path(spec.origin).with_name("jars")
    name = _NAMED_OTHERWISE_IN_PYSPARK.get(artifact_id, artifact_id)
    return any(jars.glob(f"{name}-[0-9]*.jar"))
