"""Partitions as Kafka's own clients compute them."""

from __future__ import annotations

import pytest

from schemas.partitioning import broadcast_keys, murmur2, partition_of

# Signed, as the Java client's own tests state them.
PUBLISHED = [
    (b"21", -973932308),
    (b"foobar", -790332482),
    (b"a-little-bit-long-string", -985981536),
    (b"a-little-bit-longer-string", -1486304829),
    (b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971),
    (b"abc", 479470107),
]


@pytest.mark.parametrize(("key", "signed"), PUBLISHED)
def test_the_hash_is_the_one_that_java_computes(key: bytes, signed: int) -> None:
    assert murmur2(key) == signed & 0xFFFFFFFF


@pytest.mark.parametrize("partitions", [1, 6, 17])
def test_broadcast_keys_reach_every_partition_in_order(partitions: int) -> None:
    keys = broadcast_keys(partitions)
    assert [partition_of(key, partitions) for key in keys] == list(range(partitions))


def test_an_empty_key_has_a_partition_too() -> None:
    assert 0 <= partition_of(b"", 6) < 6
