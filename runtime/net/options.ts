// Options of the internet's levels that are kept and read back: one row each.
// On a loopback interface most have nothing to change. ip(7), ipv6(7), tcp(7).

import { EINVAL, ENOPROTOOPT } from '../abi/errno.ts';
import { IP, IPPROTO, IPV6, TCP, UDP } from '../abi/inet.ts';

interface OptionRow {
  readonly initial: number;
  /** The least and the greatest value that is taken; EINVAL outside. Switches turn any value into 0 or 1. */
  readonly range: readonly [least: number, most: number] | 'switch';
  /** What -1 stands for, where it stands for the default. */
  readonly reset?: number;
}

const on: OptionRow = { initial: 1, range: 'switch' };
const off: OptionRow = { initial: 0, range: 'switch' };
const numbered = (initial: number, least: number, most: number, reset?: number): OptionRow => ({
  initial,
  range: [least, most],
  ...(reset === undefined ? {} : { reset }),
});

/** net.ipv4.ip_default_ttl, and what IPv6 has for it. */
export const DEFAULT_HOPS = 64;
const LARGEST = 0x7fffffff;

const ROWS: Readonly<Record<number, Readonly<Record<number, OptionRow>>>> = {
  [IPPROTO.IPPROTO_IP]: {
    [IP.IP_TOS]: numbered(0, -0x80000000, LARGEST),
    [IP.IP_TTL]: numbered(DEFAULT_HOPS, 1, 255, DEFAULT_HOPS),
    [IP.IP_RECVOPTS]: off,
    [IP.IP_PKTINFO]: off,
    [IP.IP_MTU_DISCOVER]: numbered(1, 0, 5),
    [IP.IP_RECVERR]: off,
    [IP.IP_RECVTTL]: off,
    [IP.IP_RECVTOS]: off,
    [IP.IP_FREEBIND]: off,
    [IP.IP_BIND_ADDRESS_NO_PORT]: off,
    [IP.IP_MULTICAST_TTL]: numbered(1, 0, 255, 1),
    [IP.IP_MULTICAST_LOOP]: on,
    [IP.IP_MULTICAST_ALL]: on,
  },
  [IPPROTO.IPPROTO_IPV6]: {
    [IPV6.IPV6_UNICAST_HOPS]: numbered(DEFAULT_HOPS, 0, 255, DEFAULT_HOPS),
    [IPV6.IPV6_MULTICAST_IF]: numbered(0, 0, 1),
    [IPV6.IPV6_MULTICAST_HOPS]: numbered(1, 0, 255, 1),
    [IPV6.IPV6_MULTICAST_LOOP]: on,
    [IPV6.IPV6_MTU_DISCOVER]: numbered(1, 0, 5),
    [IPV6.IPV6_RECVERR]: off,
    [IPV6.IPV6_V6ONLY]: off,
    [IPV6.IPV6_RECVPKTINFO]: off,
    [IPV6.IPV6_RECVHOPLIMIT]: off,
    [IPV6.IPV6_DONTFRAG]: off,
    [IPV6.IPV6_RECVTCLASS]: off,
    [IPV6.IPV6_TCLASS]: numbered(0, 0, 255, 0),
  },
  [IPPROTO.IPPROTO_UDP]: { [UDP.UDP_CORK]: off },
  [IPPROTO.IPPROTO_UDPLITE]: {
    [UDP.UDPLITE_SEND_CSCOV]: numbered(0, -0x80000000, LARGEST),
    [UDP.UDPLITE_RECV_CSCOV]: numbered(0, -0x80000000, LARGEST),
  },
  [IPPROTO.IPPROTO_TCP]: {
    [TCP.TCP_NODELAY]: off,
    [TCP.TCP_MAXSEG]: numbered(536, 88, 32767),
    [TCP.TCP_CORK]: off,
    [TCP.TCP_KEEPIDLE]: numbered(7200, 1, 32767),
    [TCP.TCP_KEEPINTVL]: numbered(75, 1, 32767),
    [TCP.TCP_KEEPCNT]: numbered(9, 1, 127),
    [TCP.TCP_SYNCNT]: numbered(6, 1, 127),
    [TCP.TCP_LINGER2]: numbered(60, -0x80000000, 120),
    [TCP.TCP_DEFER_ACCEPT]: numbered(0, -0x80000000, LARGEST),
    [TCP.TCP_WINDOW_CLAMP]: numbered(0, 0, LARGEST),
    [TCP.TCP_QUICKACK]: on,
    [TCP.TCP_USER_TIMEOUT]: numbered(0, 0, LARGEST),
    [TCP.TCP_FASTOPEN]: numbered(0, 0, LARGEST),
    [TCP.TCP_NOTSENT_LOWAT]: numbered(-1, -0x80000000, LARGEST),
  },
};

/** The values of one socket. */
export class KeptOptions {
  readonly #values = new Map<string, number>();

  #row(level: number, name: number): OptionRow {
    const row = ROWS[level]?.[name];
    if (row === undefined) throw ENOPROTOOPT;
    return row;
  }
  get(level: number, name: number): number {
    return this.#values.get(`${level}.${name}`) ?? this.#row(level, name).initial;
  }
  set(level: number, name: number, value: number): void {
    const { range, reset } = this.#row(level, name);
    let kept = value;
    if (range === 'switch') kept = value === 0 ? 0 : 1;
    else if (value === -1 && reset !== undefined) kept = reset;
    else if (value < range[0] || value > range[1]) throw EINVAL;
    if (level === IPPROTO.IPPROTO_IP && name === IP.IP_TOS) kept &= 0xff;
    this.#values.set(`${level}.${name}`, kept);
  }
  /** A connection has its listener's options. */
  inherit(from: KeptOptions): void {
    for (const [key, value] of from.#values) this.#values.set(key, value);
  }
}
