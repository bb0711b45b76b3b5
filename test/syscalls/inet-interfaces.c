// What programs learn of the loopback interface: getifaddrs(3), if_nameindex(3), rtnetlink(7), /proc/net.
#include "inet.h"
#include <ifaddrs.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
static void addresses(void) {
  struct ifaddrs *list;
  SHOW(getifaddrs(&list));
  for (struct ifaddrs *one = list; one; one = one->ifa_next) {
    if (strcmp(one->ifa_name, "lo")) continue;
    printf("lo: up %d, loopback %d\n", !!(one->ifa_flags & IFF_UP), !!(one->ifa_flags & IFF_LOOPBACK));
    if (one->ifa_addr == NULL) continue;
    if (one->ifa_addr->sa_family != AF_INET && one->ifa_addr->sa_family != AF_INET6) continue;
    show_name("address", one->ifa_addr, 16);
    show_name("mask", one->ifa_netmask, 16);
  }
  freeifaddrs(list);
  struct if_nameindex *names = if_nameindex();
  printf("%u %s\n", names[0].if_index, names[0].if_name);
  char name[IF_NAMESIZE];
  printf("%s\n", if_indextoname(1, name));
}
static void netlink(void) {
  SHOW(socket(AF_NETLINK, SOCK_STREAM, NETLINK_ROUTE));
  int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
  struct sockaddr_nl name = {.nl_family = AF_NETLINK};
  SHOW(bind(fd, (struct sockaddr *)&name, 4));
  SHOW(bind(fd, (struct sockaddr *)&name, sizeof name));
  socklen_t length = sizeof name;
  SHOW(getsockname(fd, (struct sockaddr *)&name, &length));
  SHOW_TRUE(name.nl_pid == (unsigned)getpid());
  SHOW(length);
  struct {
    struct nlmsghdr head;
    struct ifinfomsg link;
  } ask = {{sizeof ask, RTM_GETLINK, NLM_F_REQUEST, 7, 0}, {.ifi_index = 1}};
  SHOW(send(fd, &ask, sizeof ask, 0) == sizeof ask);
  char answer[8192];
  struct nlmsghdr *head = (struct nlmsghdr *)answer;
  struct iovec piece = {answer, sizeof answer};
  struct msghdr header = {&name, sizeof name, &piece, 1, NULL, 0, 0};
  SHOW_TRUE(recvmsg(fd, &header, MSG_DONTWAIT) > (ssize_t)sizeof *head);
  SHOW(name.nl_pid);
  SHOW(header.msg_namelen);
  SHOW(head->nlmsg_type == RTM_NEWLINK);
  SHOW(head->nlmsg_seq);
  struct ifinfomsg *link = NLMSG_DATA(head);
  SHOW(link->ifi_index);
  SHOW(link->ifi_type);
  ask.link.ifi_index = 12345;
  SHOW(send(fd, &ask, sizeof ask, 0) == sizeof ask);
  SHOW(recv(fd, answer, sizeof answer, MSG_DONTWAIT | MSG_TRUNC));
  SHOW(head->nlmsg_type == NLMSG_ERROR);
  SHOW(((struct nlmsgerr *)NLMSG_DATA(head))->error);
  show_recv("no more", fd, 1, MSG_DONTWAIT);
  show_all_events("idle", fd);
}
/** The line of a socket in /proc/net, by its inode; ports and inodes vary, so they are left out. */
static void show_proc(const char *path, int fd) {
  struct stat status;
  fstat(fd, &status);
  FILE *file = fopen(path, "r");
  if (file == NULL) die(path);
  char line[400];
  fgets(line, sizeof line, file);
  printf("%s: %s", path, line);
  while (fgets(line, sizeof line, file)) {
    char local[80], remote[80];
    int state, uid, port, peer;
    unsigned long inode;
    if (sscanf(line, " %*d: %[0-9A-F]:%x %[0-9A-F]:%x %x %*x:%*x %*x:%*x %*x %d %*d %lu", local, &port, remote,
               &peer, &state, &uid, &inode) != 7)
      printf("unreadable: %s", line);
    else if (inode == status.st_ino)
      // Lines of IPv4 are filled up; the others end with their numbers.
      printf("%s %s state %d, %s, length %d\n", local, remote, state, peer ? "a peer" : "no peer",
             strlen(local) == 8 ? (int)strlen(line) : 0);
  }
  fclose(file);
}
int main(void) {
  addresses();
  netlink();
  int listening = tcp_listener("127.0.0.1", 1), pair[2];
  tcp_pair(pair);
  show_proc("/proc/net/tcp", listening);
  show_proc("/proc/self/net/tcp", pair[1]);
  int udp = udp_socket("127.0.0.1");
  show_proc("/proc/net/udp", udp);
  int six = socket(AF_INET6, SOCK_STREAM, 0);
  bind6(six, "::1", 0);
  listen(six, 1);
  show_proc("/proc/net/tcp6", six);
  return 0;
}
