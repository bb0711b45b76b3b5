// Signals to who waits for a listener's answer: with SA_RESTART the call is asked about anew; with WAIT_KILLABLE_RECV only
// death interrupts what was received.
#include "report.h"
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV 32
#endif

static int install(unsigned flags) {
  struct sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getpgrp, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = {4, code};
  return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags | SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
}

static int told[2];
static void note(int signo) {
  (void)signo;
  if (write(told[1], "", 1) != 1) die("note");
}

/** A child that asks once and exits with the answer, and the listener that it has handed over. */
static pid_t asker(unsigned flags, int restart, int *listener) {
  int pair[2];
  if (pipe(told) || socketpair(AF_UNIX, SOCK_STREAM, 0, pair)) die("pipe");
  pid_t pid = fork();
  union {
    struct cmsghdr head;
    char room[CMSG_SPACE(sizeof(int))];
  } control;
  char byte = 0;
  struct iovec piece = {&byte, 1};
  struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  if (pid == 0) {
    sigaction(SIGUSR1, &(struct sigaction){.sa_handler = note, .sa_flags = restart ? SA_RESTART : 0}, NULL);
    int fd = install(flags);
    control.head = (struct cmsghdr){CMSG_LEN(sizeof fd), SOL_SOCKET, SCM_RIGHTS};
    memcpy(CMSG_DATA(&control.head), &fd, sizeof fd);
    if (sendmsg(pair[0], &message, 0) != 1) die("sendmsg");
    close(fd);
    _exit(syscall(SYS_getpgrp));
  }
  if (recvmsg(pair[1], &message, 0) != 1) die("recvmsg");
  memcpy(listener, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof *listener);
  close(pair[0]), close(pair[1]);
  return pid;
}
static uint64_t receive(int listener) {
  struct seccomp_notif got = {0};
  show("receive", ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &got));
  return got.id;
}
static void answer(int listener, uint64_t id, int64_t value) {
  struct seccomp_notif_resp response = {id, value, 0, 0};
  show("answer", ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &response));
}
static void end(pid_t pid, int listener) {
  int status;
  waitpid(pid, &status, 0);
  show_status("child", status);
  close(listener), close(told[0]), close(told[1]);
}

int main(void) {
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  int listener;
  char byte;

  printf("== it is asked anew\n");
  pid_t pid = asker(0, 1, &listener);
  uint64_t id = receive(listener);
  kill(pid, SIGUSR1);
  SHOW(read(told[0], &byte, 1));
  SHOW(ioctl(listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &id));
  uint64_t again = receive(listener);
  printf("another id: %d\n", id != again);
  answer(listener, again, 3);
  end(pid, listener);

  printf("== it is received, and waited for\n");
  pid = asker(SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV, 0, &listener);
  id = receive(listener);
  kill(pid, SIGUSR1);
  usleep(50000);
  SHOW(ioctl(listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &id));
  answer(listener, id, 4);
  end(pid, listener);

  printf("== it is received, and killed\n");
  pid = asker(SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV, 0, &listener);
  id = receive(listener);
  kill(pid, SIGKILL);
  int status;
  waitpid(pid, &status, 0);
  show_status("child", status);
  SHOW(ioctl(listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &id));
  id = receive(listener);
  return 0;
}
