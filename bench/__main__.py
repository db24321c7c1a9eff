"""`python -m bench NAME`: run one benchmark; progress goes to standard error, the last line is JSON."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import sys
import tempfile
from importlib import import_module

# What each measures, and in brackets what it needs beside `make test`'s packages and how long it takes. `make help` reads it.
NAMES = {
    "static": "the public site's server under load (nginx as its peer; 2 min)",
    "storm": "1,000 requests a second while tips come in and officers work (nginx as its peer; 7 min)",
    "tips": "tips a second through the real public process (1 min)",
    "delivery": "posts under kill -9 to a real Bluesky server (Node; 3 min), then `voices`",
    "voices": "119 accounts on all networks and lists: edits, recalls, faults, 60 kills (15 min)",
    "fanout": "one urgent post to 119 accounts on networks that answer in 200 ms (2 min)",
    "urgent": "an emergency while 5,000 routine posts wait (2 min)",
    "phone": "photograph to four networks, and a recall, in a phone-size browser (Chromium; 1 min)",
    "pages": "every page of the desk with 150 accounts, 350 people, 4,000 posts (4 min)",
    "records": "appending to the record, verifying it, kill -9 (2 min)",
    "preflight": "the rules on labelled drafts: precision and recall (10 s)",
}
PARTS = {"voices"}  # of another one, so that `all` does not run it twice


def main() -> int:
    """Run one benchmark, or all in turn; one line of JSON each."""
    wanted = sys.argv[1] if len(sys.argv) > 1 else "all"
    if wanted != "all" and wanted not in NAMES:
        told = "\n".join(f"  {name:<10} {what}" for name, what in NAMES.items())
        print(f"There is no benchmark “{wanted}”. Choose one, or all:\n{told}", file=sys.stderr)
        return 2
    for name in (each for each in NAMES if each not in PARTS) if wanted == "all" else (wanted,):
        if "HUE_HOME" not in os.environ or wanted == "all":
            os.environ["HUE_HOME"] = tempfile.mkdtemp(prefix=f"hue-bench-{name}-")
            atexit.register(shutil.rmtree, os.environ["HUE_HOME"], ignore_errors=True)
        figures = import_module(f"bench.{name}").run()
        print(json.dumps({"name": name, **figures}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
