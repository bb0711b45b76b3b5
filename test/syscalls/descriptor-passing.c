// SCM_RIGHTS: several descriptors, positions shared, a closed sender, truncation, close-on-exec.
#include "report.h"
#include <sys/socket.h>

static int send_fds(int socket, const int *fds, int count) {
  char control[CMSG_SPACE(sizeof(int) * 8)] = {};
  struct iovec byte = {"x", 1};
  struct msghdr message = {.msg_iov = &byte, .msg_iovlen = 1, .msg_control = control, .msg_controllen = CMSG_SPACE(sizeof(int) * count)};
  struct cmsghdr *head = CMSG_FIRSTHDR(&message);
  head->cmsg_level = SOL_SOCKET, head->cmsg_type = SCM_RIGHTS, head->cmsg_len = CMSG_LEN(sizeof(int) * count);
  memcpy(CMSG_DATA(head), fds, sizeof(int) * count);
  return sendmsg(socket, &message, 0);
}
static int receive_fds(int socket, int *fds, size_t room, int flags) {
  char control[256] = {}, byte;
  struct iovec vector = {&byte, 1};
  struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1, .msg_control = control, .msg_controllen = room};
  if (recvmsg(socket, &message, flags) < 0) return -1;
  struct cmsghdr *head = CMSG_FIRSTHDR(&message);
  int count = head ? (head->cmsg_len - CMSG_LEN(0)) / sizeof(int) : 0;
  if (head) memcpy(fds, CMSG_DATA(head), count * sizeof(int));
  printf("%d descriptors%s\n", count, message.msg_flags & MSG_CTRUNC ? ", truncated" : "");
  return count;
}

int main(void) {
  int pair[2], got[8];
  socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
  make_file("file", "0123456789", 0600);
  int fd = open("file", O_RDONLY), many[] = {fd, 0, fd};
  lseek(fd, 3, SEEK_SET);
  SHOW(send_fds(pair[0], many, 3)), receive_fds(pair[1], got, 256, 0), SHOW(lseek(got[0], 0, SEEK_CUR)), SHOW(lseek(got[2], 1, SEEK_CUR)), SHOW(lseek(fd, 0, SEEK_CUR)), SHOW(fcntl(got[0], F_GETFD));
  SHOW(send_fds(pair[0], &fd, 1)), close(fd), receive_fds(pair[1], got, 256, MSG_CMSG_CLOEXEC), SHOW(fcntl(got[0], F_GETFD)), SHOW(lseek(got[0], 0, SEEK_CUR));
  int bad[] = {99};
  SHOW(send_fds(pair[0], bad, 1)), many[0] = got[0], many[2] = got[0], SHOW(send_fds(pair[0], many, 3)), receive_fds(pair[1], got, CMSG_LEN(sizeof(int)), 0);
  SHOW(send_fds(pair[0], many, 1)), SHOW(recv(pair[1], &bad, 1, 0)), SHOW(send_fds(pair[0], pair, 2)), receive_fds(pair[1], got, 256, 0), SHOW(write(got[0], "y", 1));
  return 0;
}
