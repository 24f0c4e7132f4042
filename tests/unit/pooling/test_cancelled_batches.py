"""A batch that is cancelled on its way is processed to its end before anybody is told."""

from __future__ import annotations

import asyncio

import pytest

from stream_processors.faust_app import to_the_end


async def one_turn() -> None:
    """Let everything else that waits run once."""
    loop = asyncio.get_running_loop()
    turn = loop.create_future()
    loop.call_soon(turn.set_result, None)
    await turn


def test_a_cancelled_batch_is_processed_before_the_cancellation_goes_on() -> None:
    done: list[str] = []

    async def batch() -> None:
        done.append("outputs")
        await one_turn()
        done.append("state")

    async def cancelled_twice() -> None:
        task = asyncio.create_task(to_the_end(batch()))
        await one_turn()
        task.cancel()
        await one_turn()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancelled_twice())
    assert done == ["outputs", "state"]


def test_a_batch_that_fails_says_so_even_where_it_is_cancelled() -> None:
    async def batch() -> None:
        await one_turn()
        msg = "the broker is away"
        raise OSError(msg)

    async def cancelled() -> None:
        task = asyncio.create_task(to_the_end(batch()))
        await one_turn()
        task.cancel()
        with pytest.raises(OSError, match="the broker is away"):
            await task

    asyncio.run(cancelled())


def test_a_batch_that_nobody_cancels_just_ends() -> None:
    async def batch() -> None:
        await one_turn()

    asyncio.run(to_the_end(batch()))
