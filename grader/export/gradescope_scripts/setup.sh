#!/usr/bin/env bash
# Gradescope runs this once, while it builds the image: system libraries, Python, the grader.
set -euo pipefail
umask 022 # the sandbox drops to an unprivileged user, who must be able to read what is installed

# ------------------------------------------------------------------------------------- settings
# The official images, 21 MB. "no" needs DATASET=bundled in run_autograder: no official marks.
FETCH_KMNIST=yes
# torch with CUDA takes 3 GB. If your school has an index with a CPU build, name it here:
# export PIP_INDEX_URL=
# ----------------------------------------------------------------------------------------------

base=${AUTOGRADER:-/autograder}
source=$base/source
export GRADER_CACHE=$base/cache DEBIAN_FRONTEND=noninteractive

install() { apt-get install -y -qq --no-install-recommends "$@" </dev/null; }
suits() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
    local name
    for name in python3 python3.14 python3.13 python3.12 python3.11; do
        if suits "$name"; then
            echo "$name"
            return
        fi
    done
    return 1
}

apt-get update -qq </dev/null
install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 bubblewrap
if ! python=$(find_python); then
    install python3.11 python3.11-venv
    python=python3.11
fi
"$python" -c 'import ensurepip, venv' 2>/dev/null ||
    install "$("$python" -c 'import sys; print("python3.%d-venv" % sys.version_info.minor)')"

"$python" -m venv "$base/environment"
"$base/environment/bin/python" -m pip install --no-input --progress-bar off "$source"/*.whl
if [[ $FETCH_KMNIST == yes ]]; then
    "$base/environment/bin/grader" data fetch
fi
# for the log alone: an image may be built with other rights than it runs with
"$base/environment/bin/grader" doctor || echo "see run_autograder about WITHOUT_SANDBOX"
