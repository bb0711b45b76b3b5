# root: tools
# run: /bin/bash
# npm test: yes
# file on files of many kinds, and make: rules, patterns, functions, recursion, jobs, errors.
export LC_ALL=C TZ=UTC
work=$(mktemp -d) && cd "$work" || exit 1
status() { echo "status $?"; }

echo == file
printf '#!/bin/sh\necho\n' > script
printf '\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x20\0\0\0\x10\x08\x02\0\0\0' > picture
printf 'GIF89a\x10\0\x08\0' > animation
printf '\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\1\0H\0H\0\0' > photo
printf '%%PDF-1.4\n' > document
printf '\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\x3e\0' > elf64
printf 'PK\x03\x04\x14\0\0\0\x08\0' > zip
printf '<?xml version="1.0"?>\n<a/>\n' > xml
printf '{"a": [1, 2]}\n' > json
printf 'int main(void) { return 0; }\n#include <stdio.h>\n' > source.c
printf '\xc3\xa9t\xc3\xa9\n' > utf8
printf '\xff\xfeh\0i\0\n\0' > utf16
printf 'dos\r\nlines\r\n' > dos
printf 'a\tb\0c' > data
: > empty
tar -cf archive --mtime=@0 script
gzip -n < script > packed.gz
bzip2 < script > packed.bz2
xz < script > packed.xz
ln -s script link
mkfifo fifo
file script picture animation photo document elf64 zip xml json source.c utf8 utf16 dos data empty archive packed.* link fifo . absent
file -b --mime script picture json utf16 packed.xz
file -L link; file -s fifo < /dev/null; file -z packed.gz; file - < xml
file -b /bin/bash | cut -d, -f1-3
file -E absent; status

echo == make
mkdir project && cd project || exit 1
cat > Makefile << 'EOF'
SHELL := /bin/sh
names := one two three
objects := $(names:%=%.o)
upper = $(shell echo $(1) | tr a-z A-Z)
all: program sub summary
program: $(objects)
	@echo link $(words $^) of $(sort $^)
	@cat $^ > $@
%.o: %.src
	@echo compile $< to $*
	@sed 's/^/[$*] /' $< > $@
one.o: header
sub: ; @$(MAKE) --no-print-directory -C below LEVEL=$(MAKELEVEL)
summary:
	@echo '$(call upper,$(firstword $(names))) $(patsubst t%,T%,$(names)) $(filter-out two,$(names)) $(foreach n,$(names),<$(n)>)'
	@echo $(if $(wildcard header),there,absent) $(dir a/b/c.d) $(notdir a/b/c.d) $(basename x.y) $(suffix x.y) $(addprefix -l,a b) $(join a b,1 2) $(subst e,E,feet) $(strip  a  b ) $(wordlist 2,3,$(names)) $(origin names) $(flavor upper)
.PHONY: all sub summary clean fail
clean: ; rm -f *.o program
define two_lines
@echo first of $(1)
@echo second of $(1)
endef
multi: ; $(call two_lines,multi)
fail: ; @echo before; exit 3; echo after
keep: ; -false
cycle: cycle2 ; @echo cycle
cycle2: cycle ; @echo cycle2
ifeq ($(MODE),debug)
mode: ; @echo debugging
else ifdef MODE
mode: ; @echo mode is $(MODE)
else
mode: ; @echo no mode
endif
slow%: ; @sleep 0.0$*; echo slow $*
parallel: slow3 slow1 slow2
.DELETE_ON_ERROR:
half: ; @echo half > $@; false
grouped-a grouped-b &: ; @echo both; touch grouped-a grouped-b
late: | order ; @echo late
order: ; @echo order first; touch order
generated.mk: ; @echo 'made := by make' > $@
-include generated.mk
show: ; @echo made $(made)
EOF
mkdir below; printf 'all:\n\t@echo below at $(LEVEL) $(MAKELEVEL) $(notdir $(CURDIR))\n' > below/Makefile
for n in one two three; do echo "source of $n" > $n.src; done
touch header
make; status
make; status
sleep 0.02; touch two.src; make program; make -q program; status
make -n clean; make clean; ls *.o 2>&1
make MODE=debug mode; make MODE=fast mode; make mode; make show
make multi; make fail; status
make keep; make cycle; make -j3 -O parallel | sort
make half; status; ls half
make grouped-a grouped-b; make late; make late
make nosuch; status
make -f absent; status
printf 'all:\n    echo spaces\n' > bad; make -f bad; status
make -k fail nosuch summary; status
make -p -f /dev/null 2> /dev/null | grep -c '^MAKE'
printf 'a: $(addsuffix .x,%s)\n%%.x: ; @echo -n "$* "\n' "$(seq -s' ' 1 200)" | make -j4 -f - | wc -w
make --version | head -n 1 | cut -d. -f1
rm -rf "$work"
