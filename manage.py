"""Django's own commands, for developers (`makemigrations` above all). Operators use `hue`."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hueandcry.settings.worker")
    execute_from_command_line(sys.argv)
