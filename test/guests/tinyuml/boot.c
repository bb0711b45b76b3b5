// The start: options, the host's abilities, the mode, memory, process 1.
//
//   tinyuml [OPTION...] [NAME=VALUE...] [ARGUMENT...] [-- ARGUMENT...]
//   mode=tt|skas0|skas3|skas4   what the host cannot do is replaced by the next of skas4, skas3, skas0, tt; else skas3
//   root=DIR cwd=DIR            the host folder that is /, and where process 1 begins in it
//   init=PROGRAM mem=32M        process 1; physical memory
//   jail                        tt: the kernel's memory is read-only while the guest's code runs
//   noskas0 noprocmm noptracefaultinfo nosysemu     as if the host, or the kernel, were without
//   skas4=posted tick=10000 quiet                   the form of skas4 that was posted; microseconds; no boot log
#include "tinyuml.h"

struct options options = {.root = "/", .init = "/bin/sh", .cwd = "/", .skas4_new = 1000, .skas4_other = 1001, .memory = 32 << 20, .tick = 10000};
char **host_environment;
const struct mode *mode;
static char *init_args[32], *init_environment[16] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/"};

static void set_variable(char *text) {
  u32 i = 0, name = strchr(text, '=') + 1 - text;
  while (init_environment[i] && strncmp(init_environment[i], text, name)) i++;
  if (i < ARRAY(init_environment) - 1) init_environment[i] = text;
}

static int starts(const char *s, const char *prefix, const char **rest) {
  u32 n = strlen(prefix);
  if (strncmp(s, prefix, n)) return 0;
  *rest = s + n;
  return 1;
}

static u32 parse_size(const char *s) {
  u32 value = parse_number(&s);
  return *s == 'G' ? value << 30 : *s == 'M' || *s == 'm' ? value << 20 : *s == 'K' || *s == 'k' ? value << 10 : value;
}

// As Linux has it: what is no option goes to init, NAME=VALUE as environment.
static void parse(int argc, char **argv) {
  int args = 1, all = 0;
  const char *rest;
  static const struct { const char *name; int *flag; } flags[] = {
      {"jail", &options.jail}, {"nosysemu", &options.no_sysemu}, {"noprocmm", &options.no_proc_mm},
      {"noptracefaultinfo", &options.no_faultinfo}, {"noskas0", &options.no_skas0}, {"quiet", &options.quiet}};
  for (int i = 1; i < argc; i++) {
    char *s = argv[i];
    u32 known = 0;
    for (; known < ARRAY(flags) && !all; known++)
      if (!strcmp(s, flags[known].name)) break;
    if (all) { if (args < 31) init_args[args++] = s; }
    else if (!strcmp(s, "--")) all = 1;
    else if (known < ARRAY(flags)) *flags[known].flag = 1;
    else if (starts(s, "mode=", &options.mode) || starts(s, "root=", &options.root)) {}
    else if (starts(s, "init=", &options.init) || starts(s, "cwd=", &options.cwd)) {}
    else if (starts(s, "mem=", &rest)) options.memory = parse_size(rest);
    else if (starts(s, "tick=", &rest)) options.tick = parse_number(&rest);
    else if (!strcmp(s, "skas4=posted")) options.posted = 1, options.skas4_new = 325, options.skas4_other = 326;
    else if (strchr(s, '=')) set_variable(s);
    else if (args < 31) init_args[args++] = s;
  }
  init_args[0] = (char *)options.init;
  if (options.memory < 4 << 20 || options.memory > 320u << 20) panic("mem= from 4M to 320M");
  if (options.tick <= 0) panic("tick= in microseconds");
}

u32 host_auxv(u32 type) {
  char **end = host_environment;
  while (*end) end++;
  for (u32 *entry = (u32 *)(end + 1); entry[0]; entry += 2)
    if (entry[0] == type) return entry[1];
  return 0;
}

// What was asked for, or the next that the host can do: skas4, skas3, skas0, tt.
static const struct mode *choose(void) {
  const char *asked = options.mode ? options.mode : "skas3";
  int rank = !strcmp(asked, "skas4") ? 4 : !strcmp(asked, "skas3") ? 3 : !strcmp(asked, "skas0") ? 2 : 1;
  if (rank == 1 && strcmp(asked, "tt")) panic("mode=%s: tt, skas0, skas3, skas4 are possible", asked);
  if (rank == 4 && host_has.skas4) return &mode_skas4;
  if (rank >= 3 && host_has.proc_mm && host_has.faultinfo && host_has.switch_mm) return &mode_skas3;
  if (rank >= 2 && !options.no_skas0) return &mode_skas0;
  return &mode_tt;
}

// In the process that runs process 1's side of the kernel.
void start_init(void) {
  current = procs[0];
  vdso_boot();
  exec_init(init_args, init_environment);
}

void boot(u32 *stack) {
  host_environment = (char **)(stack + 1 + stack[0] + 1);
  parse(stack[0], (char **)(stack + 1));
  probe_host();
  mode = choose();
  print("UML running in %s mode\n", mode->title);
  physmem_boot(options.memory & ~(PAGE - 1));
  struct proc *init = proc_alloc();
  init->pgrp = init->session = init->pid;
  init->umask = 022;
  init->file_limit = NFILE;
  init->state = RUNNABLE;
  copy_string(init->cwd, options.cwd, PATH);
  files_boot(init);
  mode->boot();
}

void halt(int status) {
  print("System halted.\n");
  if (mode && physmem) mode->halt(status);
  for (;;) host(exit_group, status);
}
