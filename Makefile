# SPDX-License-Identifier: GPL-2.0-or-later
#
# make help tells what there is. CC, CFLAGS, CPPFLAGS, LDFLAGS, PREFIX and DESTDIR are yours;
# SAN=address,undefined BUILD=build/asan gives a second tree beside the first. BPF=no leaves the BPF scan out.

VERSION := 0.1.0
PREFIX  ?= /usr/local
DESTDIR ?=
BUILD   ?= build
SAN     ?=
CFLAGS  ?= -O2 -g
WERROR  ?=
BPF     ?= yes

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
LIB_AIDS  := tests/bench/pass.c
HEADERS   := $(sort $(wildcard include/nsview/*.h src/*/*.h))
SCRIPTS   := $(sort $(wildcard .ci/* tests/*.sh tests/*/*.sh tests/*/*.bash tests/*/*.bats))
MANPAGES  := $(sort $(wildcard man/*.[157]))
SCHEMAS   := $(sort $(wildcard man/schema/*.json))
BPF_SRCS  := $(sort $(wildcard src/scan/bpf/*.bpf.c))
BPF_HDRS  := $(sort $(wildcard src/scan/bpf/*.h))

## How it is built

PKGS      := libproc2 smartcols mount json-c libmnl libcap ncursesw
TEST_PKGS := check

NSV_CPPFLAGS = -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -DNSVIEW_VERSION='"$(VERSION)"' -Iinclude -Isrc -isystem $(BUILD)/bpf
NSV_CFLAGS   = -std=gnu17 -pthread -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wformat=2 -Wconversion -Wundef -Wvla -Wpointer-arith -fno-strict-aliasing \
	$(if $(WERROR),-Werror) \
	$(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=all)
NSV_LDFLAGS  = -pthread $(if $(SAN),-fsanitize=$(SAN)) -Wl,--as-needed

OBJS      := $(SRCS:%.c=$(BUILD)/%.o)
UNIT_OBJS := $(UNIT_SRCS:%.c=$(BUILD)/%.o)
UNIT_BINS := $(UNIT_SRCS:tests/unit/%.c=$(BUILD)/unit/%)
FUZZ_BINS := $(FUZZ_SRCS:tests/fuzz/%.c=$(BUILD)/fuzz/%)
AID_BINS  := $(patsubst tests/%.c,$(BUILD)/%,$(filter-out $(LIB_AIDS),$(AIDS)))
LIB_AID_BINS := $(patsubst tests/%.c,$(BUILD)/%,$(LIB_AIDS))
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
	$(AR) qcs $@ $^

$(BUILD)/%.o: %.c $(BUILD)/flags $(BUILD)/pkg.cflags
	@mkdir -p $(@D)
	$(CC) $(NSV_CPPFLAGS) $(CPPFLAGS) @$(BUILD)/pkg.cflags $(NSV_CFLAGS) $(CFLAGS) -MMD -MP -c $< -o $@

# The kernel's half of the BPF scan, as bytes in a header: clang compiles it, bpftool makes the
# header. Neither is a must; what was found is noted, so that installing them builds it.
BPF_CLANG   := clang
BPF_TOOL    := bpftool
BPF_CFLAGS  := -target bpf -Iinclude -mcpu=v3 -O2 -g -Wall -Wextra $(if $(WERROR),-Werror)
BPF_PATH    := PATH="$$PATH:/usr/sbin:/sbin"
BPF_OBJS    := $(BPF_SRCS:src/scan/bpf/%.bpf.c=$(BUILD)/bpf/%.o)

$(BUILD)/bpf/tools: FORCE | $(FIRST)
	@mkdir -p $(@D)
	@{ $(BPF_PATH); echo '$(BPF) $(BPF_CFLAGS)'; command -v $(BPF_CLANG) $(BPF_TOOL); ls -d /usr/include/bpf/bpf_helpers.h; } \
		> $@.new 2>/dev/null; cmp -s $@.new $@ || mv $@.new $@

$(BUILD)/bpf/bpf_skel.h: $(BPF_SRCS) $(BPF_HDRS) $(BUILD)/bpf/tools Makefile
	@rm -f $(BPF_OBJS) $@ $@.log
	@$(BPF_PATH); printf '%s\n' '#define NSVIEW_BPF 1' '#include <errno.h>' > $@.new; \
	for src in $(if $(filter-out no,$(BPF)),$(BPF_SRCS)); do \
		name=$${src##*/}; name=$${name%.bpf.c}; obj=$(BUILD)/bpf/$$name.o; \
		{ $(BPF_CLANG) $(BPF_CFLAGS) -c $$src -o $$obj && \
		$(BPF_TOOL) gen skeleton -L $$obj name $${name}_bpf >> $@.new; } 2> $@.log || { \
			echo '#define NSVIEW_BPF 0' > $@.new; \
			echo "nsview: built without its fast BPF scan, for want of clang, bpftool or libbpf's headers:" \
				"$$(head -n 1 $@.log)" >&2; \
			break; }; \
	done; $(if $(filter no,$(BPF)),echo '#define NSVIEW_BPF 0' > $@.new;) mv $@.new $@

$(foreach f,src/scan/bpf_source tests/bench/pass,$(BUILD)/$(f).o $(BUILD)/tidy/$(f).ok): $(BUILD)/bpf/bpf_skel.h

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

$(LIB_AID_BINS): $(BUILD)/%: $(BUILD)/tests/%.o $(BUILD)/libnsview.a $(BUILD)/pkg.libs
	@mkdir -p $(@D)
	$(CC) $(NSV_CFLAGS) $(CFLAGS) $(NSV_LDFLAGS) $(LDFLAGS) -o $@ $(filter %.o %.a,$^) @$(BUILD)/pkg.libs -lm

-include $(OBJS:.o=.d) $(UNIT_OBJS:.o=.d) $(FUZZ_SRCS:%.c=$(BUILD)/%.d) $(AIDS:%.c=$(BUILD)/%.d)

## How it is used and tested

deps: ## install the packages that are missing: of the build, and of the tests unless it only serves run or install
	@.ci/pkgs install build $(if $(filter run all install,$(GOALS)),$(if $(filter check lint bench,$(GOALS)),test),test)
	$(if $(filter no,$(BPF)),,@.ci/pkgs try bpf)

run: $(BUILD)/nsview ## build nsview and list this machine's namespaces
	@$(BUILD)/nsview list

programs: $(BUILD)/nsview $(UNIT_BINS) $(FUZZ_BINS) $(AID_BINS) $(LIB_AID_BINS)

check: programs ## run the tests
	@BUILD=$(BUILD) SAN=$(SAN) tests/run.sh

# What clang-tidy has seen without complaint.
$(BUILD)/tidy/%.ok: %.c .clang-tidy $(HEADERS) $(BUILD)/pkg.cflags
	@mkdir -p $(@D)
	@clang-tidy --quiet $< -- -std=gnu17 $(NSV_CPPFLAGS) $$(cat $(BUILD)/pkg.cflags) 2>$@.err || { cat $@.err >&2; exit 1; }
	@touch $@

tidy: $(TIDY_OKS)

bench: $(BUILD)/nsview $(AID_BINS) $(LIB_AID_BINS) ## measure nsview beside lsns (SIZES="100 2000" chooses the worlds)
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
