"""Components in, kept-alive processes out. Knows nothing of what the components do."""

from operations.supervisor.component import Component, Probe, Step
from operations.supervisor.runner import BackOff
from operations.supervisor.stack import OnProgress, Stack
from operations.supervisor.status import (
    ComponentStatus,
    StackStatus,
    State,
    StepStatus,
    read_status,
    status_path,
)

__all__ = [
    "BackOff",
    "Component",
    "ComponentStatus",
    "OnProgress",
    "Probe",
    "Stack",
    "StackStatus",
    "State",
    "Step",
    "StepStatus",
    "read_status",
    "status_path",
]
