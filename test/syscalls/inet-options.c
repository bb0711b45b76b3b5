// Options of SOL_SOCKET, IP, IPv6 and TCP for the internet families.
#include "inet.h"
#include <net/if.h>
#define SHOW_OPTION(fd, level, name) printf(#level " " #name ": %d\n", option(fd, level, name))
int main(void) {
  int tcp = socket(AF_INET, SOCK_STREAM, 0), udp = socket(AF_INET, SOCK_DGRAM, 0);
  int six = socket(AF_INET6, SOCK_STREAM, 0);
  SHOW_OPTION(tcp, SOL_SOCKET, SO_TYPE);
  SHOW_OPTION(tcp, SOL_SOCKET, SO_REUSEADDR);
  SHOW(set_option(tcp, SOL_SOCKET, SO_REUSEADDR, 5));
  SHOW_OPTION(tcp, SOL_SOCKET, SO_REUSEADDR);
  SHOW(set_option(tcp, SOL_SOCKET, SO_KEEPALIVE, 1));
  SHOW_OPTION(tcp, SOL_SOCKET, SO_KEEPALIVE);
  SHOW_OPTION(udp, SOL_SOCKET, SO_BROADCAST);
  SHOW_OPTION(udp, SOL_SOCKET, SO_PROTOCOL);
  SHOW_OPTION(six, SOL_SOCKET, SO_DOMAIN);
  SHOW(set_option(tcp, SOL_SOCKET, SO_RCVBUF, 10000));
  SHOW_OPTION(tcp, SOL_SOCKET, SO_RCVBUF);
  SHOW(set_option(tcp, SOL_SOCKET, SO_SNDBUF, 10000));
  SHOW_OPTION(tcp, SOL_SOCKET, SO_SNDBUF);

  SHOW_OPTION(tcp, IPPROTO_TCP, TCP_NODELAY);
  SHOW(set_option(tcp, IPPROTO_TCP, TCP_NODELAY, 7));
  SHOW_OPTION(tcp, IPPROTO_TCP, TCP_NODELAY);
  SHOW(set_option(tcp, IPPROTO_TCP, TCP_CORK, 1));
  SHOW_OPTION(tcp, IPPROTO_TCP, TCP_CORK);
  SHOW(set_option(tcp, IPPROTO_TCP, TCP_KEEPIDLE, 30));
  SHOW_OPTION(tcp, IPPROTO_TCP, TCP_KEEPIDLE);
  SHOW(set_option(tcp, IPPROTO_TCP, TCP_KEEPIDLE, 0));
  SHOW(set_option(tcp, IPPROTO_TCP, TCP_KEEPINTVL, 40000));
  SHOW(set_option(tcp, IPPROTO_TCP, TCP_KEEPCNT, 128));
  SHOW_OPTION(tcp, IPPROTO_TCP, TCP_KEEPINTVL);
  SHOW_OPTION(tcp, IPPROTO_TCP, TCP_KEEPCNT);
  SHOW_OPTION(tcp, IPPROTO_TCP, TCP_USER_TIMEOUT);
  SHOW(set_option(tcp, IPPROTO_TCP, TCP_USER_TIMEOUT, -1));
  SHOW(set_option(tcp, IPPROTO_TCP, 99, 1));
  SHOW_OPTION(tcp, IPPROTO_TCP, 99);
  SHOW_OPTION(udp, IPPROTO_TCP, TCP_NODELAY);
  char byte = 1;
  SHOW(setsockopt(tcp, IPPROTO_TCP, TCP_NODELAY, &byte, 1));
  struct tcp_info info;
  socklen_t length = sizeof info;
  SHOW(getsockopt(tcp, IPPROTO_TCP, TCP_INFO, &info, &length));
  SHOW(info.tcpi_state);

  SHOW_OPTION(tcp, IPPROTO_IP, IP_TTL);
  SHOW(set_option(tcp, IPPROTO_IP, IP_TTL, 0));
  SHOW(set_option(tcp, IPPROTO_IP, IP_TTL, 300));
  SHOW(set_option(tcp, IPPROTO_IP, IP_TTL, 33));
  SHOW_OPTION(tcp, IPPROTO_IP, IP_TTL);
  SHOW(set_option(tcp, IPPROTO_IP, IP_TTL, -1));
  SHOW_OPTION(tcp, IPPROTO_IP, IP_TTL);
  SHOW(setsockopt(udp, IPPROTO_IP, IP_TTL, &byte, 1));
  length = 1;
  SHOW(getsockopt(udp, IPPROTO_IP, IP_TTL, &byte, &length));
  SHOW(byte);
  SHOW(length);
  SHOW(set_option(tcp, IPPROTO_IP, IP_TOS, 0x10));
  SHOW_OPTION(tcp, IPPROTO_IP, IP_TOS);
  SHOW_OPTION(udp, IPPROTO_IP, IP_MULTICAST_TTL);
  SHOW_OPTION(udp, IPPROTO_IP, IP_MULTICAST_LOOP);
  SHOW_OPTION(udp, IPPROTO_IP, IP_MTU);
  SHOW(connect4(udp, "127.0.0.1", 9));
  SHOW_OPTION(udp, IPPROTO_IP, IP_MTU);

  SHOW_OPTION(six, IPPROTO_IPV6, IPV6_V6ONLY);
  SHOW(set_option(six, IPPROTO_IPV6, IPV6_V6ONLY, 1));
  SHOW_OPTION(six, IPPROTO_IPV6, IPV6_V6ONLY);
  SHOW_OPTION(six, IPPROTO_IPV6, IPV6_UNICAST_HOPS);
  SHOW_OPTION(tcp, IPPROTO_IPV6, IPV6_V6ONLY);
  SHOW(set_option(tcp, IPPROTO_IPV6, IPV6_V6ONLY, 1));
  int stream = socket(AF_UNIX, SOCK_STREAM, 0);
  SHOW_OPTION(stream, IPPROTO_TCP, TCP_NODELAY);
  SHOW(set_option(stream, IPPROTO_TCP, TCP_NODELAY, 1));

  // The interface.
  struct ifreq request = {.ifr_name = "lo"};
  SHOW(ioctl(tcp, SIOCGIFINDEX, &request));
  SHOW(request.ifr_ifindex);
  SHOW(ioctl(stream, SIOCGIFINDEX, &request));
  SHOW(ioctl(tcp, SIOCGIFNAME, &request));
  printf("%s\n", request.ifr_name);
  SHOW(ioctl(tcp, SIOCGIFFLAGS, &request));
  SHOW_TRUE(request.ifr_flags & IFF_LOOPBACK);
  SHOW(ioctl(tcp, SIOCGIFADDR, &request));
  show_name("address", &request.ifr_addr, 16);
  SHOW(ioctl(tcp, SIOCGIFNETMASK, &request));
  show_name("mask", &request.ifr_addr, 16);
  SHOW(ioctl(tcp, SIOCGIFMTU, &request));
  SHOW(request.ifr_mtu);
  strcpy(request.ifr_name, "none");
  SHOW(ioctl(tcp, SIOCGIFINDEX, &request));
  request.ifr_ifindex = 12345;
  SHOW(ioctl(tcp, SIOCGIFNAME, &request));
  SHOW(if_nametoindex("lo"));
  return 0;
}
