// Sockets in numbers: socket(2), unix(7), socket(7), cmsg(3), socketcall(2). i386 layouts.

import { i32, struct, u32 } from './struct.ts';

export const AF = {
  AF_UNSPEC: 0,
  AF_UNIX: 1,
  AF_INET: 2,
  AF_INET6: 10,
  AF_NETLINK: 16,
  AF_PACKET: 17,
  AF_VSOCK: 40,
} as const;

export const SOCK_STREAM = 1;
export const SOCK_DGRAM = 2;
export const SOCK_RAW = 3;
export const SOCK_SEQPACKET = 5;
export const SOCK_TYPE_MASK = 0xf;
export const SOCK_NONBLOCK = 0o4000;
export const SOCK_CLOEXEC = 0o2000000;

export const MSG = {
  MSG_OOB: 0x1,
  MSG_PEEK: 0x2,
  MSG_DONTROUTE: 0x4,
  MSG_CTRUNC: 0x8,
  MSG_TRUNC: 0x20,
  MSG_DONTWAIT: 0x40,
  MSG_EOR: 0x80,
  MSG_WAITALL: 0x100,
  MSG_NOSIGNAL: 0x4000,
  MSG_MORE: 0x8000,
  MSG_WAITFORONE: 0x10000,
  MSG_CMSG_CLOEXEC: 0x40000000,
} as const;

export const SOL_SOCKET = 1;
export const SO = {
  SO_DEBUG: 1,
  SO_REUSEADDR: 2,
  SO_TYPE: 3,
  SO_ERROR: 4,
  SO_DONTROUTE: 5,
  SO_BROADCAST: 6,
  SO_SNDBUF: 7,
  SO_RCVBUF: 8,
  SO_KEEPALIVE: 9,
  SO_OOBINLINE: 10,
  SO_NO_CHECK: 11,
  SO_PRIORITY: 12,
  SO_LINGER: 13,
  SO_REUSEPORT: 15,
  SO_PASSCRED: 16,
  SO_PEERCRED: 17,
  SO_RCVLOWAT: 18,
  SO_SNDLOWAT: 19,
  SO_RCVTIMEO_OLD: 20,
  SO_SNDTIMEO_OLD: 21,
  SO_TIMESTAMP_OLD: 29,
  SO_ACCEPTCONN: 30,
  SO_PEERSEC: 31,
  SO_SNDBUFFORCE: 32,
  SO_RCVBUFFORCE: 33,
  SO_PASSSEC: 34,
  SO_MARK: 36,
  SO_PROTOCOL: 38,
  SO_DOMAIN: 39,
  SO_PEEK_OFF: 42,
  SO_PEERGROUPS: 59,
  SO_RCVTIMEO_NEW: 66,
  SO_SNDTIMEO_NEW: 67,
} as const;

export const SHUT_RD = 0;
export const SHUT_WR = 1;
export const SHUT_RDWR = 2;

export const SCM_RIGHTS = 1;
export const SCM_CREDENTIALS = 2;
/** Descriptors that one message may carry. */
export const SCM_MAX_FD = 253;

export const SOMAXCONN = 4096;

export const SIOCOUTQ = 0x5411;
export const SIOCINQ = 0x541b;
export const SIOCATMARK = 0x8905;

/** sizeof(struct sockaddr_storage): no address is longer. */
export const ADDRESS_MAX = 128;
/** sizeof(struct sockaddr_un), and where its path begins. */
export const SOCKADDR_UN_SIZE = 110;
export const SUN_PATH = 2;

export const msghdr = struct({
  msg_name: u32,
  msg_namelen: i32,
  msg_iov: u32,
  msg_iovlen: u32,
  msg_control: u32,
  msg_controllen: u32,
  msg_flags: u32,
});
export const MSG_FLAGS_OFFSET = 24;
export const MSG_NAMELEN_OFFSET = 4;
export const MSG_CONTROLLEN_OFFSET = 20;
/** struct mmsghdr: a msghdr and the length that was moved. */
export const MMSGHDR_SIZE = 32;
export const MMSGHDR_LENGTH = 28;

export const cmsghdr = struct({ cmsg_len: u32, cmsg_level: i32, cmsg_type: i32 });
export const cmsgAlign = (length: number): number => (length + 3) & ~3;

export const ucred = struct({ pid: i32, uid: u32, gid: u32 });
export const linger = struct({ l_onoff: i32, l_linger: i32 });

/** socketcall(2)'s calls. */
export const SYS = {
  SYS_SOCKET: 1,
  SYS_BIND: 2,
  SYS_CONNECT: 3,
  SYS_LISTEN: 4,
  SYS_ACCEPT: 5,
  SYS_GETSOCKNAME: 6,
  SYS_GETPEERNAME: 7,
  SYS_SOCKETPAIR: 8,
  SYS_SEND: 9,
  SYS_RECV: 10,
  SYS_SENDTO: 11,
  SYS_RECVFROM: 12,
  SYS_SHUTDOWN: 13,
  SYS_SETSOCKOPT: 14,
  SYS_GETSOCKOPT: 15,
  SYS_SENDMSG: 16,
  SYS_RECVMSG: 17,
  SYS_ACCEPT4: 18,
  SYS_RECVMMSG: 19,
  SYS_SENDMMSG: 20,
} as const;
