"""A file of somebody's spreadsheet program in, the lines of its table or why it has none, out."""

from adapters.spreadsheets.cells import as_text
from adapters.spreadsheets.layout import Layout
from adapters.spreadsheets.refusal import FileRefusal, RefusedFileError
from adapters.spreadsheets.survey import Line, Notify, Survey, lines_of, survey

__all__ = [
    "FileRefusal",
    "Layout",
    "Line",
    "Notify",
    "RefusedFileError",
    "Survey",
    "as_text",
    "lines_of",
    "survey",
]
