"""Calls in, bytes of outside systems out: a sub-package for each system two stages use."""
