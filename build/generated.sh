#!/usr/bin/env bash
# Generates again and fails if that changes a file: what is committed must be what its
# source says. It compares contents, so it works in a tree with uncommitted work too.
set -euo pipefail
cd "$(dirname "$0")/.."

sums() {
	find internal web -name node_modules -prune -o \
		\( -name '*_templ.go' -o -path 'internal/store/sqlc/*.go' \) -type f -print0 |
		sort -z | xargs -0 -r sha256sum
}

before=$(sums)
build/generate.sh
after=$(sums)
if [ "$before" != "$after" ]; then
	echo "Generated code did not match its source; it does now. Commit these files:" >&2
	diff <(echo "$before") <(echo "$after") | awk '/^[<>]/ { print "  " $3 }' | sort -u >&2
	exit 1
fi
