// The internet families in numbers: ip(7), ipv6(7), tcp(7), udp(7), netdevice(7). i386 layouts; addresses and
// ports are in network order.

import { bytes, i32, struct, u8, u16, u32 } from './struct.ts';

export const IPPROTO = {
  IPPROTO_IP: 0,
  IPPROTO_ICMP: 1,
  IPPROTO_TCP: 6,
  IPPROTO_UDP: 17,
  IPPROTO_IPV6: 41,
  IPPROTO_ICMPV6: 58,
  IPPROTO_UDPLITE: 136,
  IPPROTO_RAW: 255,
} as const;
/** Protocol numbers lie below (IPPROTO_MPTCP is the last). */
export const IPPROTO_MAX = 263;

/** Network order, as bytes: ports and IPv4 addresses are read apart. */
export const sockaddrIn = struct({
  sin_family: u16,
  sin_port: bytes(2),
  sin_addr: bytes(4),
  sin_zero: bytes(8),
});
export const sockaddrIn6 = struct({
  sin6_family: u16,
  sin6_port: bytes(2),
  sin6_flowinfo: u32,
  sin6_addr: bytes(16),
  sin6_scope_id: u32,
});
/** sockaddr_in6 as RFC 2133 had it, without the scope: the shortest that is taken. */
export const SIN6_LEN_RFC2133 = 24;

export const TCP = {
  TCP_NODELAY: 1,
  TCP_MAXSEG: 2,
  TCP_CORK: 3,
  TCP_KEEPIDLE: 4,
  TCP_KEEPINTVL: 5,
  TCP_KEEPCNT: 6,
  TCP_SYNCNT: 7,
  TCP_LINGER2: 8,
  TCP_DEFER_ACCEPT: 9,
  TCP_WINDOW_CLAMP: 10,
  TCP_INFO: 11,
  TCP_QUICKACK: 12,
  TCP_CONGESTION: 13,
  TCP_USER_TIMEOUT: 18,
  TCP_FASTOPEN: 23,
  TCP_NOTSENT_LOWAT: 25,
} as const;

/** Options of IPPROTO_UDP, and those that UDP-Lite adds under its own number. */
export const UDP = {
  UDP_CORK: 1,
  UDPLITE_SEND_CSCOV: 10,
  UDPLITE_RECV_CSCOV: 11,
} as const;

export const IP = {
  IP_TOS: 1,
  IP_TTL: 2,
  IP_RECVOPTS: 6,
  IP_PKTINFO: 8,
  IP_MTU_DISCOVER: 10,
  IP_RECVERR: 11,
  IP_RECVTTL: 12,
  IP_RECVTOS: 13,
  IP_MTU: 14,
  IP_FREEBIND: 15,
  IP_BIND_ADDRESS_NO_PORT: 24,
  IP_MULTICAST_IF: 32,
  IP_MULTICAST_TTL: 33,
  IP_MULTICAST_LOOP: 34,
  IP_ADD_MEMBERSHIP: 35,
  IP_DROP_MEMBERSHIP: 36,
  IP_MULTICAST_ALL: 49,
} as const;

export const IPV6 = {
  IPV6_UNICAST_HOPS: 16,
  IPV6_MULTICAST_IF: 17,
  IPV6_MULTICAST_HOPS: 18,
  IPV6_MULTICAST_LOOP: 19,
  IPV6_ADD_MEMBERSHIP: 20,
  IPV6_DROP_MEMBERSHIP: 21,
  IPV6_MTU_DISCOVER: 23,
  IPV6_MTU: 24,
  IPV6_RECVERR: 25,
  IPV6_V6ONLY: 26,
  IPV6_RECVPKTINFO: 49,
  IPV6_PKTINFO: 50,
  IPV6_RECVHOPLIMIT: 51,
  IPV6_HOPLIMIT: 52,
  IPV6_DONTFRAG: 62,
  IPV6_RECVTCLASS: 66,
  IPV6_TCLASS: 67,
} as const;

/** States of a connection as /proc/net/tcp and TCP_INFO tell them. Linux: net/tcp_states.h. */
export const TCP_STATE = {
  TCP_ESTABLISHED: 1,
  TCP_SYN_SENT: 2,
  TCP_FIN_WAIT1: 4,
  TCP_FIN_WAIT2: 5,
  TCP_TIME_WAIT: 6,
  TCP_CLOSE: 7,
  TCP_CLOSE_WAIT: 8,
  TCP_LAST_ACK: 9,
  TCP_LISTEN: 10,
} as const;
/** sizeof(struct tcp_info), Linux 6.1. */
export const TCP_INFO_SIZE = 232;

/** struct in_pktinfo and in6_pktinfo. */
export const inPktinfo = struct({ ipi_ifindex: i32, ipi_spec_dst: bytes(4), ipi_addr: bytes(4) });
export const in6Pktinfo = struct({ ipi6_addr: bytes(16), ipi6_ifindex: u32 });

// netdevice(7): a request is a name and one of several things behind it.
export const IFNAMSIZ = 16;
export const IFREQ_SIZE = 32;
export const ifconf = struct({ ifc_len: i32, ifc_buf: u32 });
export const SIOC = {
  SIOCGIFNAME: 0x8910,
  SIOCGIFCONF: 0x8912,
  SIOCGIFFLAGS: 0x8913,
  SIOCGIFADDR: 0x8915,
  SIOCGIFDSTADDR: 0x8917,
  SIOCGIFBRDADDR: 0x8919,
  SIOCGIFNETMASK: 0x891b,
  SIOCGIFMETRIC: 0x891d,
  SIOCGIFMTU: 0x8921,
  SIOCGIFHWADDR: 0x8927,
  SIOCGIFINDEX: 0x8933,
  SIOCGIFTXQLEN: 0x8942,
} as const;
export const IFF_UP = 0x1;
export const IFF_LOOPBACK = 0x8;
export const IFF_RUNNING = 0x40;
export const IFF_LOWER_UP = 0x10000;
export const ARPHRD_LOOPBACK = 772;

// rtnetlink(7): what a dump of interfaces and addresses is made of.
export const nlmsghdr = struct({
  nlmsg_len: u32,
  nlmsg_type: u16,
  nlmsg_flags: u16,
  nlmsg_seq: u32,
  nlmsg_pid: u32,
});
export const NLMSG_ERROR = 2;
export const NLMSG_DONE = 3;
export const NLM_F_MULTI = 2;
export const NLM_F_ACK = 4;
export const NLM_F_CAPPED = 0x100;
export const NLM_F_DUMP = 0x300;
export const NETLINK_ROUTE = 0;
export const RTM = {
  RTM_NEWLINK: 16,
  RTM_GETLINK: 18,
  RTM_NEWADDR: 20,
  RTM_GETADDR: 22,
  RTM_NEWROUTE: 24,
  RTM_GETROUTE: 26,
} as const;
export const sockaddrNl = struct({ nl_family: u16, nl_pad: u16, nl_pid: u32, nl_groups: u32 });
export const ifinfomsg = struct({
  ifi_family: u8,
  ifi_pad: u8,
  ifi_type: u16,
  ifi_index: i32,
  ifi_flags: u32,
  ifi_change: u32,
});
export const ifaddrmsg = struct({
  ifa_family: u8,
  ifa_prefixlen: u8,
  ifa_flags: u8,
  ifa_scope: u8,
  ifa_index: u32,
});
export const rtattr = struct({ rta_len: u16, rta_type: u16 });
export const IFLA_ADDRESS = 1;
export const IFLA_BROADCAST = 2;
export const IFLA_IFNAME = 3;
export const IFLA_MTU = 4;
export const IFLA_TXQLEN = 13;
export const IFA_ADDRESS = 1;
export const IFA_LOCAL = 2;
export const IFA_LABEL = 3;
export const IFA_FLAGS = 8;
export const IFA_F_PERMANENT = 0x80;
/** An address of the machine itself: rtnetlink's RT_SCOPE_HOST. */
export const RT_SCOPE_HOST = 254;
