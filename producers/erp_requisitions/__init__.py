"""An ERP's requisition export (XLSX, CSV) in, one raw record for each of its lines out."""

from producers.erp_requisitions.lines import to_event
from producers.erp_requisitions.reading import count_lines, read_requisitions
from schemas.requisition_export import RawLine

__all__ = ["RawLine", "count_lines", "read_requisitions", "to_event"]
