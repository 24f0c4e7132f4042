"""The settings in effect, named as a person would look for them, secrets masked."""

from __future__ import annotations

import os

from operations.artifacts import cache_directory
from operations.registry import registry_url
from operations.settings import StackSettings

_MASK = "********"


def effective_settings(settings: StackSettings) -> dict[str, str]:
    """Return every setting of the stack and where it comes from."""
    return {
        "data_dir": str(settings.data_dir),
        "port_base": str(settings.port_base),
        "api_url": settings.api_url,
        "kafka_bootstrap_servers": settings.bootstrap_servers,
        "registry_url": registry_url(settings.port("registry")),
        "lake_uri": str(settings.lake),
        "artifact_cache": str(cache_directory()),
        "schedule_every_seconds": os.environ.get("SCHEDULE_EVERY_SECONDS", "(the usual times)"),
        "java_home": os.environ.get("JAVA_HOME", "(java on the PATH)"),
        "nova_api_key": _MASK if os.environ.get("NOVA_API_KEY") else "(made at the first start)",
        "owner_key": _MASK if (settings.keys / "api_keys.json").exists() else "(none yet)",
        "webhook_secrets": _MASK
        if (settings.keys / "webhook_endpoints.json").exists()
        else "(none yet)",
    }
