"""An ERP's requisition export (XLSX, CSV) in, one raw record for each of its lines out."""

from producers.erp_requisitions.lines import RawLine, to_event
from producers.erp_requisitions.reading import count_lines, read_requisitions

__all__ = ["RawLine", "count_lines", "read_requisitions", "to_event"]
