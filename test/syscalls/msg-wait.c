// Sleeping in msgsnd and msgrcv: woken by a message, by room, by removal, by a signal.
#include "ipc.h"

static struct {
  long type;
  char bytes[8192];
} message = {1};
static void on_alarm(int signo) { write(1, "alarm\n", 6); }
static long waiting(pid_t pid) {
  char path[32], state = 0;
  snprintf(path, sizeof path, "/proc/%d/stat", pid);
  FILE *stat = fopen(path, "r");
  if (stat) fscanf(stat, "%*d (%*[^)]) %c", &state), fclose(stat);
  return state == 'S';
}
static void until_asleep(pid_t pid) {
  while (!waiting(pid)) pause_ms(1);
}

int main(void) {
  int id = msgget(IPC_PRIVATE, 0600);
  pid_t child = fork();
  if (child == 0) {
    // What it answers is told when its end is: lines of two processes have no order.
    _exit(msgrcv(id, &message, 100, 5, 0) == 5 && memcmp(message.bytes, "five!", 5) == 0 ? 0 : 1);
  }
  until_asleep(child);
  message.type = 4;
  memcpy(message.bytes, "four!", 5);
  SHOW(msgsnd(id, &message, 5, 0));
  message.type = 5;
  memcpy(message.bytes, "five!", 5);
  SHOW(msgsnd(id, &message, 5, 0));
  show_end("receiver", child);
  SHOW(msgrcv(id, &message, 100, 0, 0));

  message.type = 1;
  SHOW(msgsnd(id, &message, 8192, 0));
  SHOW(msgsnd(id, &message, 8192, 0));
  child = fork();
  if (child == 0) {
    _exit(msgsnd(id, &message, 1, 0) ? errno : 0);
  }
  until_asleep(child);
  SHOW(msgrcv(id, &message, 8192, 0, 0));
  show_end("sender", child);

  struct sigaction action = {.sa_handler = on_alarm, .sa_flags = SA_RESTART};
  sigaction(SIGALRM, &action, NULL);
  ualarm(20000, 0);
  SHOW(msgrcv(id, &message, 8192, 99, 0));
  ualarm(20000, 0);
  SHOW(msgsnd(id, &message, 8192, 0));

  child = fork();
  if (child == 0) {
    _exit(msgrcv(id, &message, 8192, 99, 0) < 0 ? errno : 0);
  }
  until_asleep(child);
  SHOW(msgctl(id, IPC_RMID, NULL));
  show_end("removed", child);
  return 0;
}
