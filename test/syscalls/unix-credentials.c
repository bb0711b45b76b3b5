// SO_PEERCRED, SO_PASSCRED and SCM_CREDENTIALS.
#include "unix.h"
static void show_peer(const char *label, int fd) {
  struct ucred cred;
  socklen_t length = sizeof cred;
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &length)) die(label);
  printf("%s: %s, uid %s, gid %s, length %d\n", label,
         cred.pid == getpid() ? "own pid" : cred.pid == getppid() ? "parent" : cred.pid ? "another" : "no pid",
         cred.uid == getuid() ? "own" : "none", cred.gid == getgid() ? "own" : "none", (int)length);
}
static void show_message(const char *label, int from) {
  char text[100], control[200];
  struct iovec vector = {text, sizeof text};
  struct msghdr header = {.msg_iov = &vector, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  show_text(label, text, recvmsg(from, &header, MSG_DONTWAIT));
  struct cmsghdr *c = CMSG_FIRSTHDR(&header);
  if (!c) {
    printf("  without credentials\n");
    return;
  }
  struct ucred cred;
  memcpy(&cred, CMSG_DATA(c), sizeof cred);
  printf("  type %d length %d %s uid %s\n", c->cmsg_type, (int)c->cmsg_len,
         cred.pid == getpid() ? "own pid" : cred.pid ? "another" : "no pid", cred.uid == getuid() ? "own" : "other");
}
static long send_as(int fd, pid_t pid) {
  struct ucred cred = {pid, getuid(), getgid()};
  char control[CMSG_SPACE(sizeof cred)] = {0};
  struct iovec vector = {"explicit", 8};
  struct msghdr header = {.msg_iov = &vector, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  struct cmsghdr *c = CMSG_FIRSTHDR(&header);
  *c = (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof cred), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_CREDENTIALS};
  memcpy(CMSG_DATA(c), &cred, sizeof cred);
  return sendmsg(fd, &header, 0);
}
int main(void) {
  int s[2], on = 1;
  show_peer("unconnected", socket(AF_UNIX, SOCK_STREAM, 0));
  socketpair(AF_UNIX, SOCK_STREAM, 0, s);
  show_peer("pair", s[0]);
  int server = listener("socket", SOCK_STREAM, 5), client = socket(AF_UNIX, SOCK_STREAM, 0);
  IN_CHILD("child", connect_to(client, "socket"); show_peer("listener's", client));
  int peer = accept(server, NULL, NULL);
  show_peer("connector's", peer);
  socketpair(AF_UNIX, SOCK_DGRAM, 0, s);
  SEND(s[0], "before", 0);
  show_message("not asked for", s[1]);
  SEND(s[0], "too early", 0);
  SHOW(setsockopt(s[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof on));
  SHOW(option(s[1], SO_PASSCRED));
  show_message("sent before", s[1]);
  SEND(s[0], "after", 0);
  show_message("sent after", s[1]);
  SHOW(send_as(s[0], getpid()));
  show_message("explicit", s[1]);
  IN_CHILD("child", SEND(s[0], "child", 0));
  show_message("from the child", s[1]);
  socketpair(AF_UNIX, SOCK_STREAM, 0, s);
  setsockopt(s[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof on);
  SEND(s[0], "ab", 0);
  IN_CHILD("child", SEND(s[0], "cd", 0));
  show_message("not mixed", s[1]);
  show_message("not mixed", s[1]);
  return 0;
}
