#!/usr/bin/env bash
# Installs this project, editable, with one of its extras into .venv, at the pinned versions of constraints.txt.
#
#     tools/install.sh [EXTRA]
#
# uv does it in seconds; it is itself fetched by pip. Where it cannot be had or fails, pip does the whole job.
# Called by the Makefile, which makes .venv first.
set -euo pipefail
cd "$(dirname "$0")/.."

extra="${1:-}"
target="."
[ -n "$extra" ] && target=".[$extra]"
python=.venv/bin/python
export PIP_DISABLE_PIP_VERSION_CHECK=1

# pip's own list of index and mirror settings is what a user behind a mirror has filled in; uv does not read it.
mirror="${PIP_INDEX_URL:-$("$python" -m pip config get global.index-url 2>/dev/null || true)}"
[ -n "$mirror" ] && export UV_DEFAULT_INDEX="${UV_DEFAULT_INDEX:-$mirror}"

with_uv() {
    "$python" -m uv --version >/dev/null 2>&1 ||
        "$python" -m pip install --quiet "uv>=0.5" 2>/dev/null || return 1
    # The line for each of a hundred packages is left out; totals, downloads and errors stay.
    "$python" -m uv pip install --python "$python" -c constraints.txt -e "$target" 2>&1 |
        { grep --line-buffered -v '^ [-+~] ' || true; }
}

with_pip() {
    # One name a package instead of pip's three to five lines; errors come by stderr, whole.
    "$python" -m pip install -c constraints.txt -e "$target" |
        awk '/^Collecting/ { printf " %s", $2; fflush() } END { print "" }'
}

echo "Installing sxedu_analysis${extra:+[$extra]} into .venv"
with_uv || {
    echo "uv is not to be had here; pip does it, which takes about a minute:"
    with_pip
} || {
    echo "Installing failed: see the message above; check the network or the mirror that pip is set to, then run make again." >&2
    exit 1
}
