// The native oracle: executes short i386 instruction sequences on the processor it runs on and writes
// what became of registers, flags, FPU and memory. It reads a sandbox (pages, LDT entries, images) and
// then any number of cases from stdin; test/fuzz/wire.ts has the other end of both formats.
// It uses no libc, so that fs and gs, the FPU and nearly all addresses are free for the cases.
// Segments come from an LDT, so that selectors are the same under 32-bit and 64-bit kernels.
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;

enum { MAX_PAGES = 32, MAX_LDT = 32, PAGE = 4096, CODE_BYTES = 64, FX_BYTES = 512, ALIAS = 0x61000000 };
enum { OPTION_FX = 1, OPTION_STEP = 2 };
enum { SYS_read = 3, SYS_write = 4, SYS_mprotect = 125, SYS_modify_ldt = 123, SYS_rt_sigaction = 174,
       SYS_sigaltstack = 186, SYS_mmap2 = 192, SYS_memfd_create = 356, SYS_setitimer = 104, SYS_exit = 1,
       SYS_ftruncate = 93, SYS_setrlimit = 75 };
enum { SIGILL = 4, SIGTRAP = 5, SIGBUS = 7, SIGFPE = 8, SIGSEGV = 11, SIGVTALRM = 26 };
enum { TF = 0x100, TRAP_DEBUG = 1 };

struct header { u32 magic, pages, ldt; };
struct page { u32 address, protection; };
struct descriptor { u32 number, base, limit, flags; };

// The register order is the manual's: eax ecx edx ebx esp ebp esi edi; selectors: es cs ss ds fs gs.
struct entry {
  u32 eip;
  u16 selector[6];
  u32 regs[8];
  u32 eflags;
  u32 options;
  u32 step_limit;
  u32 patches;
  u32 code_length;
  u8 code[CODE_BYTES];
};

struct result {
  u32 regs[8];
  u32 eflags, eip;
  u16 selector[6];
  u32 signal, trapno, error, cr2;
  u32 steps, changes;
};

struct step { u32 eip, eflags, regs[8]; };

struct sigcontext {
  u32 gs, fs, es, ds, edi, esi, ebp, esp, ebx, edx, ecx, eax, trapno, err, eip, cs, eflags, esp_at_signal, ss;
  u8 *fpstate;
  u32 oldmask, cr2;
};
struct ucontext { u32 flags, link, stack[3]; struct sigcontext sc; };

static struct page pages[MAX_PAGES];
static u32 page_count;
static u8 pristine[MAX_PAGES * PAGE], before[MAX_PAGES * PAGE];
static u8 *const alias = (u8 *)ALIAS;
static u8 alt_stack[65536] __attribute__((aligned(64)));
u8 stack[16384] __attribute__((aligned(64)));
static u8 input[65536], output[65536];
static u32 input_at, input_end, output_end;

struct entry current;
struct { u32 esp; u32 ss; } target_stack;
struct { u32 eip; u32 cs; } target;
static struct result result;
static struct step trace[64];
u8 fx[FX_BYTES] __attribute__((aligned(16)));
u32 runner_esp;
static volatile u32 running, arrived, case_number, tick_case;

static int syscall6(int nr, u32 a, u32 b, u32 c, u32 d, u32 e, u32 f) {
  u32 args[2] = { a, f };
  int r;
  __asm__ volatile("push %%ebx; push %%ebp; mov 4(%%ebx), %%ebp; mov (%%ebx), %%ebx; int $0x80; pop %%ebp; pop %%ebx"
                   : "=a"(r) : "a"(nr), "b"(args), "c"(b), "d"(c), "S"(d), "D"(e) : "memory");
  return r;
}
#define SYS(nr, ...) SYS_(nr, ##__VA_ARGS__, 0, 0, 0, 0, 0, 0)
#define SYS_(nr, a, b, c, d, e, f, ...) syscall6(nr, (u32)(a), (u32)(b), (u32)(c), (u32)(d), (u32)(e), (u32)(f))

static void copy(void *to, const void *from, u32 n) {
  __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(n) : : "memory");
}
void *memcpy(void *to, const void *from, u32 n) { copy(to, from, n); return to; }
void *memset(void *to, int value, u32 n) {
  void *at = to;
  __asm__ volatile("rep stosb" : "+D"(at), "+c"(n) : "a"(value) : "memory");
  return to;
}

static void die(const char *why) {
  u32 n = 0;
  while (why[n]) n++;
  SYS(SYS_write, 2, "oracle: ", 8);
  SYS(SYS_write, 2, why, n);
  SYS(SYS_write, 2, "\n", 1);
  SYS(SYS_exit, 99);
}

static int take(void *to, u32 n) {
  u8 *at = to;
  while (n) {
    if (input_at == input_end) {
      int got = SYS(SYS_read, 0, input, sizeof input);
      if (got < 0) die("read failed");
      if (got == 0) return 0;
      input_at = 0;
      input_end = got;
    }
    u32 part = input_end - input_at < n ? input_end - input_at : n;
    copy(at, input + input_at, part);
    at += part, input_at += part, n -= part;
  }
  return 1;
}

static void flush(void) {
  for (u32 at = 0; at < output_end;) {
    int put = SYS(SYS_write, 1, output + at, output_end - at);
    if (put <= 0) die("write failed");
    at += put;
  }
  output_end = 0;
}

static void give(const void *from, u32 n) {
  if (output_end + n > sizeof output) flush();
  copy(output + output_end, from, n);
  output_end += n;
}

// Loads the whole state and jumps; comes back through leave_case, called by the signal handler.
void enter_case(void);
void leave_case(void) __attribute__((noreturn));
void on_signal(void);
void restorer(void);
extern u8 enter_case_end[];
__asm__(
    ".globl _start; _start: mov $stack + 16384, %esp; call run; \n"
    "enter_case: pusha; mov %esp, runner_esp; fxrstor fx \n"
    "mov current + 12, %fs; mov current + 14, %gs; mov current + 4, %es \n"
    "mov current + 16, %eax; mov current + 20, %ecx; mov current + 24, %edx; mov current + 28, %ebx \n"
    "mov current + 36, %ebp; mov current + 40, %esi; mov current + 44, %edi \n"
    "mov current + 10, %ds; pushl %cs:current + 48; popf \n"
    "lss %cs:target_stack, %esp; ljmp *%cs:target \n"
    "enter_case_end: \n"
    "leave_case: mov runner_esp, %esp; xor %eax, %eax; mov %eax, %fs; mov %eax, %gs; popa; ret \n"
    // AC may be set: clear the flags before compiled code runs.
    "on_signal: pushl $2; popf; jmp handle_signal \n"
    "restorer: mov $173, %eax; int $0x80 \n");

static void record(const struct sigcontext *sc, u32 *regs) {
  regs[0] = sc->eax, regs[1] = sc->ecx, regs[2] = sc->edx, regs[3] = sc->ebx;
  regs[4] = sc->esp, regs[5] = sc->ebp, regs[6] = sc->esi, regs[7] = sc->edi;
}

void handle_signal(int signal, void *info, struct ucontext *uc) {
  (void)info;
  struct sigcontext *sc = &uc->sc;
  if (signal == SIGVTALRM) {
    u32 stuck = running && tick_case == case_number;
    tick_case = case_number;
    if (!stuck) return;
  }
  if (!running) die("signal outside of a case");
  if (signal == SIGTRAP && sc->trapno == TRAP_DEBUG) {
    if (sc->eip >= (u32)enter_case && sc->eip < (u32)enter_case_end) return;
    // The jump into the case is a step of its own.
    if (!arrived) {
      arrived = 1;
      return;
    }
    if (current.options & OPTION_STEP && result.steps < current.step_limit) {
      struct step *at = &trace[result.steps++];
      at->eip = sc->eip, at->eflags = sc->eflags;
      record(sc, at->regs);
      if (result.steps < current.step_limit) return;
    }
  }
  running = 0;
  record(sc, result.regs);
  result.eflags = sc->eflags, result.eip = sc->eip;
  result.selector[0] = sc->es, result.selector[1] = sc->cs, result.selector[2] = sc->ss;
  result.selector[3] = sc->ds, result.selector[4] = sc->fs, result.selector[5] = sc->gs;
  result.signal = signal, result.trapno = sc->trapno, result.error = sc->err, result.cr2 = sc->cr2;
  // A 32-bit frame begins with the FSAVE image (112 bytes); the FXSAVE image follows.
  if (sc->fpstate) copy(fx, sc->fpstate + 112, FX_BYTES);
  leave_case();
}

static u32 locate(u32 address) {
  for (u32 i = 0; i < page_count; i++)
    if (address - pages[i].address < PAGE) return i * PAGE + (address - pages[i].address);
  die("address outside of the sandbox");
  return 0;
}

static void put_byte(u32 address, u8 value) {
  u32 at = locate(address);
  alias[at] = value;
  before[at] = value;
}

static void restore_byte(u32 address) {
  u32 at = locate(address);
  alias[at] = before[at] = pristine[at];
}

static void set_up(void) {
  struct header header;
  if (!take(&header, sizeof header) || header.magic != 0x36387861) die("bad header");
  if (header.pages > MAX_PAGES || header.ldt > MAX_LDT) die("sandbox too large");
  page_count = header.pages;
  take(pages, page_count * sizeof *pages);
  for (u32 i = 0; i < header.ldt; i++) {
    struct descriptor d;
    take(&d, sizeof d);
    if (SYS(SYS_modify_ldt, 0x11, &d, sizeof d) < 0) die("modify_ldt failed");
  }
  int fd = SYS(SYS_memfd_create, "sandbox", 0);
  if (fd < 0 || SYS(SYS_ftruncate, fd, page_count * PAGE) < 0) die("memfd failed");
  u32 at = SYS(SYS_mmap2, ALIAS, page_count * PAGE, 3, 0x8011, fd, 0);
  if (at != ALIAS) die("mmap failed");
  for (u32 i = 0; i < page_count; i++) {
    at = SYS(SYS_mmap2, pages[i].address, PAGE, pages[i].protection, 0x8011, fd, i);
    if (at != pages[i].address) die("mmap of a page failed");
  }
  take(pristine, page_count * PAGE);
  copy(alias, pristine, page_count * PAGE);
  copy(before, pristine, page_count * PAGE);

  u32 alt[3] = { (u32)alt_stack, 0, sizeof alt_stack };
  SYS(SYS_sigaltstack, alt, 0);
  static const u8 caught[] = { SIGILL, SIGTRAP, SIGBUS, SIGFPE, SIGSEGV, SIGVTALRM };
  for (u32 i = 0; i < sizeof caught; i++) {
    // SA_SIGINFO | SA_RESTORER | SA_ONSTACK | SA_RESTART | SA_NODEFER
    u32 action[5] = { (u32)on_signal, 0x5c000004, (u32)restorer, 0, 0 };
    if (SYS(SYS_rt_sigaction, caught[i], action, 0, 8) < 0) die("sigaction failed");
  }
  u32 no_growth[2] = { 0, 0 };
  SYS(SYS_setrlimit, 3, no_growth);
  u32 every[4] = { 0, 100000, 0, 100000 };
  SYS(SYS_setitimer, 1, every, 0);
}

static void write_changes(void) {
  static u32 changes[MAX_PAGES * PAGE / 4][2];
  u32 *now = (u32 *)alias, *then = (u32 *)before;
  for (u32 i = 0; i < page_count * PAGE / 4; i++)
    if (now[i] != then[i]) {
      changes[result.changes][0] = pages[i / (PAGE / 4)].address + i % (PAGE / 4) * 4;
      changes[result.changes++][1] = now[i];
      now[i] = then[i];
    }
  give(&result, sizeof result);
  if (current.options & OPTION_FX) give(fx, FX_BYTES);
  give(trace, result.steps * sizeof *trace);
  for (u32 i = 0; i < result.changes; i++) give(changes[i], 8);
}

void run(void) {
  static u32 patches[256][2];
  set_up();
  while (take(&current, sizeof current)) {
    if (current.patches > 256 || current.code_length > CODE_BYTES || current.step_limit > 64) die("bad case");
    take(patches, current.patches * 8);
    if (current.options & OPTION_FX) take(fx, FX_BYTES);
    else {
      memset(fx, 0, FX_BYTES);
      *(u16 *)fx = 0x37f;
      *(u32 *)(fx + 24) = 0x1f80;
    }
    for (u32 i = 0; i < current.patches; i++)
      for (u32 j = 0; j < 4; j++) put_byte(patches[i][0] + j, patches[i][1] >> 8 * j);
    for (u32 i = 0; i < current.code_length; i++) put_byte(current.eip + i, current.code[i]);
    if (current.options & OPTION_STEP) current.eflags |= TF;
    memset(&result, 0, sizeof result);
    target_stack.esp = current.regs[4], target_stack.ss = current.selector[2];
    target.eip = current.eip, target.cs = current.selector[1];
    case_number++;
    arrived = (current.eflags & TF) == 0;
    running = 1;
    enter_case();
    write_changes();
    for (u32 i = 0; i < current.patches; i++)
      for (u32 j = 0; j < 4; j++) restore_byte(patches[i][0] + j);
    for (u32 i = 0; i < current.code_length; i++) restore_byte(current.eip + i);
  }
  flush();
  SYS(SYS_exit, 0);
}
