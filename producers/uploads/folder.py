"""One look at a watched folder: files that have come to rest in, published and put away out."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

import structlog

from adapters.spreadsheets import RefusedFileError
from adapters.uploads import Intake, Rejection, Upload, UploadStore
from schemas.uploads import RowReason, UploadKind, sentences

ACCEPTED, REFUSED = "aceitos", "recusados"  # operators look into these
_REPORT = ".relatorio.json"
_MOST_BYTES = (180, 30)  # of a file's stem and of its suffix
_NOT_YET = (".", "~$")  # what editors and copying programs call a file that is not whole

_Stamp = tuple[int, int]

log = structlog.get_logger()


class WatchedFolder:
    """Takes each file of `root/<kind>/` once it is the same at two looks."""

    def __init__(self, root: Path, intake: Intake, store: UploadStore) -> None:
        self._root = root
        self._intake = intake
        self._store = store
        self._seen: dict[Path, _Stamp] = {}

    def prepare(self) -> None:
        """Make the folders into which people put files."""
        for kind in UploadKind:
            (self._root / kind).mkdir(parents=True, exist_ok=True)

    def look(self) -> int:
        """Take the files that have come to rest, and return how many.

        Raises:
            PlatformError: the broker or the registry could not be used; the file stays.
        """
        found = {
            path: stamp
            for kind in UploadKind
            for path in sorted((self._root / kind).glob("*"))
            if not path.name.startswith(_NOT_YET) and (stamp := _stamp(path)) is not None
        }
        rested = [path for path, stamp in found.items() if self._seen.get(path) == stamp]
        self._seen = found
        for path in rested:
            self._take(UploadKind(path.parent.name), path)
            self._seen.pop(path)
        return len(rested)

    def _take(self, kind: UploadKind, path: Path) -> None:
        try:
            path = _readable(path)
            upload = self._intake.receive(kind, path)
        except OSError as error:  # taken away again, or nobody may read it
            log.warning("file_unreadable", file=repr(path.name), kind=str(kind), reason=str(error))
            return
        except RefusedFileError as error:
            log.warning("file_refused", file=path.name, kind=str(kind), reason=error.reason)
            said = {"reason": error.reason, "pt": error.portuguese, "en": error.detail}
            _put_away(path, REFUSED, said)
            return
        log.info(
            "file_published",
            file=path.name,
            kind=str(kind),
            upload_id=upload.upload_id,
            accepted=upload.accepted,
            rejected=upload.rejected,
        )
        _put_away(path, ACCEPTED, _report(upload, self._store.rejections(upload.upload_id)))


def _report(upload: Upload, refused: list[Rejection]) -> dict[str, Any]:
    return {**asdict(upload), "refused": [_in_words(each) for each in refused]}


def _in_words(line: Rejection) -> dict[str, Any]:
    portuguese, english = sentences(RowReason(line.reason), line.values)
    return {
        "row": line.row,
        "column": line.column,
        "reason": line.reason,
        "pt": portuguese,
        "en": english,
    }


def _put_away(path: Path, folder: str, said: dict[str, Any]) -> None:
    """Move a file beside its report; one of the same name is not overwritten."""
    target = path.parent / folder
    target.mkdir(exist_ok=True)
    place = _free(target, path.name)
    report = place.with_name(place.name + _REPORT)
    report.write_text(json.dumps(said, ensure_ascii=False, indent=1), encoding="utf-8")
    path.replace(place)


def _readable(path: Path) -> Path:
    """Return where a file lies under a name that text can hold, moving it if need be.

    Names from old archives are Latin-1: no report, no event and no database would take them.
    """
    name = os.fsencode(path.name)
    try:
        name.decode("utf-8")
    except UnicodeDecodeError:
        return path.replace(_free(path.parent, name.decode("latin-1")))
    return path


def _free(folder: Path, name: str) -> Path:
    """Return a place of that name in a folder, or of one like it where it is taken or too long.

    A file system takes some 255 bytes of a name, and a report adds to it.
    """
    stem, suffix = (
        os.fsencode(part)[:most].decode("utf-8", "ignore")
        for part, most in zip((Path(name).stem, Path(name).suffix), _MOST_BYTES, strict=True)
    )
    place, number = folder / f"{stem}{suffix}", 1
    while place.exists():
        number += 1
        place = folder / f"{stem}-{number}{suffix}"
    return place


def _stamp(path: Path) -> _Stamp | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_size, found.st_mtime_ns) if path.is_file() else None
