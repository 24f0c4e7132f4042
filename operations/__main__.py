"""`python -m operations`, which is what ./nova runs."""

from __future__ import annotations

from operations.command import run

if __name__ == "__main__":
    raise SystemExit(run())
