"""The link that opens the console once, as printed by the command that started the stack."""

from __future__ import annotations

import hmac
import json
from pathlib import Path

from api.access.keys import sha256_hex


def consume(once_file: Path | None, token: str) -> str | None:
    """Return the id of the key that the link stands for, or None when it opens nothing.

    There is one link at a time and it works once: two requests may both read the file, but
    only one of them can remove it.
    """
    if once_file is None:
        return None
    try:
        content = json.loads(once_file.read_text(encoding="utf-8"))
        [entry] = content if isinstance(content, list) else [content]
        if not hmac.compare_digest(str(entry["sha256"]).lower(), sha256_hex(token)):
            return None
        once_file.unlink()
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return str(entry.get("id", "owner"))
