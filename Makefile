# `make run` and `make test` do everything, on a fresh Debian machine too.
# A crash must not start the backtracer: it would keep the pipes of whoever waits for us open.
SHELL = /bin/bash
.SHELLFLAGS = -o pipefail -ec
export SWIFT_BACKTRACE = enable=no

# One static program: it starts in under 3 ms and needs nothing installed where it runs. Its types are made by calls: found
# by their mangled names, as the compiler does it by default, they cost each start a millisecond.
RELEASE = swift build -c release --static-swift-stdlib -Xswiftc -static-executable \
  -Xswiftc -Xfrontend -Xswiftc -disable-concrete-type-metadata-mangled-name-accessors \
  -Xswiftc -use-ld=lld -Xlinker --eh-frame-hdr -Xlinker -s --product
BINARY = .build/release/rundown
PREFIX ?= /usr/local

.PHONY: run test check-slow lint format bench build install clean setup-build setup-test

run: build
	$(BINARY) run Runbooks/tour.runbook.md

build: setup-build
	@$(RELEASE) rundown 2>&1 | Scripts/quiet-build

test: setup-test
	swift build --build-tests
	swift test --skip-build

check-slow: setup-test
	Scripts/check-slow

lint:
	swift format lint -r -p --strict Sources Tests Package.swift

format:
	swift format -i -r -p Sources Tests Package.swift

bench: build
	@Scripts/setup bench
	@$(RELEASE) gate-fuzz 2>&1 | Scripts/quiet-build
	@$(RELEASE) sandbox-bench 2>&1 | Scripts/quiet-build
	Scripts/bench $(BINARY)
	Scripts/bench-proxy $(BINARY)

install: build
	install -D -m 755 $(BINARY) $(DESTDIR)$(PREFIX)/bin/rundown
	mkdir -p $(addprefix $(DESTDIR)$(PREFIX)/share/,man/man1 bash-completion/completions zsh/site-functions fish/vendor_completions.d)
	$(BINARY) man > $(DESTDIR)$(PREFIX)/share/man/man1/rundown.1
	$(BINARY) completions bash > $(DESTDIR)$(PREFIX)/share/bash-completion/completions/rundown
	$(BINARY) completions zsh > $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_rundown
	$(BINARY) completions fish > $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/rundown.fish

clean:
	swift package clean
	rm -rf .build

setup-build:
	@Scripts/setup build

setup-test:
	@Scripts/setup test
