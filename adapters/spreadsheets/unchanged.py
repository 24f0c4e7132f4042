"""A file's outside in, a refusal where it is not the file that was looked at, out.

An export may still be written, or be replaced by the next one, while it is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from adapters.spreadsheets.refusal import FileRefusal, RefusedFileError


@dataclass(frozen=True, slots=True)
class Stamp:
    """What changes when a file does."""

    size: int
    modified_ns: int
    inode: int

    @classmethod
    def of(cls, path: Path) -> Stamp:
        """Return the stamp of a file as it is now.

        Raises:
            RefusedFileError: there is no such file (any more).
        """
        try:
            found = path.stat()
        except OSError as error:
            msg = f"{path}: cannot be read: {error.strerror or error}"
            raise RefusedFileError(FileRefusal.UNREADABLE, msg) from error
        return cls(found.st_size, found.st_mtime_ns, found.st_ino)

    def require(self, path: Path) -> None:
        """Check that a file is still as it was.

        Raises:
            RefusedFileError: it is not.
        """
        now = Stamp.of(path)
        if now == self:
            return
        sizes = "" if now.size == self.size else f" ({self.size:,} bytes became {now.size:,})"
        msg = (
            f"{path.name}: the file changed while it was read{sizes}; wait until it is written "
            "whole, then start again"
        )
        raise RefusedFileError(FileRefusal.CHANGED, msg)
