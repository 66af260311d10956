# SBM. Two commands do everything on a fresh Debian machine with Rust, a C compiler and make:
#   make demo    builds, starts a server on this machine and plays the whole story, checking each step
#   make test    installs what the tests need and runs every test, format, lints and documentation
# More: make serve, make windows, make install PREFIX=…, make archive, make dist-check, make bench, make campaign, make header, make golden.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo serve test needs build-demo check-format check-lints check-docs run-tests bare-test demo-test installed-test \
	build-dist install uninstall archive dist-check windows bench campaign header golden clean

CARGO ?= cargo
CC ?= cc
CFLAGS ?= -O2
WARNINGS := -std=c99 -Wall -Wextra -Wpedantic -Werror
MINIBACKUP := examples/minibackup.c $(wildcard examples/minibackup/*.c)
DEMO := target/demo
DATA ?= sbm-data

help:
	@sed -n 's/^# \{0,1\}//p' $(firstword $(MAKEFILE_LIST)) | sed -n '1,4p'

# ---- the demo -------------------------------------------------------------------------------------------------------

# $(call demo-bin,FOLDER,PROFILE): server, command line and the example backup program side by side.
define demo-bin
	mkdir -p $(1)
	cp -f target/$(2)/sbm-server target/$(2)/sbmctl target/$(2)/libsbm.so $(1)/
	ln -sf libsbm.so $(1)/libsbm.so.0
	$(CC) $(WARNINGS) $(CFLAGS) -Iinclude $(MINIBACKUP) -o $(1)/minibackup -L$(1) -lsbm -Wl,-rpath,'$$ORIGIN'
	$(CC) $(WARNINGS) $(CFLAGS) -shared -fPIC examples/demo/clock.c -o $(1)/clock.so
endef

build-demo:
	$(CARGO) build --release --locked -p sbm-server -p sbmctl -p sbm-ffi
	$(call demo-bin,$(DEMO),release)

demo: build-demo
	examples/demo.sh $(DEMO)

serve: build-demo
	@echo "The data stays in ./$(DATA). In another terminal: $(DEMO)/sbmctl setup --data-dir $(DATA)"
	exec $(DEMO)/sbm-server --data-dir $(DATA)

# ---- the tests ------------------------------------------------------------------------------------------------------

test: needs check-format check-lints check-docs run-tests bare-test demo-test installed-test
	@echo "All tests passed."

needs:
	tests/needs.sh

check-format:
	$(CARGO) fmt --all --check

check-lints:
	$(CARGO) clippy --workspace --all-targets --locked -- -D warnings

check-docs:
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --workspace --no-deps --locked --quiet

# One test that fails hides none of the others.
run-tests:
	$(CARGO) build --workspace --locked
	$(CARGO) test --workspace --locked --no-fail-fast

# The library without SQLite: it builds, there is none in it, and its cache keeps the same contract.
bare-test:
	$(CARGO) check --locked -p sbm-ffi --no-default-features
	! $(CARGO) tree --locked -p sbm-ffi --no-default-features -e normal | grep -i sqlite
	$(CARGO) test --locked -p sbm-client --no-default-features --lib

# The demo is a test as well, with the programs as the tests have built them.
demo-test:
	$(CARGO) build --workspace --locked
	$(call demo-bin,target/demo-test,debug)
	examples/demo.sh target/demo-test

# What an archive of this build is worth to those who link it: four build systems, the guide of include/README.md, uninstalling.
installed-test:
	$(CARGO) build --workspace --locked
	tests/installed.sh target/debug $(HOST)

# ---- what is shipped ------------------------------------------------------------------------------------------------

PREFIX ?= /usr/local
DESTDIR ?=
HOST = $(shell rustc -vV | sed -n 's/^host: //p')

build-dist:
	$(CARGO) build --profile dist --locked -p sbm-ffi -p sbmctl -p sbm-server

install: build-dist
	DESTDIR='$(DESTDIR)' packaging/install.sh target/dist $(HOST) '$(PREFIX)'

uninstall:
	DESTDIR='$(DESTDIR)' packaging/uninstall.sh '$(PREFIX)'

archive: build-dist
	packaging/archive.sh target/dist $(HOST)

# What the library is measured by, as it is shipped: exports, size, crates.
dist-check:
	$(CARGO) build --profile dist --locked -p sbm-ffi
	packaging/check.sh target/dist

# Everything for Windows: built by MinGW, packed, tested under wine. docs/WINDOWS.md says what that shows and what it does not.
windows:
	tests/windows.sh

# ---- long runs and figures ------------------------------------------------------------------------------------------

campaign:
	tests/campaign.sh

bench:
	tests/bench.sh

# ---- what is generated and checked in -------------------------------------------------------------------------------

# The header first: the flat part of the Pascal unit is made from it.
header:
	SBM_GOLDEN=write $(CARGO) test -p sbm-ffi --test abi header
	SBM_GOLDEN=write $(CARGO) test -p sbm-ffi --test abi the_unit_is_the_one

golden:
	SBM_GOLDEN=write $(CARGO) test -p sbm-tests --test wire_golden
	SBM_GOLDEN=write $(CARGO) test -p sbm-tests --test disk_golden
	SBM_GOLDEN=write $(CARGO) test -p sbm-tests --test spool schema
	SBM_GOLDEN=write $(CARGO) test -p sbm-ffi --test abi
	SBM_BLESS=1 $(CARGO) test -p sbmctl --test help_pages

clean:
	$(CARGO) clean
