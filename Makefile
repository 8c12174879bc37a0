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

PACKAGES   := sqlite3 libcmark libutf8proc yaml-0.1 libxxhash
CPPFLAGS   += -D_GNU_SOURCE -I. -DPM_PREFIX='"$(PREFIX)"'
CPPFLAGS   += $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null)
WARNINGS   := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla
CFLAGS.release := -O2 -g
CFLAGS.debug   := -O0 -g3
CFLAGS.asan    := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
CFLAGS.fuzz    := -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
CFLAGS     += -std=c17 $(WARNINGS) $(CFLAGS.$(MODE)) $(if $(filter-out 0 false,$(CI)),-Werror)
LDFLAGS    += $(filter -fsanitize=%,$(CFLAGS.$(MODE)))
LDLIBS     += $(shell pkg-config --libs $(PACKAGES) 2>/dev/null) -lmecab -lstemmer -lm -lpthread

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
DATA      := $(B)/share/pmsearch/pmsearch.dict $(B)/share/pmsearch/user.dic
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

$(B)/share/pmsearch/pmsearch.dict: $(B)/bin/pmdict $(wildcard dict/*.tsv)
	@mkdir -p $(@D)
	$(B)/bin/pmdict dict $@

$(B)/share/pmsearch/user.dic: $(wildcard dict/mecab-user.csv)
	@mkdir -p $(@D)
	indexer/mecab-user.sh dict/mecab-user.csv $@

$(B)/tests/test_%: $(B)/tests/unit/test_%.o $(LIB)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcmocka

.PHONY: units
units: $(UNITS) $(DATA)

.PHONY: clean
clean:
	rm -rf build
