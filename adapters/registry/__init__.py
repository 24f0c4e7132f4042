"""Schema ids in, codecs out: the Confluent-compatible schema registry."""

from adapters.registry.codecs import RegistryCodecs
from adapters.registry.settings import RegistrySettings

__all__ = ["RegistryCodecs", "RegistrySettings"]
