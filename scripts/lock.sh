#!/bin/sh
# Locks requirements/*.in into requirements/*.txt with hashes. No index address is written into them.
set -eu
cd "$(dirname "$0")/.."
scripts/environment.sh test
[ -x .venv/bin/uv ] || .venv/bin/python -m pip install --quiet uv
for name in run test; do
    .venv/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
        --quiet --upgrade "requirements/$name.in" -o "requirements/$name.txt"
done
