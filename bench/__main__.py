"""`python -m bench NAME`: run one benchmark; progress goes to standard error, the last line is JSON."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import sys
import tempfile
from importlib import import_module

NAMES = ("static", "storm", "tips", "delivery", "fanout", "urgent", "records", "preflight")


def main() -> int:
    """Run one benchmark, or all in turn; one line of JSON each."""
    wanted = sys.argv[1] if len(sys.argv) > 1 else "all"
    if wanted != "all" and wanted not in NAMES:
        print(f"There is no benchmark “{wanted}”. Choose one of: {', '.join(NAMES)}", file=sys.stderr)
        return 2
    for name in NAMES if wanted == "all" else (wanted,):
        if "HUE_HOME" not in os.environ or wanted == "all":
            os.environ["HUE_HOME"] = tempfile.mkdtemp(prefix=f"hue-bench-{name}-")
            atexit.register(shutil.rmtree, os.environ["HUE_HOME"], ignore_errors=True)
        figures = import_module(f"bench.{name}").run()
        print(json.dumps({"name": name, **figures}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
