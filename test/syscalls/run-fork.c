// Data, bss, heap, stack and mappings of parents and children that both write, and what execve leaves of them.
#include "run.h"

#define MIB (1 << 20)
static uint32_t data[32768] = {1, 2, 3};
static uint32_t bss[65536];

/** Asks the other side to go on, and waits until it does the same. */
static int mine, theirs;
static void turn(void) {
  char byte = 0;
  if (write(theirs, &byte, 1) != 1 || read(mine, &byte, 1) != 1) _exit(99);
}

static long all_differing(char *heap, char *map, uint32_t salt) {
  return differing(data, sizeof data, salt) + differing(bss, sizeof bss, salt + 1) + differing(heap, MIB, salt + 2) +
         differing(map, MIB, salt + 3);
}
static void fill_all(char *heap, char *map, uint32_t salt) {
  fill(data, sizeof data, salt);
  fill(bss, sizeof bss, salt + 1);
  fill(heap, MIB, salt + 2);
  fill(map, MIB, salt + 3);
}

int main(int argc, char **argv) {
  if (argc > 1) {
    // The program anew: its data as in the file, its bss zero.
    printf("again: %u %u %u %u, %ld %ld\n", data[0], data[1], data[2], data[3], used(data, sizeof data & -PAGE), used(bss, sizeof bss & -PAGE));
    bss[70] = data[30000] = 5;
    return data[30000] + bss[70];
  }
  char *heap = (char *)(((uintptr_t)sbrk(MIB + PAGE) + PAGE - 1) & -PAGE);
  char *map = anonymous(MIB);
  fill_all(heap, map, 100);
  int down[2], up[2];
  pipe(down);
  pipe(up);
  pid_t child = fork();
  mine = child ? up[0] : down[0];
  theirs = child ? down[1] : up[1];
  long wrong = all_differing(heap, map, 100);
  // Page by page, in turns, from both ends.
  for (int i = 0; i < 64; i++) {
    uint32_t *own = (uint32_t *)(map + (child ? i : 255 - i) * PAGE);
    uint32_t *other = (uint32_t *)(map + (child ? 255 - i : i) * PAGE);
    own[3] = child ? 1000 + i : 2000 + i;
    heap[i * PAGE + 5] = child ? 1 : 2;
    turn();
    wrong += other[3] != 0;
    wrong += heap[i * PAGE + 5] != (child ? 1 : 2);
  }
  fill_all(heap, map, child ? 200 : 300);
  turn();
  wrong += all_differing(heap, map, child ? 200 : 300);
  if (child == 0) _exit(wrong);
  int status;
  SHOW(waitpid(child, &status, 0) == child);
  SHOW(WEXITSTATUS(status));
  SHOW(wrong);
  // A parent that lives on: children that write, that only leave, and that become other programs.
  wrong = 0;
  for (int i = 0; i < 30; i++) {
    pid_t next = fork();
    if (next == 0) {
      if (i % 3 == 0) fill_all(heap, map, i);
      if (i % 3 == 1) bss[i * 1024] = i;
      if (i == 29) execl("/proc/self/exe", "again", "again", NULL);
      _exit(i % 3 == 0 ? all_differing(heap, map, i) : 0);
    }
    bss[i * 2048 % 65536] = data[i] = i;
    waitpid(next, &status, 0);
    if (i == 29) SHOW(WEXITSTATUS(status));
    else wrong += WEXITSTATUS(status);
    fill_all(heap, map, 400 + i);
    wrong += all_differing(heap, map, 400 + i);
  }
  SHOW(wrong);
  // Grandchildren whose parents are gone keep the pages.
  for (int i = 0; i < 3; i++) {
    if (fork() != 0) {
      wait(&status);
      _exit(WEXITSTATUS(status));
    }
    wrong += all_differing(heap, map, 429);
    heap[i * PAGE] ^= 0;
  }
  fill_all(heap, map, 500);
  SHOW(wrong + all_differing(heap, map, 500));
  return 0;
}
