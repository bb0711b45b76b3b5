// CLONE_PARENT_SETTID, CLONE_CHILD_SETTID, CLONE_CHILD_CLEARTID, set_tid_address: who writes which word when.
#include "clone.h"
#include <linux/futex.h>

static volatile int parent_word, child_word, seen_parent, seen_child;

static int look(void *unused) {
  (void)unused;
  seen_parent = parent_word == (int)syscall(SYS_gettid);
  seen_child = child_word == (int)syscall(SYS_gettid);
  return 0;
}

static void run(const char *label, int flags) {
  parent_word = child_word = seen_parent = seen_child = -1;
  pid_t pid = clone(look, child_stack[0] + 32768, flags, NULL, &parent_word, NULL, &child_word);
  show_end(label, pid);
  printf("  after: parent word %s, child word %s; in child: %d %d\n", parent_word == pid ? "tid" : parent_word ? "old" : "0",
         child_word == pid ? "tid" : child_word ? "old" : "0", seen_parent, seen_child);
}

static int wait_and_end(void *unused) {
  (void)unused;
  usleep(20000);
  return 0;
}

static int set_address(void *unused) {
  (void)unused;
  printf("set_tid_address answers the tid: %d\n", syscall(SYS_set_tid_address, &child_word) == syscall(SYS_gettid));
  return 0;
}

int main(void) {
  run("none", CLONE_VM | SIGCHLD);
  run("parent", CLONE_VM | CLONE_PARENT_SETTID | SIGCHLD);
  run("child", CLONE_VM | CLONE_CHILD_SETTID | SIGCHLD);
  run("both", CLONE_VM | CLONE_PARENT_SETTID | CLONE_CHILD_SETTID | SIGCHLD);
  run("clear", CLONE_VM | CLONE_CHILD_CLEARTID | SIGCHLD);
  run("all", CLONE_VM | CLONE_PARENT_SETTID | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | SIGCHLD);
  run("own memory", CLONE_PARENT_SETTID | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | SIGCHLD);
  // The cleared word wakes a futex.
  child_word = 1;
  pid_t pid = clone(wait_and_end, child_stack[1] + 32768, CLONE_VM | CLONE_CHILD_CLEARTID | SIGCHLD, NULL, NULL, NULL, &child_word);
  SHOW(syscall(SYS_futex, &child_word, FUTEX_WAIT, 1, NULL, NULL, 0));
  SHOW(child_word);
  show_end("woken", pid);
  child_word = 1;
  pid = clone(set_address, child_stack[1] + 32768, CLONE_VM | SIGCHLD, NULL);
  show_end("set_tid_address", pid);
  SHOW(child_word);
  return 0;
}
