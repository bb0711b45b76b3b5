// sendmmsg and recvmmsg.
#include "unix.h"
int main(void) {
  int s[2];
  socketpair(AF_UNIX, SOCK_DGRAM, 0, s);
  char *texts[3] = {"one", "second", "3"}, buffers[4][10];
  struct iovec vectors[4];
  struct mmsghdr headers[4];
  memset(headers, 0, sizeof headers);
  for (int i = 0; i < 3; i++) {
    vectors[i] = (struct iovec){texts[i], strlen(texts[i])};
    headers[i].msg_hdr.msg_iov = &vectors[i];
    headers[i].msg_hdr.msg_iovlen = 1;
  }
  SHOW(sendmmsg(s[0], headers, 3, 0));
  for (int i = 0; i < 3; i++) printf("%u ", headers[i].msg_len);
  printf("\n");
  memset(headers, 0, sizeof headers);
  for (int i = 0; i < 4; i++) {
    vectors[i] = (struct iovec){buffers[i], 4};
    headers[i].msg_hdr.msg_iov = &vectors[i];
    headers[i].msg_hdr.msg_iovlen = 1;
  }
  int count = recvmmsg(s[1], headers, 4, MSG_WAITFORONE, NULL);
  SHOW(count);
  for (int i = 0; i < count; i++)
    printf("%.*s%s\n", (int)headers[i].msg_len, buffers[i], headers[i].msg_hdr.msg_flags & MSG_TRUNC ? " cut" : "");
  SHOW(recvmmsg(s[1], headers, 4, MSG_DONTWAIT, NULL));
  send(s[0], "x", 1, 0);
  struct timespec time = {0, 0};
  SHOW(recvmmsg(s[1], headers, 1, 0, &time));
  LATER(20, send(s[0], "a", 1, 0); usleep(20000); send(s[0], "b", 1, 0));
  SHOW(recvmmsg(s[1], headers, 2, 0, NULL));
  wait_all();
  close(s[1]);
  SHOW(sendmmsg(s[0], headers, 2, 0));
  return 0;
}
