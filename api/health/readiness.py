"""Ready means: it listens, and the read model can answer."""

from __future__ import annotations

from adapters.telemetry import Readiness
from api.read_model import ReadModel


class ReadModelReadiness(Readiness):
    """Asks the read model at each probe, so a file that disappears is noticed at once."""

    def __init__(self, model: ReadModel) -> None:
        super().__init__()
        self._model = model

    @property
    def why_not(self) -> str | None:
        """The reason, or None when ready."""
        return super().why_not or self._model.why_unreadable()
