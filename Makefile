# Two commands are enough to begin: make demo, make test.

VERSION ?= $(shell sed -n 's/^Version = "\(.*\)"/\1/p' FyneApp.toml)
COMMIT  ?= $(shell git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)

# migrated_fynedo is how the window ships: without Fyne's thread checks, which
# the tests run with. -p 2 because one package of the Graph SDK takes 5 GB.
BUILD = -p 2 -trimpath -tags migrated_fynedo
LINK  = -X main.version=$(VERSION) -X main.commit=$(COMMIT)

# What make torture draws, one seed after the other.
SEEDS ?= 500
FIRST ?= 1

.DEFAULT_GOAL := build
.PHONY: build demo test torture soak e2e bench bench-directory bench-peers bench-window bench-window-directory bench-first-sync screenshots graph-js-check parquet-check mutations package package-macos package-try package-check package-same icons clean help

build: ## build bin/entrasync (window), bin/entrasyncctl (terminal) and bin/graphsim (simulated tenant)
	@.ci/deps build
	go build $(BUILD) -ldflags '$(LINK)' -o bin/ ./cmd/entrasync ./cmd/entrasyncctl ./cmd/graphsim

demo: build ## run on the built-in demo tenant: a window, or the terminal where there is no display
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ] || [ "$$(uname)" = Darwin ]; then \
		env -u ENTRASYNC_DATA_DIR bin/entrasync --demo; \
	else \
		env -u ENTRASYNC_DATA_DIR bin/entrasyncctl demo; \
	fi

test: ## check everything; needs no display
	@.ci/test

torture: ## disturb syncs of simulated tenants at random, and compare (SEEDS=500 FIRST=1)
	@.ci/deps build
	go test $(BUILD) -run '^TestTorture$$' -timeout 0 ./core/syncer -torture.seeds $(SEEDS) -torture.first $(FIRST)

soak: build ## run the sync loop beside tenants that change all the time, with faults, and measure what grows (FOR=1h)
	go run ./.ci/soak -for $(or $(FOR),1h) -samples bin/soak.csv

e2e: build ## drive the window with mouse and keyboard on a virtual screen
	@.ci/deps window
	.ci/e2e
	.ci/e2e-start

bench: ## measure the core
	@.ci/deps build
	go test $(BUILD) -run '^$$' -bench . -benchmem ./core/...

bench-directory: ## measure reading a directory: lists, search, sort, filter, object page, nesting, changes, as of, diff, views (OBJECTS=1000000 CHANGES=10000000)
	@.ci/deps build
	folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && export ENTRASYNC_BENCH_DIR="$$folder" && \
	export ENTRASYNC_BENCH_OBJECTS=$(or $(OBJECTS),100000) ENTRASYNC_BENCH_CHANGES=$(or $(CHANGES),1000000) && \
	go test $(BUILD) -run '^$$' -bench 'Reading|Search' -timeout 2h ./core/store && \
	go test $(BUILD) -run '^$$' -bench Views -timeout 2h ./core/views

bench-peers: build ## measure whole syncs beside other clients (PEERS='-users 20000 -latency 0' is quick)
	go build $(BUILD) -o bin/ ./.ci/peers
	bin/peers $(PEERS)

bench-window: build ## measure the window's first frame over 100,000 users and 1,000,000 rows of history, on a virtual screen
	@.ci/deps pictures
	.ci/first-frame

bench-window-directory: build ## walk through the window over the directory of bench-directory, and measure memory, frames and the end (OBJECTS=1000000 CHANGES=10000000)
	@.ci/deps pictures
	OBJECTS='$(OBJECTS)' CHANGES='$(CHANGES)' .ci/window-at-scale

bench-first-sync: build ## record the window's frames while it makes the first sync of a tenant of 50,000 users (USERS, LATENCY: others)
	@.ci/deps pictures
	.ci/first-sync-frames

screenshots: build ## take the pictures in docs/screenshots on a virtual screen
	@.ci/deps pictures
	.ci/screenshots

graph-js-check: build ## read the simulated tenant by Microsoft's JavaScript client (fetched from npm, so it needs the network; pinned by hash), as AzureHound asks
	@.ci/deps javascript
	.ci/graph-js-check

parquet-check: build ## read the Parquet files of an export by another implementation (hyparquet, fetched from npm, so it needs the network) and compare each cell
	.ci/parquet-check

mutations: ## take the rules behind docs/guarantees.md out of the code, one by one: each has to make tests fail (half an hour)
	@.ci/deps build
	go run ./.ci/mutations

package: ## make the packages and installers for Linux and Windows in dist/ (OF=linux or OF=windows: one of both)
	@.ci/deps $(if $(filter linux,$(OF)),package,package-windows)
	VERSION='$(VERSION)' COMMIT='$(COMMIT)' BUILD='$(BUILD)' LINK='$(LINK)' .ci/package $(OF)

package-macos: ## make the app and its disk image in dist/, on macOS
	VERSION='$(VERSION)' BUILD='$(BUILD)' LINK='$(LINK)' .ci/package-macos

package-try: build ## install, show, upgrade and remove what lies in dist/: in a minimal Debian, and under Wine (ten minutes, as root)
	@.ci/deps package-try
	.ci/package-try-deb bin/package-deb.png
	.ci/package-try-windows bin/package-windows.png
	.ci/package-try-signing
	.ci/package-try-service

package-check: ## check the packages' descriptions, and what lies in dist/
	@.ci/deps package
	.ci/package-check

package-same: ## package this commit twice, in two clones, and compare
	@.ci/deps $(if $(filter linux,$(OF)),package,package-windows)
	.ci/package-same $(OF)

icons: ## render assets/icon.svg in all sizes
	@.ci/deps icons
	for s in 16 22 24 32 48 64 128 256 512; do rsvg-convert -w $$s -h $$s assets/icon.svg -o assets/package/icons/$$s.png; done
	cd assets/package/icons && icotool -c -o ../windows/entrasync.ico 16.png 24.png 32.png 48.png 64.png 128.png --raw=256.png

clean: ## remove bin and dist
	rm -rf bin dist

help: ## list these targets
	@sed -n 's/^\([a-z0-9-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14
