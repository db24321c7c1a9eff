"""`python -m hueandcry` is the command `hue`."""

import sys

from hueandcry.cli.main import main

sys.exit(main())
