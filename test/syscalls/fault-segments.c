// Exceptions of segments and privileges: each with its signal, its code and its error code.
#include "fault.h"

static void load_ds_es(int selector) { __asm__ volatile("movw %w0, %%es" : : "r"(selector)); }
static void load_fs(int selector) { __asm__ volatile("movw %w0, %%fs" : : "r"(selector)); }
static void load_ss(int selector) { __asm__ volatile("movw %w0, %%ss" : : "r"(selector)); }

int main(void) {
  FAULT("es: beyond the table", NULL, load_ds_es(0x1003));
  FAULT("es: kernel's data", NULL, load_ds_es(0x18));
  FAULT("es: null", NULL, load_ds_es(0); load_ds_es(3));
  FAULT("null segment", NULL, load_ds_es(0); __asm__ volatile("movl %%es:0, %%eax" : : : "eax"));
  unsigned short ds;
  __asm__("movw %%ds, %0" : "=r"(ds));
  load_ds_es(ds);
  FAULT("fs: LDT without a table", NULL, load_fs(0x7));
  FAULT("ss: null", NULL, load_ss(0));
  FAULT("ss: code", NULL, load_ss(0x23));
  struct { unsigned offset; unsigned short selector; } __attribute__((packed)) far = {0, 0};
  FAULT("far jump to null", NULL, __asm__ volatile("ljmp *%0" : : "m"(far)));
  far.selector = 0xfff3;
  FAULT("far jump beyond the table", NULL, __asm__ volatile("ljmp *%0" : : "m"(far)));
  FAULT("hlt", NULL, __asm__ volatile("hlt"));
  FAULT("cli", NULL, __asm__ volatile("cli"));
  FAULT("sti", NULL, __asm__ volatile("sti"));
  FAULT("in", NULL, __asm__ volatile("inb $0x60, %%al" : : : "eax"));
  FAULT("out", NULL, __asm__ volatile("outb %%al, %%dx" : : "a"(0), "d"(0x80)));
  FAULT("insb", NULL, __asm__ volatile("insb" : : "D"(&far), "d"(0x60) : "memory"));
  FAULT("lgdt", NULL, __asm__ volatile("lgdt %0" : : "m"(far)));
  FAULT("ltr", NULL, __asm__ volatile("ltr %w0" : : "r"(8)));
  FAULT("mov cr0", NULL, __asm__ volatile("movl %%cr0, %%eax" : : : "eax"));
  FAULT("mov dr7", NULL, __asm__ volatile("movl %%eax, %%dr7" : : "a"(0)));
  FAULT("clts", NULL, __asm__ volatile("clts"));
  FAULT("invd", NULL, __asm__ volatile("invd"));
  FAULT("wrmsr", NULL, __asm__ volatile("wrmsr" : : "a"(0), "c"(0), "d"(0)));
  FAULT("rdmsr", NULL, __asm__ volatile("rdmsr" : : "c"(0x10) : "eax", "edx"));
  FAULT("rdpmc", NULL, __asm__ volatile("rdpmc" : : "c"(0x7fffffff) : "eax", "edx"));
  FAULT("int 0x81", NULL, __asm__ volatile("int $0x81"));
  FAULT("int 0", NULL, __asm__ volatile("int $0"));
  FAULT("int 0xff", NULL, __asm__ volatile("int $0xff"));
  FAULT("popf keeps the interrupt flag", NULL, __asm__ volatile("pushl $0x3002\n\tpopfl"));
  // Which selector user data has differs between kernels.
  if (sigsetjmp(fault_return, 1) == 0) load_ss(ds & ~3);
  printf("ss: wrong privilege: trapno %d, error code is the selector: %d\n", fault.trapno, fault.error == (ds & ~3));
  far.selector = ds;
  if (sigsetjmp(fault_return, 1) == 0) __asm__ volatile("ljmp *%0" : : "m"(far));
  printf("far jump to data: trapno %d, error code is the selector: %d\n", fault.trapno, fault.error == (ds & ~3));
  FAULT("sldt", NULL, __asm__ volatile("sldt %%ax" : : : "eax"));
  return 0;
}
