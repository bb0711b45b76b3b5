// Instructions that read, change and write an operand, where their own page fault makes the page: of zeros, of
// a file, and shared with a child. What they computed is in the new page, and nowhere else.
#include "report.h"

enum { COUNT = 32, VALUE = 0x5a, WORD = 0x5a5a5a5a };

#define OPERATIONS(_)                                                                                         \
  _(add_b, "clc; addb $1, %0") _(adc_b, "stc; adcb $1, %0") _(sub_b, "clc; subb $1, %0")                      \
  _(sbb_b, "stc; sbbb $1, %0") _(and_b, "andb $0x0f, %0") _(or_b, "orb $0x0f, %0") _(xor_b, "xorb $-1, %0")   \
  _(inc_b, "incb %0") _(dec_b, "decb %0") _(neg_b, "negb %0") _(not_b, "notb %0")                             \
  _(shl_b, "shlb $1, %0") _(sar_b, "sarb $1, %0") _(rol_b, "rolb $3, %0") _(set_b, "stc; setc %0")            \
  _(xchg_b, "movb $7, %%al; xchgb %%al, %0") _(xadd_b, "movb $7, %%al; xaddb %%al, %0")                       \
  _(cmpxchg_b, "movb %0, %%al; movb $9, %%cl; cmpxchgb %%cl, %0")                                             \
  _(lock_b, "lock; incb %0") _(add_w, "addw $1, %0") _(rol_w, "rolw $3, %0") _(lock_w, "lock; decw %0")       \
  _(add_l, "addl $1, %0") _(not_l, "notl %0") _(shld_l, "movl $-1, %%eax; shldl $4, %%eax, %0")               \
  _(bts_l, "btsl $31, %0") _(lock_l, "lock; decl %0")

#define DEFINE(name, code)                                                                                    \
  __attribute__((noinline)) static void name(unsigned *p) {                                                   \
    __asm__ volatile(code : "+m"(*p) : : "eax", "ecx", "cc", "memory");                                       \
  }
OPERATIONS(DEFINE)

#define ROW(name, code) {#name, name},
static const struct {
  const char *name;
  void (*run)(unsigned *);
} operations[] = {OPERATIONS(ROW)};
enum { OPERATION_COUNT = sizeof operations / sizeof *operations };

static unsigned *operand(char *memory, int i, int place) { return (unsigned *)(memory + i * PAGE + place); }

// Every second page alone, then the others: what was run often is run in other ways than what was not.
static void run_all(void (*run)(unsigned *), char *memory, int place) {
  for (int start = 0; start < 2; start++)
    for (int i = start; i < COUNT - 1; i += 2) run(operand(memory, i, place));
}

// The values that there are, each once, with the number of pages.
static void show_values(const char *what, char *memory, int place) {
  printf(" %s", what);
  for (int i = 0; i < COUNT - 1;) {
    unsigned value = *operand(memory, i, place);
    int from = i;
    while (i < COUNT - 1 && *operand(memory, i, place) == value) i++;
    printf(" %x*%d", value, i - from);
  }
}

static void in_zeros(void (*run)(unsigned *), int touched) {
  char *memory = pages(COUNT, PROT_READ | PROT_WRITE);
  volatile char sink = 0;
  for (int i = 0; touched && i < COUNT; i++) sink += memory[i * PAGE];
  run_all(run, memory, 8);
  show_values(touched ? "read" : "new", memory, 8);
  munmap(memory, COUNT * PAGE);
}

static void in_file(void (*run)(unsigned *), int fd) {
  char *memory = mmap(NULL, COUNT * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
  if (memory == MAP_FAILED) die("mmap");
  run_all(run, memory, 8);
  show_values("file", memory, 8);
  munmap(memory, COUNT * PAGE);
}

// One child shares the pages of all operations; it reads its own again when all are written.
static void after_fork(int place) {
  char *memory[OPERATION_COUNT];
  for (int i = 0; i < OPERATION_COUNT; i++) {
    memory[i] = pages(COUNT, PROT_READ | PROT_WRITE);
    memset(memory[i], VALUE, COUNT * PAGE);
  }
  int gate[2];
  if (pipe(gate)) die("pipe");
  pid_t child = fork();
  if (child == 0) {
    char go;
    close(gate[1]);
    if (read(gate[0], &go, 1) != 0) die("read");
    int changed = 0;
    for (int i = 0; i < OPERATION_COUNT; i++)
      for (int page = 0; page < COUNT - 1; page++) changed += *operand(memory[i], page, place) != WORD;
    _exit(changed != 0);
  }
  close(gate[0]);
  for (int i = 0; i < OPERATION_COUNT; i++) run_all(operations[i].run, memory[i], place);
  close(gate[1]);
  show_end("child", child);
  for (int i = 0; i < OPERATION_COUNT; i++) {
    printf("%s:", operations[i].name);
    show_values(place == 8 ? "fork" : "across", memory[i], place);
    printf("\n");
    munmap(memory[i], COUNT * PAGE);
  }
}

int main(void) {
  char block[PAGE];
  memset(block, VALUE, sizeof block);
  int fd = open("file", O_RDWR | O_CREAT, 0600);
  for (int i = 0; i < COUNT; i++)
    if (write(fd, block, PAGE) != PAGE) die("write");
  for (int i = 0; i < OPERATION_COUNT; i++) {
    printf("%s:", operations[i].name);
    in_zeros(operations[i].run, 0);
    in_zeros(operations[i].run, 1);
    in_file(operations[i].run, fd);
    printf("\n");
  }
  fflush(stdout);
  after_fork(8);
  after_fork(PAGE - 1);
  return 0;
}
