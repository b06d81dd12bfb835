# SPDX-License-Identifier: GPL-2.0-or-later
#
# make help tells what there is. CC, CFLAGS, CPPFLAGS, LDFLAGS, PREFIX and DESTDIR are yours;
# SAN=address,undefined BUILD=build/asan gives a second tree beside the first.

VERSION := 0.1.0
PREFIX  ?= /usr/local
DESTDIR ?=
BUILD   ?= build
SAN     ?=
CFLAGS  ?= -O2 -g
WERROR  ?=

BINDIR  := $(PREFIX)/bin
MANDIR  := $(PREFIX)/share/man
DATADIR := $(PREFIX)/share/nsview

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:

## What it is built from

SRCS      := $(sort $(wildcard src/*.c src/*/*.c))
UNIT_SRCS := $(sort $(wildcard tests/unit/*.c))
FUZZ_SRCS := $(sort $(wildcard tests/fuzz/fuzz_*.c))
AIDS      := $(sort $(wildcard tests/live/*.c tests/bench/*.c))
HEADERS   := $(sort $(wildcard include/nsview/*.h src/*/*.h))
SCRIPTS   := $(sort $(wildcard .ci/* tests/*.sh tests/*/*.sh tests/*/*.bash tests/*/*.bats))
MANPAGES  := $(sort $(wildcard man/*.[157]))
SCHEMAS   := $(sort $(wildcard man/schema/*.json))

## How it is built

PKGS      := libproc2 smartcols mount json-c libmnl libcap ncursesw
TEST_PKGS := check

NSV_CPPFLAGS = -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -DNSVIEW_VERSION='"$(VERSION)"' -Iinclude -Isrc
NSV_CFLAGS   = -std=gnu17 -pthread -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wformat=2 -Wconversion -Wundef -Wvla -Wpointer-arith -fno-strict-aliasing \
	$(if $(WERROR),-Werror) \
	$(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=all)
NSV_LDFLAGS  = -pthread $(if $(SAN),-fsanitize=$(SAN)) -Wl,--as-needed

OBJS      := $(SRCS:%.c=$(BUILD)/%.o)
UNIT_OBJS := $(UNIT_SRCS:%.c=$(BUILD)/%.o)
UNIT_BINS := $(UNIT_SRCS:tests/unit/%.c=$(BUILD)/unit/%)
FUZZ_BINS := $(FUZZ_SRCS:tests/fuzz/%.c=$(BUILD)/fuzz/%)
AID_BINS  := $(patsubst tests/%.c,$(BUILD)/%,$(AIDS))
TIDY_OKS  := $(patsubst %.c,$(BUILD)/tidy/%.ok,$(SRCS) $(UNIT_SRCS) $(FUZZ_SRCS) $(AIDS))

# With deps among the goals the packages come first: nothing asks pkg-config before that.
FIRST := $(filter deps,$(MAKECMDGOALS))
GOALS := $(filter-out deps,$(MAKECMDGOALS))

all: $(BUILD)/nsview ## build nsview

# The flags of a build tree: changing them builds everything anew.
$(BUILD)/flags: FORCE | $(FIRST)
	@mkdir -p $(@D)
	@echo '$(CC) $(NSV_CPPFLAGS) $(CPPFLAGS) $(NSV_CFLAGS) $(CFLAGS) $(NSV_LDFLAGS) $(LDFLAGS)' | cmp -s - $@ || \
		echo '$(CC) $(NSV_CPPFLAGS) $(CPPFLAGS) $(NSV_CFLAGS) $(CFLAGS) $(NSV_LDFLAGS) $(LDFLAGS)' > $@

# What pkg-config says of the libraries, as response files for the compiler.
$(BUILD)/pkg.cflags $(BUILD)/pkg.libs &: .ci/pkgs Makefile | $(FIRST)
	@mkdir -p $(@D)
	@.ci/pkgs check $(PKGS)
	@pkg-config --cflags $(PKGS) > $(BUILD)/pkg.cflags
	@pkg-config --libs $(PKGS) > $(BUILD)/pkg.libs

$(BUILD)/check.libs: .ci/pkgs Makefile | $(FIRST)
	@mkdir -p $(@D)
	@.ci/pkgs check $(TEST_PKGS)
	@pkg-config --cflags --libs $(TEST_PKGS) > $@

$(BUILD)/nsview: $(BUILD)/src/main.o $(BUILD)/libnsview.a $(BUILD)/pkg.libs
	$(CC) $(NSV_CFLAGS) $(CFLAGS) $(NSV_LDFLAGS) $(LDFLAGS) -o $@ $(filter %.o %.a,$^) @$(BUILD)/pkg.libs

$(BUILD)/libnsview.a: $(filter-out $(BUILD)/src/main.o,$(OBJS))
	@rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/%.o: %.c $(BUILD)/flags $(BUILD)/pkg.cflags
	@mkdir -p $(@D)
	$(CC) $(NSV_CPPFLAGS) $(CPPFLAGS) @$(BUILD)/pkg.cflags $(NSV_CFLAGS) $(CFLAGS) -MMD -MP -c $< -o $@

$(BUILD)/unit/%: $(BUILD)/tests/unit/%.o $(BUILD)/libnsview.a $(BUILD)/pkg.libs $(BUILD)/check.libs
	@mkdir -p $(@D)
	$(CC) $(NSV_CFLAGS) $(CFLAGS) $(NSV_LDFLAGS) $(LDFLAGS) -o $@ $(filter %.o %.a,$^) @$(BUILD)/check.libs @$(BUILD)/pkg.libs

# A fuzzer is a file with LLVMFuzzerTestOneInput; here it is linked with a main that replays its corpus.
$(BUILD)/fuzz/%: $(BUILD)/tests/fuzz/%.o $(BUILD)/tests/fuzz/replay.o $(BUILD)/libnsview.a $(BUILD)/pkg.libs
	@mkdir -p $(@D)
	$(CC) $(NSV_CFLAGS) $(CFLAGS) $(NSV_LDFLAGS) $(LDFLAGS) -o $@ $(filter %.o %.a,$^) @$(BUILD)/pkg.libs

# Small programs that tests and benchmarks run.
$(AID_BINS): $(BUILD)/%: $(BUILD)/tests/%.o
	@mkdir -p $(@D)
	$(CC) $(NSV_CFLAGS) $(CFLAGS) $(NSV_LDFLAGS) $(LDFLAGS) -o $@ $<

-include $(OBJS:.o=.d) $(UNIT_OBJS:.o=.d) $(FUZZ_SRCS:%.c=$(BUILD)/%.d) $(AIDS:%.c=$(BUILD)/%.d)

## How it is used and tested

deps: ## install the packages that are missing: of the build, and of the tests unless it only serves run or install
	@.ci/pkgs install build $(if $(filter run all install,$(GOALS)),$(if $(filter check lint bench,$(GOALS)),test),test)

run: $(BUILD)/nsview ## build nsview and list this machine's namespaces
	@$(BUILD)/nsview list

programs: $(BUILD)/nsview $(UNIT_BINS) $(FUZZ_BINS) $(AID_BINS)

check: programs ## run the tests
	@BUILD=$(BUILD) SAN=$(SAN) tests/run.sh

# What clang-tidy has seen without complaint.
$(BUILD)/tidy/%.ok: %.c .clang-tidy $(HEADERS) $(BUILD)/pkg.cflags
	@mkdir -p $(@D)
	@clang-tidy --quiet $< -- -std=gnu17 $(NSV_CPPFLAGS) $$(cat $(BUILD)/pkg.cflags) 2>$@.err || { cat $@.err >&2; exit 1; }
	@touch $@

tidy: $(TIDY_OKS)

bench: $(BUILD)/nsview $(AID_BINS) ## measure nsview beside lsns (SIZES="100 2000" chooses the worlds)
	@BUILD=$(BUILD) tests/bench/run.sh $(SIZES)

lint: | $(FIRST) ## every check that needs no running: compilers, clang-tidy, shellcheck, mandoc, tables
	@BUILD=$(BUILD)/lint SCRIPTS='$(SCRIPTS)' tests/lint.sh

clean: ## delete what was built
	rm -rf $(BUILD)

## How it is packaged

install: all ## install under DESTDIR and PREFIX
	install -D -m 755 $(BUILD)/nsview $(DESTDIR)$(BINDIR)/nsview
	for m in $(MANPAGES); do install -D -m 644 $$m $(DESTDIR)$(MANDIR)/man$${m##*.}/$${m#man/} || exit; done
	for s in $(SCHEMAS); do install -D -m 644 $$s $(DESTDIR)$(DATADIR)/schema/$${s##*/} || exit; done
	install -D -m 644 completions/nsview.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/nsview
	install -D -m 644 completions/_nsview $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_nsview
	install -D -m 644 completions/nsview.fish $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/nsview.fish

uninstall: ## remove what install put there
	rm -f $(DESTDIR)$(BINDIR)/nsview
	for m in $(MANPAGES); do rm -f $(DESTDIR)$(MANDIR)/man$${m##*.}/$${m#man/}; done
	rm -f $(DESTDIR)$(PREFIX)/share/bash-completion/completions/nsview
	rm -f $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_nsview
	rm -f $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/nsview.fish
	rm -rf $(DESTDIR)$(DATADIR)

help: ## this list
	@sed -nE 's/^([a-z]+):[^#]*## (.*)/  \1\t\2/p' Makefile | expand -t 14

FORCE:
.PHONY: all deps run programs check tidy bench lint clean install uninstall help FORCE
