"""Components in, kept-alive processes out. Knows nothing of what the components do."""

from operations.supervisor.component import Component, NoAnswer, Probe, Step
from operations.supervisor.incidents import told
from operations.supervisor.runner import BackOff
from operations.supervisor.stack import OnProgress, Stack
from operations.supervisor.status import (
    ComponentStatus,
    Incident,
    Progress,
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
    "Incident",
    "NoAnswer",
    "OnProgress",
    "Probe",
    "Progress",
    "Stack",
    "StackStatus",
    "State",
    "Step",
    "StepStatus",
    "read_status",
    "status_path",
    "told",
]
