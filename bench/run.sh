#!/usr/bin/env bash
# Measures the program against its floors and prints one line a figure. SHORT=1 is brief, for every day.
# ONLY="saves pages" measures some figures alone; PROFILE=FILE writes a CPU profile of the program.
set -euo pipefail
cd "$(dirname "$0")/.."
GO=${GO:-go}
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT

[ -x bin/guichet ] || { echo "bin/guichet is missing: run make build first" >&2; exit 1; }
ln -s "$PWD/bin/guichet" "$tools/guichet"
"$GO" build -trimpath -o "$tools/anonymise" ./bench/anonymise
if [ "${ONLY:-anonymise}" = anonymise ]; then # ONLY=anonymise measures nothing else
	timeout 300 "$tools/anonymise" -rounds "$([ -n "${SHORT:-}" ] && echo 3 || echo 9)"
fi
[ "${ONLY:-}" = anonymise ] && exit 0
"$GO" build -trimpath -o "$tools/product" ./bench/product
"$GO" build -trimpath -o "$tools/workbook" ./bench/workbook
for floor in floorserver weblimit; do # modules of their own, so that they owe nothing to the program
	"$GO" -C "bench/$floor" build -trimpath -o "$tools/$floor" .
done

short=()
if [ -n "${SHORT:-}" ]; then
	short=(-drafts 200 -rounds 3 -span 2s -starts 5)
fi
if [ -n "${PROFILE:-}" ]; then
	short+=(-profile "$(realpath "$PROFILE")")
fi
[ "${ONLY:-}" = workbook ] || timeout --signal=TERM 600 "$tools/product" -tools "$tools" "${short[@]}" ${ONLY:+-only "$ONLY"}
if [ -z "${ONLY:-}" ] || [[ " $ONLY " == *" workbook "* ]]; then
	book=()
	if [ -n "${SHORT:-}" ]; then
		book=(-rows 200000 -rounds 1)
	fi
	timeout --signal=TERM 600 "$tools/workbook" "${book[@]}"
fi
if [ -z "${ONLY:-}" ] || [[ " $ONLY " == *" queue "* ]]; then
	"$GO" build -trimpath -o "$tools/queue" ./bench/queue
	many=()
	if [ -n "${SHORT:-}" ]; then
		many=(-dossiers 100000 -rounds 2 -span 1s)
	fi
	timeout --signal=TERM 900 "$tools/queue" "${many[@]}"
fi
if [ -z "${ONLY:-}" ] || [[ " $ONLY " == *" upload "* ]]; then
	"$GO" build -trimpath -o "$tools/upload" ./bench/upload
	heavy=()
	if [ -n "${SHORT:-}" ]; then
		heavy=(-rounds 3 -files 5)
	fi
	timeout --signal=TERM 600 "$tools/upload" -program "$tools/guichet" "${heavy[@]}"
fi
if [ -z "${ONLY:-}" ] || [[ " $ONLY " == *" timing "* ]]; then
	SAMPLES=$([ -n "${SHORT:-}" ] && echo 100 || echo 2000) make --no-print-directory timing
fi
if [ -z "${ONLY:-}" ] || [[ " $ONLY " == *" journal "* ]]; then
	make --no-print-directory journal
fi
if [ -z "${ONLY:-}" ] || [[ " $ONLY " == *" purges "* ]]; then
	DOSSIERS=$([ -n "${SHORT:-}" ] && echo 50 || echo 1000) KILLS=$([ -n "${SHORT:-}" ] && echo 5 || echo 20) make --no-print-directory purges
fi
if [ -z "${ONLY:-}" ] || [[ " $ONLY " == *" snoops "* ]]; then
	make --no-print-directory snoops
fi
if [ -z "${ONLY:-}" ] || [[ " $ONLY " == *" hidden "* ]]; then
	make --no-print-directory hidden
fi
if [ -z "${ONLY:-}" ] || [[ " $ONLY " == *" matrix "* ]]; then
	make --no-print-directory matrix
fi
