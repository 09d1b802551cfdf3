#!/bin/sh
# Makes a Python virtual environment with the official SDK and prints the path of its interpreter as
# the last line.
#
#   sh set-up.sh FOLDER
#
# FOLDER is made anew unless it is complete and made from the present requirements.txt. Runs at the
# same time wait for each other.
set -eu

if [ $# -ne 1 ]; then
    echo "usage: sh set-up.sh FOLDER" >&2
    exit 2
fi
folder=$1
requirements=$(dirname "$0")/requirements.txt
interpreter=$folder/bin/python
stamp=$folder/requirements.sha256

fail() {
    echo "the official SDK cannot be set up: $1" >&2
    exit 1
}

python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
    fail "there is no python3 of version 3.11 or newer in PATH; install it"

# Python locks, since not every system has flock(1). The lock is that of the open file, so it is
# held until this shell and all that it started have ended, however they end.
mkdir -p "$(dirname "$folder")" || fail "the folder above $folder cannot be made"
exec 9>"$folder.lock"
python3 -c 'import fcntl; fcntl.flock(9, fcntl.LOCK_EX)' || fail "$folder.lock cannot be locked"

# The interpreter is part of the hash: an environment is of no use to another version.
hash=$(python3 - "$requirements" <<'END'
import hashlib, pathlib, sys

content = pathlib.Path(sys.argv[1]).read_bytes() + sys.version.encode()
print(hashlib.sha256(content).hexdigest())
END
) || fail "$requirements cannot be read"

if [ ! -x "$interpreter" ] || [ "$(cat "$stamp" 2>/dev/null)" != "$hash" ]; then
    rm -rf "$folder"
    python3 -c 'import ensurepip, venv' 2>/dev/null ||
        fail "python3 lacks venv or ensurepip; on Debian and Ubuntu, install the package python3-venv"
    python3 -m venv "$folder" >&2 || fail "python3 -m venv failed"
    "$interpreter" -m pip install --quiet --disable-pip-version-check --no-input --no-cache-dir \
        --no-deps --retries 2 --timeout 20 --requirement "$requirements" >&2 ||
        fail "pip cannot install the packages of $requirements"
    printf '%s\n' "$hash" >"$stamp"
fi
echo "$interpreter"
