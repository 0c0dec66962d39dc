#!/bin/sh
# Deletes .data after saying what is in it; refuses while `make run` holds it.
set -eu
cd "$(dirname "$0")/.."

[ -d .data ] || { echo "Nothing to reset: there is no .data."; exit 0; }
holder=$(cat .data/run.lock 2>/dev/null || true)
if [ -n "$holder" ] && kill -0 "$holder" 2>/dev/null; then
    echo "GridTalk runs (process $holder): stop it with Ctrl-C, then run make reset again." >&2
    exit 1
fi
echo "Deleting .data: the databases (conversations, demo city, desk), the demo secrets, the clock and the logs."
du -sh .data/* 2>/dev/null || true
rm -rf .data
echo "Done. The next make run begins with a fresh demo city."
