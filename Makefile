# The two commands of a newcomer are «make run» and «make test». Both install
# what is missing on Debian and Ubuntu and need nothing else but Go.

# clang builds the window four times as fast as gcc. One set of flags for every
# build, because another set builds everything anew.
export PATH := $(PATH):/usr/local/go/bin
export GOFLAGS := -buildvcs=false
ifneq ($(origin CC),environment)
export CC = $(shell command -v clang >/dev/null && echo clang || echo cc)
endif
FUZZTIME ?= 30s
PREFIX ?= /usr/local

.PHONY: run demo test fuzz pictures build cli cross install release release-check reproducible clean

# Without a display the example case is told in the terminal instead.
run:
	@.ci/setup run
	@if [ "$$(uname)" = Linux ] && [ -z "$$DISPLAY$$WAYLAND_DISPLAY" ]; then \
		echo "There is no display, so no window can open. This is the example case in the terminal:"; echo; \
		$(MAKE) --no-print-directory demo; \
	else \
		$(MAKE) --no-print-directory build && bin/latchkey; \
	fi

demo: cli
	@bin/latchkey-cli demo

test:
	@.ci/setup test
	@go run .ci/check.go

# Every fuzz target for FUZZTIME each; what it finds lands in testdata/fuzz.
fuzz:
	@for p in $$(go list -tags cli ./... | grep -v /app/ui); do \
		for f in $$(go test -tags cli -list '^Fuzz' $$p | grep '^Fuzz'); do \
			echo "== $$p $$f"; \
			go test -tags cli -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME) $$p || exit 1; \
		done; \
	done

# Every screen, light and dark, German and English, into dist/pictures.
pictures:
	@.ci/setup run
	@mkdir -p dist/pictures
	LATCHKEY_PICTURES=$(CURDIR)/dist/pictures go test -count=1 -run Pictures ./app/ui
	@echo "The pictures are in dist/pictures."

build:
	go build -o bin/latchkey .

# The terminal program alone: no cgo, no display libraries.
cli:
	@CGO_ENABLED=0 go build -tags cli -o bin/latchkey-cli .

cross:
	go run .ci/check.go build

# All packages of the commit into dist/release: Linux, Windows, and what a Mac
# needs. Cold it takes some ten minutes.
release:
	@.ci/setup release
	@go -C .ci/release run . -out "$(CURDIR)/dist/release"
	@ls -l dist/release

# Installs, opens and removes what «make release» made. As root.
release-check:
	@.ci/setup release
	@.ci/release-check dist/release

# The same commit once more, in another folder: every byte must be the same.
reproducible:
	@go -C .ci/release run . -out "$(CURDIR)/dist/again"
	@cd dist/again && sha256sum --quiet -c ../release/SHA256SUMS && echo "Every byte is the same."

install: build
	install -D bin/latchkey $(DESTDIR)$(PREFIX)/bin/latchkey

clean:
	rm -rf bin dist
