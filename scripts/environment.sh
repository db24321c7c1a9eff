#!/bin/sh
# Makes the virtual environment from the hash-locked requirements, once per lock file.
#   scripts/environment.sh run|test
set -eu
cd "$(dirname "$0")/.."
what=$1
lock=requirements/$what.txt
stamp=.venv/.$what-$(cksum < "$lock" | tr ' ' '-')
[ -f "$stamp" ] && exit 0

python=${PYTHON:-python3}
command -v "$python" >/dev/null || { echo "Python 3.11 or newer is needed and “$python” was not found." >&2; exit 1; }
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "Python 3.11 or newer is needed; this is $("$python" --version). Name another one: make run PYTHON=python3.12" >&2
    exit 1
}
if [ ! -x .venv/bin/python ]; then
    echo "Making the environment in .venv …"
    "$python" -m venv .venv || {
        rm -rf .venv
        echo "Python could not make an environment. On Debian: apt-get install python3-venv" >&2
        exit 1
    }
fi
echo "Installing the locked packages of $lock (checked by hash) …"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock" || {
    echo "The packages could not be installed. What was installed is kept; run the same command again." >&2
    exit 1
}
printf '#!/bin/sh\nexec "$(dirname "$0")/../../hue" "$@"\n' > .venv/bin/hue
chmod +x .venv/bin/hue
touch "$stamp"
[ "$what" = test ] && touch ".venv/.run-$(cksum < requirements/run.txt | tr ' ' '-')"
exit 0
