# Two commands are enough to begin: make demo, make test.

VERSION ?= $(shell sed -n 's/^Version = "\(.*\)"/\1/p' FyneApp.toml)
COMMIT  ?= $(shell git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)

# migrated_fynedo is how the window ships: without Fyne's thread checks, which
# the tests run with. -p 2 because one package of the Graph SDK takes 5 GB.
BUILD = -p 2 -trimpath -tags migrated_fynedo
LINK  = -X main.version=$(VERSION) -X main.commit=$(COMMIT)

.DEFAULT_GOAL := build
.PHONY: build demo test bench screenshot clean help

build: ## build bin/entrasync (window) and bin/entrasyncctl (terminal)
	@.ci/deps build
	go build $(BUILD) -ldflags '$(LINK)' -o bin/ ./cmd/entrasync ./cmd/entrasyncctl

demo: build ## run on the built-in demo tenant: a window, or the terminal where there is no display
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ] || [ "$$(uname)" = Darwin ]; then \
		env -u ENTRASYNC_DATA_DIR bin/entrasync --demo; \
	else \
		env -u ENTRASYNC_DATA_DIR bin/entrasyncctl demo; \
	fi

test: ## check everything; needs no display
	@.ci/test

bench: ## measure the core
	@.ci/deps build
	go test $(BUILD) -run '^$$' -bench . -benchmem ./core/...

screenshot: build ## take docs/screenshots/window.png on a virtual screen
	@.ci/deps window
	.ci/window bin/entrasync docs/screenshots/window.png

clean: ## remove bin
	rm -rf bin

help: ## list these targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12
