// Control messages of datagrams, cmsg(3): what a sender says of one datagram's way, and what a receiver
// asked to be told of it. ip(7), ipv6(7), RFC 3542.

import { EINVAL } from '../abi/errno.ts';
import { IP, IPPROTO, IPV6, in6Pktinfo, inPktinfo } from '../abi/inet.ts';
import { AF } from '../abi/socket.ts';
import type { ControlMessage } from '../fs/socket.ts';
import { addressBytes, type IpAddress, isV4, LOOPBACK4 } from './address.ts';
import { LOOPBACK_INDEX } from './loopback.ts';
import type { KeptOptions } from './options.ts';

export interface DatagramPath {
  readonly destination: IpAddress;
  /** IP_TTL or IPV6_UNICAST_HOPS, IP_TOS or IPV6_TCLASS. */
  readonly hops: number;
  readonly trafficClass: number;
}

const word = (value: number): Uint8Array => new Uint8Array(Int32Array.of(value).buffer);

function number({ data }: ControlMessage): number {
  if (data.length !== 4) throw EINVAL;
  return new DataView(data.buffer, data.byteOffset).getInt32(0, true);
}

/** How a datagram goes: by the socket's options, and by what was said for this one. Throws EINVAL. */
export function pathOf(
  options: KeptOptions,
  control: readonly ControlMessage[],
  v4: boolean,
): Omit<DatagramPath, 'destination'> {
  const { IPPROTO_IP, IPPROTO_IPV6 } = IPPROTO;
  let hops = v4 ? options.get(IPPROTO_IP, IP.IP_TTL) : options.get(IPPROTO_IPV6, IPV6.IPV6_UNICAST_HOPS);
  let trafficClass = v4 ? options.get(IPPROTO_IP, IP.IP_TOS) : options.get(IPPROTO_IPV6, IPV6.IPV6_TCLASS);
  for (const message of control) {
    const { level, type } = message;
    if (level === IPPROTO_IP && type === IP.IP_TTL) hops = number(message);
    else if (level === IPPROTO_IP && type === IP.IP_TOS) trafficClass = message.data[0] ?? 0;
    else if (level === IPPROTO_IPV6 && type === IPV6.IPV6_HOPLIMIT) {
      const value = number(message);
      if (value < -1 || value > 255) throw EINVAL;
      if (value >= 0) hops = value;
    } else if (level === IPPROTO_IPV6 && type === IPV6.IPV6_TCLASS) {
      const value = number(message);
      if (value < -1 || value > 255) throw EINVAL;
      if (value >= 0) trafficClass = value;
    } else if ((level === IPPROTO_IP || level === IPPROTO_IPV6) && !isPktinfo(level, type)) throw EINVAL;
  }
  return { hops, trafficClass };
}
function isPktinfo(level: number, type: number): boolean {
  return level === IPPROTO.IPPROTO_IP ? type === IP.IP_PKTINFO : type === IPV6.IPV6_PKTINFO;
}

/** What a socket with these options is told of a datagram. */
export function controlOf(
  options: KeptOptions,
  family: number,
  path: DatagramPath,
): readonly ControlMessage[] {
  const { IPPROTO_IP, IPPROTO_IPV6 } = IPPROTO;
  const { destination, hops, trafficClass } = path;
  const messages: ControlMessage[] = [];
  if (isV4(destination)) {
    const asked = (name: number): boolean => options.get(IPPROTO_IP, name) !== 0;
    const address = addressBytes(destination, AF.AF_INET);
    if (asked(IP.IP_PKTINFO)) {
      const own = addressBytes(LOOPBACK4, AF.AF_INET);
      const data = inPktinfo.pack({ ipi_ifindex: LOOPBACK_INDEX, ipi_spec_dst: own, ipi_addr: address });
      messages.push({ level: IPPROTO_IP, type: IP.IP_PKTINFO, data });
    }
    if (asked(IP.IP_RECVTTL)) messages.push({ level: IPPROTO_IP, type: IP.IP_TTL, data: word(hops) });
    if (asked(IP.IP_RECVTOS))
      messages.push({ level: IPPROTO_IP, type: IP.IP_TOS, data: Uint8Array.of(trafficClass) });
    if (family === AF.AF_INET) return messages;
  }
  const asked = (name: number): boolean => options.get(IPPROTO_IPV6, name) !== 0;
  if (asked(IPV6.IPV6_RECVPKTINFO)) {
    const address = addressBytes(destination, AF.AF_INET6);
    const data = in6Pktinfo.pack({ ipi6_addr: address, ipi6_ifindex: LOOPBACK_INDEX });
    messages.push({ level: IPPROTO_IPV6, type: IPV6.IPV6_PKTINFO, data });
  }
  if (isV4(destination)) return messages;
  if (asked(IPV6.IPV6_RECVHOPLIMIT))
    messages.push({ level: IPPROTO_IPV6, type: IPV6.IPV6_HOPLIMIT, data: word(hops) });
  if (asked(IPV6.IPV6_RECVTCLASS))
    messages.push({ level: IPPROTO_IPV6, type: IPV6.IPV6_TCLASS, data: word(trafficClass) });
  return messages;
}
