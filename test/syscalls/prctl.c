// prctl: names, flags that are kept, and refused options.
#include "report.h"
#include <sys/prctl.h>
#include <pthread.h>

static void *other(void *unused) {
  char name[17] = {0};
  prctl(PR_GET_NAME, name);
  printf("thread starts as \"%s\"\n", name);
  prctl(PR_SET_NAME, "second");
  return unused;
}

int main(void) {
  char name[17] = {0};
  SHOW(prctl(PR_SET_NAME, "a name that is too long"));
  SHOW(prctl(PR_GET_NAME, name));
  printf("\"%s\"\n", name);
  pthread_t thread;
  pthread_create(&thread, NULL, other, NULL);
  pthread_join(thread, NULL);
  prctl(PR_GET_NAME, name);
  printf("\"%s\"\n", name);
  SHOW(prctl(PR_SET_NAME, 16));
  SHOW(prctl(PR_GET_DUMPABLE));
  SHOW(prctl(PR_SET_DUMPABLE, 0));
  SHOW(prctl(PR_GET_DUMPABLE));
  SHOW(prctl(PR_SET_DUMPABLE, 2));
  SHOW(prctl(PR_GET_KEEPCAPS));
  SHOW(prctl(PR_SET_KEEPCAPS, 1));
  SHOW(prctl(PR_GET_KEEPCAPS));
  SHOW(prctl(PR_SET_KEEPCAPS, 2));
  SHOW(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
  SHOW(prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0));
  SHOW(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
  SHOW(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
  SHOW(prctl(PR_GET_NO_NEW_PRIVS, 1, 0, 0, 0));
  SHOW(prctl(PR_SET_PDEATHSIG, 65));
  SHOW(prctl(PR_GET_TIMING));
  SHOW(prctl(PR_SET_TIMING, 1));
  SHOW(prctl(PR_GET_TIMERSLACK) > 0);
  SHOW(prctl(PR_SET_TIMERSLACK, 1234));
  SHOW(prctl(PR_GET_TIMERSLACK));
  int word = 0;
  SHOW(prctl(PR_GET_TSC, &word));
  SHOW(word);
  SHOW(prctl(12345));
  SHOW(prctl(-1));
  IN_CHILD("child", {
    SHOW(prctl(PR_GET_DUMPABLE));
    SHOW(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
    prctl(PR_GET_NAME, name);
    printf("\"%s\"\n", name);
  });
  return 0;
}
