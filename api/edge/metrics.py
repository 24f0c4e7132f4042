"""How many requests, how they ended and how long they took, by route."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram

# Around the promise of 50 ms at the 95th percentile.
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)


class RequestMetrics:
    """`component` is `api.<route>`, `reason` the status: labels stay within the closed set."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        self._requests = Counter(
            "nova_api_requests_total",
            "Requests answered, by route and HTTP status.",
            ("component", "reason"),
            registry=registry,
        )
        self._seconds = Histogram(
            "nova_api_request_seconds",
            "Time to answer a request, by route.",
            ("component",),
            buckets=_BUCKETS,
            registry=registry,
        )

    def count(self, route: str, status: int, seconds: float) -> None:
        """Record one answered request."""
        self._requests.labels(f"api.{route}", str(status)).inc()
        self._seconds.labels(f"api.{route}").observe(seconds)
