// AF_INET6: names, IPv4 peers of a socket for both, IPV6_V6ONLY, datagrams with what is told of them.
#include "inet.h"
static void datagram(void) {
  int a = socket(AF_INET6, SOCK_DGRAM, 0), b = socket(AF_INET6, SOCK_DGRAM, 0);
  SHOW(bind6(a, "::1", 0));
  SHOW(set_option(a, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1));
  SHOW(set_option(a, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1));
  SHOW(set_option(a, IPPROTO_IPV6, IPV6_RECVTCLASS, 1));
  SHOW(set_option(b, IPPROTO_IPV6, IPV6_UNICAST_HOPS, 7));
  SHOW(set_option(b, IPPROTO_IPV6, IPV6_UNICAST_HOPS, 256));
  SHOW(set_option(b, IPPROTO_IPV6, IPV6_TCLASS, 4));
  SHOW(connect6(b, "::1", port_of(a)));
  SHOW(send(b, "six", 3, 0));
  char text[16], control[256];
  struct sockaddr_in6 from;
  struct iovec piece = {text, sizeof text};
  struct msghdr header = {&from, sizeof from, &piece, 1, control, sizeof control, 0};
  SHOW(recvmsg(a, &header, 0));
  show_name("from", &from, header.msg_namelen);
  for (struct cmsghdr *c = CMSG_FIRSTHDR(&header); c; c = CMSG_NXTHDR(&header, c)) {
    printf("level %d, type %d, length %d", c->cmsg_level, c->cmsg_type, (int)c->cmsg_len);
    if (c->cmsg_type != IPV6_PKTINFO) printf(": %d", *(int *)CMSG_DATA(c));
    printf("\n");
  }
  // Hops of one datagram.
  memset(control, 0, sizeof control);
  struct msghdr out = {NULL, 0, &piece, 1, control, CMSG_SPACE(sizeof(int)), 0};
  struct cmsghdr *hops = CMSG_FIRSTHDR(&out);
  *hops = (struct cmsghdr){CMSG_LEN(sizeof(int)), IPPROTO_IPV6, IPV6_HOPLIMIT};
  *(int *)CMSG_DATA(hops) = 300;
  SHOW(sendmsg(b, &out, 0));
  *(int *)CMSG_DATA(hops) = 9;
  SHOW(sendmsg(b, &out, 0));
  header.msg_controllen = CMSG_SPACE(sizeof(struct in6_pktinfo)) + 4;
  SHOW(recvmsg(a, &header, 0));
  SHOW(header.msg_flags);
  close(a);
  close(b);
}
int main(void) {
  int both = socket(AF_INET6, SOCK_STREAM, 0);
  show_sockname("fresh", both);
  SHOW(option(both, IPPROTO_IPV6, IPV6_V6ONLY));
  SHOW(bind6(both, "::", 0));
  SHOW(set_option(both, IPPROTO_IPV6, IPV6_V6ONLY, 1));
  SHOW(listen(both, 5));
  int port = port_of(both);
  int four = socket(AF_INET, SOCK_STREAM, 0), six = socket(AF_INET6, SOCK_STREAM, 0);
  SHOW(connect4(four, "127.0.0.1", port));
  SHOW(connect6(six, "::1", port));
  struct sockaddr_in6 name;
  for (int i = 0; i < 2; i++) {
    socklen_t length = sizeof name;
    int server = accept(both, (struct sockaddr *)&name, &length);
    show_name("peer", &name, length);
    show_sockname("server", server);
    close(server);
  }
  int mapped = socket(AF_INET6, SOCK_STREAM, 0);
  SHOW(connect6(mapped, "::ffff:127.0.0.1", port));
  show_sockname("mapped", mapped);
  show_peername("mapped", mapped);
  int only = socket(AF_INET6, SOCK_STREAM, 0);
  SHOW(set_option(only, IPPROTO_IPV6, IPV6_V6ONLY, 1));
  SHOW(bind6(only, "::", 0));
  SHOW(listen(only, 5));
  int refused = socket(AF_INET, SOCK_STREAM, 0);
  SHOW(connect4(refused, "127.0.0.1", port_of(only)));
  SHOW(connect6(refused, "::1", port_of(only)));
  int fresh = socket(AF_INET6, SOCK_STREAM, 0);
  SHOW(connect4(fresh, "127.0.0.1", port_of(only)));
  struct sockaddr_in6 shortened = ipv6("::1", 0);
  SHOW(bind(fresh, (struct sockaddr *)&shortened, 20));
  SHOW(bind(fresh, (struct sockaddr *)&shortened, 24));
  SHOW(bind6(socket(AF_INET6, SOCK_STREAM, 0), "fe80::1", 0));
  SHOW(bind6(socket(AF_INET6, SOCK_STREAM, 0), "2001:db8::1", 0));
  datagram();
  return 0;
}
