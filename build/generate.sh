#!/usr/bin/env bash
# Generates the Go of pages and queries. Each folder by itself: templ writes the names of
# its sources as seen from the folder it was given.
set -euo pipefail
cd "$(dirname "$0")/.."

find cmd internal web -name node_modules -prune -o -name '*.templ' -printf '%h\n' | sort -u |
	while read -r dir; do bin/templ generate -log-level error -path "$dir"; done
bin/sqlc generate
