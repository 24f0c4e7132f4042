"""Seeds in, one disturbed demo a seed, compared with the undisturbed one, out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from operations.bench.faults.disturbed import Demo, DisturbedDemo
from operations.bench.faults.outcome import Differences, differences, outcome
from operations.bench.faults.plan import plan
from producers.generated_requisitions import generate, write_file

# Small: a round is about what breaks, not about how much is fed.
LINES = 300
_INPUT_SEED = 11


@dataclass(frozen=True, slots=True)
class Round:
    """What one seed came to."""

    seed: int
    demo: Demo
    differences: Differences

    def as_json(self) -> dict[str, Any]:
        """Return what the measurements say of it."""
        return {
            "seed": self.seed,
            "done": [str(each) for each in self.demo.done],
            "seconds": self.demo.seconds,
            "ready_again_seconds": list(self.demo.ready_again_seconds),
            "wrong_totals": list(self.differences.totals),
            "wrong_positions": list(self.differences.positions),
            "wrong_alerts": list(self.differences.alerts),
        }


def small_input(path: Path) -> Path:
    """Write a small generated export with all the dirt of a real one; return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_file(generate(lines=LINES, seed=_INPUT_SEED), path)
    return path


def undisturbed(directory: Path, input_file: Path, port_base: int) -> Demo:
    """Run the demo that the others are compared with.

    Raises:
        PlatformError: it ended badly.
    """
    return DisturbedDemo(directory, input_file, port_base).run()


def rounds(
    seeds: range, right: Demo, directory: Path, port_base: Callable[[], int]
) -> Iterator[Round]:
    """Yield a round for each seed.

    Raises:
        PlatformError: a demo ended badly: something did not come back.
    """
    for seed in seeds:
        yield one_round(seed, right, directory / f"seed-{seed}", port_base())


def one_round(seed: int, right: Demo, directory: Path, port_base: int) -> Round:
    """Run the demo through the plan of a seed and compare.

    Raises:
        PlatformError: it ended badly.
    """
    demo = DisturbedDemo(directory, right.input_file, port_base, faults=plan(seed), seed=seed).run()
    expected = outcome(right.report, right.data_dir)
    return Round(seed, demo, differences(expected, outcome(demo.report, demo.data_dir)))
