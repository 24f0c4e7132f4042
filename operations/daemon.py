"""The supervisor of `nova up --detach`: one data directory in, a stack that stays up out."""

from __future__ import annotations

import sys
from pathlib import Path

from domain.errors import PlatformError
from operations.components import Profile
from operations.running import Tools, build_stack, until_interrupted
from operations.settings import StackSettings


def main(data_dir: str, port_base: str) -> int:
    """Run the stack until SIGTERM; return the exit code."""
    settings = StackSettings(Path(data_dir), int(port_base))
    with until_interrupted() as ended:
        try:
            with build_stack(settings, Tools.found(), Profile.LIVE) as stack:
                stack.start(cancelled=ended)
                ended.wait()
        except PlatformError as error:
            print(error, file=sys.stderr, flush=True)
            return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
