"""Due deliveries in, signed HTTP requests out; an endpoint that is down delays only itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx2
from standardwebhooks import Webhook

from domain.instants import SECOND
from sinks.webhooks import metrics
from sinks.webhooks.backoff import Backoff
from sinks.webhooks.endpoints import Endpoint
from sinks.webhooks.outbox import Delivery, Outbox, Outcome

# So many requests at once to one endpoint: enough to outrun its latency, not to flood it.
_PER_ENDPOINT = 8
_GONE = 410  # Standard Webhooks: the endpoint wants no more of this
_TIMEOUT = httpx2.Timeout(10.0, connect=3.0)


def http_client() -> httpx2.AsyncClient:
    """Return a client that keeps connections and follows no redirect."""
    limits = httpx2.Limits(max_connections=None, max_keepalive_connections=64, keepalive_expiry=60)
    return httpx2.AsyncClient(timeout=_TIMEOUT, limits=limits, follow_redirects=False)


@dataclass(slots=True)
class Dispatcher:
    """Attempts what is due. Runs in one event loop, which alone touches the outbox."""

    outbox: Outbox
    client: httpx2.AsyncClient
    now: Callable[[], int]  # microseconds since 1970
    jitter: Callable[[], float]
    backoff: Backoff = field(default_factory=Backoff)
    _under_way: dict[tuple[str, str], asyncio.Task[None]] = field(init=False, default_factory=dict)

    @property
    def busy(self) -> bool:
        """Whether an attempt is under way."""
        return bool(self._under_way)

    def start_due(self, endpoints: Mapping[str, Endpoint]) -> int:
        """Start an attempt of each delivery that is due and has room; return how many."""
        self._reap()
        started = 0
        for endpoint in endpoints.values():
            # Those under way are still due in the outbox, so ask for as many more.
            busy = sum(key[1] == endpoint.id for key in self._under_way)
            for delivery in self.outbox.due(endpoint.id, now=self.now(), most=_PER_ENDPOINT + busy):
                key = (delivery.transition_id, delivery.endpoint_id)
                if key not in self._under_way and busy < _PER_ENDPOINT:
                    busy += 1
                    started += 1
                    task = asyncio.ensure_future(self._attempt(delivery, endpoint))
                    self._under_way[key] = task
        return started

    async def wait(self, seconds: float) -> None:
        """Return when an attempt has ended, or after the seconds; raise what one raised."""
        if self._under_way:
            await asyncio.wait(
                self._under_way.values(), timeout=seconds, return_when=asyncio.FIRST_COMPLETED
            )
        else:
            await asyncio.sleep(seconds)
        self._reap()

    async def abandon(self) -> None:
        """Break off what is under way; it stays pending and is attempted again."""
        for task in self._under_way.values():
            task.cancel()
        await asyncio.gather(*self._under_way.values(), return_exceptions=True)
        self._under_way.clear()

    def _reap(self) -> None:
        for key in [key for key, task in self._under_way.items() if task.done()]:
            self._under_way.pop(key).result()

    async def _attempt(self, delivery: Delivery, endpoint: Endpoint) -> None:
        self._observe_first(delivery)
        status, error, reason = await self._post(delivery, endpoint)
        self.outbox.attempted(delivery, self._outcome(delivery, status, error))
        if reason is None:
            metrics.DELIVERED.inc()
        else:
            metrics.FAILED.labels(reason).inc()

    async def _post(
        self, delivery: Delivery, endpoint: Endpoint
    ) -> tuple[int | None, str | None, str | None]:
        try:
            answer = await self.client.post(
                endpoint.url,
                content=delivery.body.encode(),
                headers=signed_headers(delivery, endpoint, now=self.now()),
            )
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            text = f"{type(error).__name__}: {error}"
            timed_out = isinstance(error, httpx2.TimeoutException)
            return None, text, "timeout" if timed_out else "connection"
        if answer.is_success:
            return answer.status_code, None, None
        reason = f"status_{answer.status_code // 100}xx"
        return answer.status_code, f"answered {answer.status_code}", reason

    def _outcome(self, delivery: Delivery, status: int | None, error: str | None) -> Outcome:
        at = self.now()
        if error is None or status == _GONE:
            return Outcome(at, status, error, None)
        pause = self.backoff.seconds_after(delivery.attempts + 1, jitter=self.jitter)
        return Outcome(at, status, error, None if pause is None else at + int(pause * SECOND))

    def _observe_first(self, delivery: Delivery) -> None:
        if delivery.attempts == 0:
            waited = (self.now() - delivery.alert_at) / SECOND
            metrics.FIRST_ATTEMPT_SECONDS.observe(max(0.0, waited))


def signed_headers(delivery: Delivery, endpoint: Endpoint, *, now: int) -> dict[str, str]:
    """Return the headers of Standard Webhooks; the signature covers id, time and body."""
    moment = datetime.fromtimestamp(now // SECOND, tz=UTC)
    signature = Webhook(endpoint.secret).sign(delivery.transition_id, moment, delivery.body)
    return {
        "content-type": "application/json",
        "webhook-id": delivery.transition_id,
        "webhook-timestamp": str(now // SECOND),
        "webhook-signature": signature,
    }
