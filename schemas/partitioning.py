"""Key bytes in, partition out: murmur2 as Kafka's Java client, Flink and Faust compute it."""

from __future__ import annotations

from functools import cache

_SEED = 0x9747B28C
_M = 0x5BD1E995
_R = 24
_WORD = 0xFFFFFFFF
_POSITIVE = 0x7FFFFFFF


def murmur2(key: bytes) -> int:
    """Return Kafka's 32-bit murmur2 hash, unsigned.

    >>> murmur2(b"21")  # as in the Java client's own tests, where it is -973932308
    3321034988
    """
    length = len(key)
    whole = length & ~3
    hashed = _SEED ^ length
    for start in range(0, whole, 4):
        word = int.from_bytes(key[start : start + 4], "little") * _M & _WORD
        word = (word ^ word >> _R) * _M & _WORD
        hashed = hashed * _M & _WORD ^ word
    if whole < length:
        hashed = (hashed ^ int.from_bytes(key[whole:], "little")) * _M & _WORD
    hashed = (hashed ^ hashed >> 13) * _M & _WORD
    return hashed ^ hashed >> 15


def partition_of(key: bytes, partitions: int) -> int:
    """Return the partition to which every client of the platform sends a key."""
    return (murmur2(key) & _POSITIVE) % partitions


@cache
def broadcast_keys(partitions: int) -> tuple[bytes, ...]:
    """Return one key for each partition, in the order of the partitions.

    A record under each of them reaches every partition, whichever client sends it.
    """
    keys: dict[int, bytes] = {}
    number = 0
    while len(keys) < partitions:
        key = f"broadcast-{number}".encode()
        keys.setdefault(partition_of(key, partitions), key)
        number += 1
    return tuple(keys[partition] for partition in range(partitions))
