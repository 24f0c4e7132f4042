"""A seed in, a requisition export that nobody wrote out: the demo's input without a real one.

Its figures are those of a real export (`calibration`); its items, depots and suppliers exist
nowhere. Files it writes say in their name that they are generated.
"""

from producers.generated_requisitions.files import write_file
from producers.generated_requisitions.generator import DEFAULT_LINES, DEFAULT_SEED, generate
from producers.generated_requisitions.rows import Row

__all__ = ["DEFAULT_LINES", "DEFAULT_SEED", "Row", "generate", "write_file"]
