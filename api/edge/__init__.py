"""Every request in, the same request checked, counted and given its safe headers out."""

from api.edge.metrics import RequestMetrics
from api.edge.middleware import Edge
from api.edge.paths import with_slashes

__all__ = ["Edge", "RequestMetrics", "with_slashes"]
