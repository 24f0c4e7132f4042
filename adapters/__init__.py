"""Calls in, bytes of outside systems out: one sub-package per system, used by two stages or more."""
