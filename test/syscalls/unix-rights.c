// SCM_RIGHTS: descriptors in messages.
#include "unix.h"
static long send_fds(int to, const char *text, const int *fds, int count) {
  char control[CMSG_SPACE(10 * sizeof(int))] = {0};
  struct iovec vector = {(void *)text, strlen(text)};
  struct msghdr header = {.msg_iov = &vector, .msg_iovlen = 1, .msg_control = control};
  header.msg_controllen = CMSG_SPACE(count * sizeof(int));
  struct cmsghdr *message = CMSG_FIRSTHDR(&header);
  message->cmsg_level = SOL_SOCKET;
  message->cmsg_type = SCM_RIGHTS;
  message->cmsg_len = CMSG_LEN(count * sizeof(int));
  memcpy(CMSG_DATA(message), fds, count * sizeof(int));
  return sendmsg(to, &header, 0);
}
static int got[10];
static void show_message(const char *label, int from, size_t size, size_t room, int flags) {
  char text[100], control[200];
  memset(control, 0, sizeof control);
  struct iovec vector = {text, size};
  struct msghdr header = {.msg_iov = &vector, .msg_iovlen = 1, .msg_control = control, .msg_controllen = room};
  ssize_t count = recvmsg(from, &header, flags);
  show_text(label, text, count);
  if (count < 0) return;
  printf("  flags%s%s%s, control %d\n", header.msg_flags & MSG_CTRUNC ? " CTRUNC" : "",
         header.msg_flags & MSG_TRUNC ? " TRUNC" : "", header.msg_flags & MSG_CMSG_CLOEXEC ? " CLOEXEC" : "",
         (int)header.msg_controllen);
  for (struct cmsghdr *c = CMSG_FIRSTHDR(&header); c; c = CMSG_NXTHDR(&header, c)) {
    int fds = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    printf("  level %d type %d with %d\n", c->cmsg_level, c->cmsg_type, fds);
    memcpy(got, CMSG_DATA(c), fds * sizeof(int));
  }
}
int main(void) {
  int s[2], p[2];
  socketpair(AF_UNIX, SOCK_STREAM, 0, s);
  pipe(p);
  SHOW(send_fds(s[0], "a pipe", p, 2));
  show_message("received", s[1], 100, 200, 0);
  SHOW_TRUE(got[0] != p[0] && got[1] != p[1]);
  close(p[1]);
  SHOW(write(got[1], "through", 7));
  char text[20];
  show_text("read", text, read(p[0], text, sizeof text));
  close(got[0]), close(got[1]);
  SHOW(read(p[0], text, 1));
  pipe(p);
  SHOW(send_fds(s[0], "cloexec", p, 1));
  show_message("cloexec", s[1], 100, 200, MSG_CMSG_CLOEXEC);
  SHOW(fcntl(got[0], F_GETFD));
  SHOW(send_fds(s[0], "ab", p, 2));
  show_message("room for one", s[1], 100, CMSG_SPACE(sizeof(int)), 0);
  SHOW(send_fds(s[0], "cd", p, 2));
  show_message("no room", s[1], 100, 0, 0);
  SHOW(send_fds(s[0], "ef", p, 1));
  SHOW(send(s[0], "gh", 2, 0));
  SHOW(send_fds(s[0], "ij", p, 1));
  show_message("up to the first descriptors", s[1], 100, 200, 0);
  show_message("up to the next", s[1], 100, 200, 0);
  SHOW(send_fds(s[0], "kl", p, 1));
  show_message("first half has them", s[1], 1, 200, 0);
  show_message("second half", s[1], 1, 200, 0);
  SHOW(send_fds(s[0], "mn", p, 1));
  show_message("peek", s[1], 100, 200, MSG_PEEK);
  show_text("read drops them", text, read(s[1], text, sizeof text));
  show_message("nothing", s[1], 1, 200, MSG_DONTWAIT);
  int bad = 99;
  SHOW(send_fds(s[0], "bad", &bad, 1));
  SHOW(send_fds(s[0], "", p, 1));
  socketpair(AF_UNIX, SOCK_DGRAM, 0, s);
  SHOW(send_fds(s[0], "", p, 1));
  show_message("an empty message", s[1], 10, 200, 0);
  pipe(p);
  SHOW(send_fds(s[0], "kept open", &p[1], 1));
  close(p[1]);
  fcntl(p[0], F_SETFL, O_NONBLOCK);
  SHOW(read(p[0], text, 1));
  close(s[1]);
  SHOW(read(p[0], text, 1));
  return 0;
}
