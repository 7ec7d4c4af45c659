# Two commands are enough to begin: make run, and make test.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

GO ?= go
# Ours alone: a walk over ./... would enter node_modules and the private database.
PACKAGES := . ./cmd/... ./internal/... ./web/components/...
# Thousands of dossiers, a browser before them, or programs run from beginning to end: minutes under the race detector,
# which the rooms behind them have; make race gives it to all.
HEAVY := ./internal/e2e ./internal/backoffice ./internal/demo ./cmd/guichet
# The same, but for what acts at once in them: those tests (see ONCE) are run with the race detector too.
STORIES := ./internal/testkit/stage ./internal/portal ./internal/release ./internal/dossier ./internal/document
ONCE := Once|RealHouse|OneO|OrdersToHolders|IsTheFirst|Workshop
# In full without the race detector, and but for their longest tests (-short) with it.
LONG := ./internal/anonymise ./internal/attack ./internal/tabulate

# Folders are listed beside their files, so that a removed file is noticed as well.
SOURCES := $(shell find cmd internal -name '*.go' ! -name '*_test.go' -print -o -type d ! -name testdata -print) \
	go.mod go.sum $(wildcard *.go)
EMBEDDED := $(shell find forms workflows db/migrations web/text web/components web/static docs/opinions docs/requirements.tsv \
	-path web/static/dist -prune -o -print)
FRONT := $(shell find web -maxdepth 1 -type f) $(shell find web/js web/scss)

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

deps: ## bring what is missing on this machine (PostgreSQL, poppler-utils)
	@build/deps.sh

deps-test: ## the same, and what the tests need (Chromium, fonts, a C compiler)
	@build/deps.sh test

front: web/static/dist/.built ## build the style sheets and scripts

web/node_modules/.package-lock.json: web/package.json web/package-lock.json
	npm ci --prefix web --no-audit --no-fund --no-update-notifier --loglevel=error
	@touch $@

web/static/dist/.built: web/node_modules/.package-lock.json $(FRONT)
	npm run --prefix web --silent build
	@touch $@

generate: bin/templ bin/sqlc ## generate the Go of pages and queries
	build/generate.sh

build: front bin/guichet ## leave the program in bin/guichet

# Without C, the program runs on any Linux and in an empty container. VERSION is set by
# whoever builds a release.
bin/guichet: $(SOURCES) $(EMBEDDED) web/static/dist/.built cmd/guichet/inspector/inspector.gz
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-s -w $(if $(VERSION),-X main.version=$(VERSION))' -o $@ ./cmd/guichet

run: deps build ## start the demo on http://localhost:8080 (GUICHET_ADDR to change)
	@exec bin/guichet demo

check: bin/templ bin/sqlc bin/golangci-lint build ## format, vet, lint, generated code, definitions
	build/generated.sh
	bin/golangci-lint run $(PACKAGES)
	bin/guichet check

# Go's tests come last: their lines close the output.
test: export GUICHET_TEST_CHILD := $(CURDIR)/bin/inspector
test: deps-test check bin/inspector ## check, then every test, those in a browser included
	npm test --prefix web --silent
	$(GO) test -vet=off -timeout 12m $(HEAVY) $(STORIES) $(LONG)
	$(GO) test -race -short -vet=off -timeout 12m $$($(GO) list $(PACKAGES) | grep -vxF $(patsubst ./%,-e guichet/%,$(HEAVY) $(STORIES)))
	$(GO) test -race -short -vet=off -timeout 12m -run '$(ONCE)' $(STORIES)

race: export GUICHET_TEST_CHILD := $(CURDIR)/bin/inspector
race: deps-test bin/inspector web/static/dist/.built ## every test of every room with the race detector (half an hour)
	$(GO) test -race -vet=off -timeout 60m $(PACKAGES)

# The process that looks at files, alone and without what speaks to a network: it starts in a tenth of the program's time.
# The program carries it inside, and tests start it a thousand times.
bin/inspector: go.mod $(shell find internal/document internal/fault cmd/inspector -name '*.go' ! -name '*_test.go')
	CGO_ENABLED=0 $(GO) build -tags inspector -trimpath -ldflags '-s -w' -o $@ ./cmd/inspector

cmd/guichet/inspector/inspector.gz: bin/inspector
	gzip -9 -n -c $< > $@

axe: deps-test bin/inspector web/static/dist/.built ## the accessibility of every page in each language, the rules at each width (a quarter of an hour)
	GUICHET_AXE_ALL=1 GUICHET_TEST_CHILD=$(CURDIR)/bin/inspector $(GO) test -vet=off -count=1 -timeout 60m -run Accessible ./internal/e2e

bench: deps build ## measure against the floors, in full
	bash bench/run.sh

figures: deps build ## the same figures, measured briefly
	SHORT=1 bash bench/run.sh

snoops: ## how many planted readings the watch over agents finds in an invented week
	go test -count=1 -run TestSyntheticWeek -v ./internal/watch | grep "seed\|^figure"

journal: deps ## a million lines verified, and a hundred tamperings found
	JOURNAL=full $(GO) test -count=1 -timeout 20m -run 'TestVerifyAMillion|TestTamperingsAreFound' -v ./internal/journal | grep -o "^figure.*\|figure .*\|^--- FAIL.*\|^FAIL.*"

purges: deps bin/inspector ## a thousand dossiers full of canaries are purged, killed twenty times in the middle: what is left of them
	PURGE_DOSSIERS=$${DOSSIERS:-1000} PURGE_KILLS=$${KILLS:-20} GUICHET_TEST_CHILD=$(CURDIR)/bin/inspector $(GO) test -count=1 -timeout 30m -run TestPurgeLeavesNoTrace -v ./internal/dossier | grep "^figure\|_test.go\|^FAIL"

hidden: ## thousands of months with few, hidden figures attacked: how many plays found one out
	$(GO) test -count=1 -run TestHiddenCellsStayOpen -v ./internal/tabulate | grep -o "figure .*\|^--- FAIL.*\|^FAIL.*"

matrix: deps bin/inspector web/static/dist/.built ## every route, every role, every relation to a dossier: how many pairs, how many unexpected
	GUICHET_TEST_CHILD=$(CURDIR)/bin/inspector $(GO) test -count=1 -run TestMatrixOfRights -v ./internal/testkit/stage | grep "want\|nothing says\|^figure\|^FAIL"

# Both sides are timed in turns, so a busy machine costs time and not the verdict.
timing: ## do sign-in, reset, registration, references and mandates take the same time for what is known and what is not
	$(GO) test -timeout 30m -run "^$$" -bench TimingTellsNothing -benchtime $${SAMPLES:-2000}x -p 1 ./internal/account ./internal/testkit/stage | grep -o "figure .*\|.*_test.go.*"

asvs: deps ## which rows of docs/asvs.tsv passing tests prove
	$(GO) run ./internal/testkit/asvs

requirements: deps ## which rows of docs/requirements.tsv passing tests prove
	$(GO) run ./internal/testkit/requirements

clean: ## remove what was built; the tools and the demo's data stay
	rm -rf bin/guichet bin/inspector cmd/guichet/inspector/inspector.gz web/node_modules
	find web/static/dist -mindepth 1 ! -name placeholder.txt -delete

reset: ## remove the demo's data; the next make run begins anew
	@if [ -L var/postgres/elsewhere ]; then rm -rf "$$(readlink var/postgres/elsewhere)"; fi
	rm -rf var/postgres var/blobs var/keyring var/mail

# The tools have a module of their own, so that the program's stays small.
bin/templ: tools.mod
	$(GO) build -modfile=tools.mod -o $@ github.com/a-h/templ/cmd/templ

bin/sqlc: tools.mod
	$(GO) build -modfile=tools.mod -o $@ github.com/sqlc-dev/sqlc/cmd/sqlc

bin/golangci-lint: tools.mod
	$(GO) build -modfile=tools.mod -o $@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint

.PHONY: help deps deps-test front generate build run check test race axe bench figures snoops hidden matrix timing asvs requirements journal purges clean reset
