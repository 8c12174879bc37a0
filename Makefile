# pmsearch: full-text and root-cause search over incident postmortems.
#
#   make demo    install what is missing, build, index the samples, search
#   make check   the same set-up, then every test and, where the tools exist, lint
#
# MODE=release|debug|asan|fuzz chooses build/<mode>; CI=1 adds -Werror.

MODE   ?= release
PREFIX ?= /usr/local
B      := build/$(MODE)
CC     ?= gcc

# Set-up comes first: on a bare machine pkg-config itself is missing when the
# variables below are read, so demo and check install and then call make again.
PACKAGES   := sqlite3 libcmark libutf8proc yaml-0.1 libxxhash
CPPFLAGS   += -D_GNU_SOURCE -I. -DPM_PREFIX='"$(PREFIX)"'
CPPFLAGS   += $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null)
WARNINGS   := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla
CFLAGS.release := -O3 -g -fno-plt
CFLAGS.debug   := -O0 -g3
CFLAGS.asan    := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
CFLAGS.fuzz    := -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
CFLAGS     += -std=c17 $(WARNINGS) $(CFLAGS.$(MODE)) $(if $(filter-out 0 false,$(CI)),-Werror)
LDFLAGS    += $(filter -fsanitize=%,$(CFLAGS.$(MODE)))

# A search is over in milliseconds, of which ten shared libraries would take two: archives
# are linked where they are installed, which they are with Debian's -dev packages.
archive     = $(or $(filter /%,$(shell $(CC) -print-file-name=lib$(1).a)),-l$(1))
# MeCab's needs the C++ library's, which gcc alone does not bring.
CXX_LIB    := $(filter /%,$(shell $(CC) -print-file-name=libstdc++.a))
ARCHIVES   := $(foreach l,sqlite3 cmark utf8proc yaml xxhash stemmer,$(call archive,$(l))) \
    $(if $(CXX_LIB),$(call archive,mecab) $(CXX_LIB),-lmecab)
LDLIBS     += $(ARCHIVES) -lm -lpthread

ifeq ($(MODE),fuzz)
CC := clang
endif

LIB_SRC   := $(wildcard lib/*.c)
INDEX_SRC := $(filter-out indexer/main.c indexer/dict_main.c,$(wildcard indexer/*.c))
QUERY_SRC := $(filter-out query/main.c,$(wildcard query/*.c))
UNIT_SRC  := $(wildcard tests/unit/test_*.c)
FUZZ_SRC  := $(wildcard tests/fuzz/fuzz_*.c)
obj        = $(patsubst %.c,$(B)/%.o,$(1))
LIB       := $(B)/libpm.a
PROGRAMS  := $(B)/bin/pmindex $(B)/bin/pmsearch
DATA      := $(B)/share/pmsearch/pmsearch.dict $(B)/share/pmsearch/user.dic \
             $(B)/share/pmsearch/catalogue.db

# The wider JA-EN lexicon is made where Debian's package edict is installed (EDICT=no: not).
EDICT_DIR ?= /usr/share/edict
EDICT_DB  := $(if $(filter no,$(EDICT)),,$(if $(wildcard $(EDICT_DIR)/edict),$(B)/share/pmsearch/edict.db))
DATA      += $(EDICT_DB)
UNITS     := $(patsubst tests/unit/%.c,$(B)/tests/%,$(UNIT_SRC))

.PHONY: all
all: $(PROGRAMS) $(DATA)

-include $(shell find $(B) -name '*.d' 2>/dev/null)

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(LIB): $(call obj,$(LIB_SRC) $(INDEX_SRC) $(QUERY_SRC))
	@rm -f $@
	ar rcs $@ $^

$(B)/bin/pmindex: $(call obj,indexer/main.c) $(LIB)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(B)/bin/pmsearch: $(call obj,query/main.c) $(LIB)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# The dictionary compiler is a build tool; it is not installed.
$(B)/bin/pmdict: $(call obj,indexer/dict_main.c) $(LIB)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(B)/share/pmsearch/pmsearch.dict: $(B)/bin/pmdict $(wildcard dict/*.tsv dict/mechanisms/*.md)
	@mkdir -p $(@D)
	$(B)/bin/pmdict dict $@

$(B)/share/pmsearch/user.dic: $(wildcard dict/mecab-user.csv)
	@mkdir -p $(@D)
	indexer/mecab-user.sh dict/mecab-user.csv $@

# Without what the builder's own team has added.
$(B)/share/pmsearch/catalogue.db: $(B)/bin/pmdict $(B)/share/pmsearch/pmsearch.dict \
    $(B)/share/pmsearch/user.dic
	XDG_CONFIG_HOME=/nonexistent $(B)/bin/pmdict --catalogue $(@D) $@

# What its words are cut by; the compiler itself changes with every source.
$(B)/share/pmsearch/edict.db: $(wildcard $(EDICT_DIR)/edict $(EDICT_DIR)/compdic) dict/stopwords.tsv \
    $(B)/share/pmsearch/user.dic $(wildcard indexer/edict_*.c lib/edict.c lib/concept.c lib/norm*.c \
    lib/morph*.c lib/stem.c lib/tokenizer*.c) | $(B)/bin/pmdict $(B)/share/pmsearch/pmsearch.dict
	@mkdir -p $(@D)
	$(B)/bin/pmdict --edict $(EDICT_DIR)/edict $(EDICT_DIR)/compdic $(@D) $@

$(B)/tests/test_%: $(B)/tests/unit/test_%.o $(LIB)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcmocka

.PHONY: units
units: $(UNITS) $(DATA)

# -- the two commands of README.md --------------------------------------------

.PHONY: demo
demo:
	@.ci/deps.sh build
	@$(MAKE) --no-print-directory -s all
	@tests/demo.sh $(B)

.PHONY: check
check:
	@.ci/deps.sh check
	@$(MAKE) --no-print-directory test
	@$(MAKE) --no-print-directory lint

.PHONY: deps
deps:
	@.ci/deps.sh check

# -- tests --------------------------------------------------------------------

.PHONY: test
test: all units
	MODE=$(MODE) CMOCKA_MESSAGE_OUTPUT=TAP prove -e '' $(sort $(UNITS)) $(sort $(wildcard tests/cli/*.t))

.PHONY: memcheck
memcheck: all units
	MODE=$(MODE) tests/memcheck.sh $(B)

# libFuzzer needs clang; FUZZ_SECONDS bounds each target.
FUZZ_SECONDS ?= 60
FUZZERS      := $(patsubst tests/fuzz/%.c,build/fuzz/fuzzers/%,$(FUZZ_SRC))
.PHONY: fuzz
fuzz:
	$(MAKE) MODE=fuzz fuzzers
	tests/fuzz/run.sh build/fuzz/fuzzers $(FUZZ_SECONDS)

.PHONY: fuzzers
fuzzers: $(FUZZERS) $(DATA)

build/fuzz/fuzzers/%: build/fuzz/tests/fuzz/%.o build/fuzz/libpm.a
	@mkdir -p $(@D)
	$(CC) -fsanitize=fuzzer,address,undefined -o $@ $^ $(LDLIBS)

# The seeds of the fuzz targets as ordinary tests, with any compiler.
$(B)/tests/seeds_%: $(B)/tests/fuzz/fuzz_%.o $(B)/tests/fuzz/seeds_main.o $(LIB)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

SEEDS := $(patsubst tests/fuzz/fuzz_%.c,$(B)/tests/seeds_%,$(FUZZ_SRC))
units: $(SEEDS)

# -- measurements -------------------------------------------------------------

.PHONY: eval
eval: all
	@tests/eval/run.sh $(B)

.PHONY: tune
tune: all
	@tests/eval/tune.sh $(B) $(TUNE)

.PHONY: tune-classes
tune-classes: all
	@tests/eval/fit.sh $(B) $(TUNE)

.PHONY: bench
bench: all
	@tests/bench/run.sh $(B)

# -- lint: silent when all is well; a tool that is not there is named ----------

C_FILES  := $(wildcard lib/*.[ch] indexer/*.[ch] query/*.[ch] tests/unit/*.[ch] tests/fuzz/*.c)
SH_FILES := .ci/run .ci/deps.sh $(wildcard indexer/*.sh tests/*.sh tests/bench/*.sh tests/eval/*.sh tests/fuzz/*.sh tests/cli/*.t)
MAN      := $(wildcard query/*.[15] indexer/*.[15])
have      = command -v $(1) >/dev/null 2>&1 || { echo "lint: $(1) is not installed, left out"; exit 0; };

.PHONY: lint
lint:
	@$(call have,clang-format) clang-format --dry-run -Werror $(C_FILES)
	@$(call have,cppcheck) cppcheck --quiet --std=c11 --enable=warning,portability,performance \
	    --inline-suppr --suppress=missingIncludeSystem --error-exitcode=1 -I. -D_GNU_SOURCE \
	    lib indexer query
	@$(call have,clang-tidy) clang-tidy --quiet $(wildcard lib/*.c indexer/*.c query/*.c) -- \
	    $(CPPFLAGS) -std=c17 2>/dev/null
	@$(call have,shellcheck) shellcheck -x -P SCRIPTDIR $(SH_FILES)
	@$(call have,mandoc) mandoc -Tlint -Wwarning $(MAN)

# -- installation -------------------------------------------------------------

DESTDIR ?=
BINDIR  := $(DESTDIR)$(PREFIX)/bin
SHARE   := $(DESTDIR)$(PREFIX)/share
.PHONY: install
install: all
	install -d $(BINDIR) $(SHARE)/pmsearch $(SHARE)/man/man1 $(SHARE)/man/man5 \
	    $(SHARE)/bash-completion/completions $(SHARE)/zsh/site-functions
	install -m 755 $(PROGRAMS) $(BINDIR)
	install -m 644 $(DATA) $(SHARE)/pmsearch
	install -m 644 $(wildcard query/*.1 indexer/*.1) $(SHARE)/man/man1
	install -m 644 $(wildcard query/*.5 indexer/*.5) $(SHARE)/man/man5
	install -m 644 query/completion.bash $(SHARE)/bash-completion/completions/pmsearch
	install -m 644 query/completion.bash $(SHARE)/bash-completion/completions/pmindex
	install -m 644 query/completion.zsh $(SHARE)/zsh/site-functions/_pmsearch

.PHONY: uninstall
uninstall:
	rm -f $(BINDIR)/pmindex $(BINDIR)/pmsearch $(SHARE)/man/man1/pmindex.1 \
	    $(SHARE)/man/man1/pmsearch.1 $(SHARE)/man/man5/pmsearch-index.5 \
	    $(SHARE)/bash-completion/completions/pmsearch \
	    $(SHARE)/bash-completion/completions/pmindex $(SHARE)/zsh/site-functions/_pmsearch
	rm -rf $(SHARE)/pmsearch

.PHONY: clean
clean:
	rm -rf build
