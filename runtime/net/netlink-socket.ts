// AF_NETLINK sockets of NETLINK_ROUTE, netlink(7) and rtnetlink(7): programs ask for the interfaces and
// their addresses (getifaddrs(3), if_nameindex(3), getaddrinfo(3)) and are told of the loopback. Nothing can be
// changed, and nothing changes by itself.

import {
  EADDRINUSE,
  ECONNREFUSED,
  EINVAL,
  ENODEV,
  EOPNOTSUPP,
  EPERM,
  EPROTONOSUPPORT,
  type Errno,
  ESOCKTNOSUPPORT,
} from '../abi/errno.ts';
import { POLLIN, POLLOUT, POLLRDNORM, POLLWRBAND, POLLWRNORM } from '../abi/file.ts';
import {
  ARPHRD_LOOPBACK,
  IFA_ADDRESS,
  IFA_F_PERMANENT,
  IFA_FLAGS,
  IFA_LABEL,
  IFA_LOCAL,
  IFF_LOWER_UP,
  IFLA_ADDRESS,
  IFLA_BROADCAST,
  IFLA_IFNAME,
  IFLA_MTU,
  IFLA_TXQLEN,
  ifaddrmsg,
  ifinfomsg,
  NETLINK_ROUTE,
  NLM_F_ACK,
  NLM_F_CAPPED,
  NLM_F_DUMP,
  NLM_F_MULTI,
  NLMSG_DONE,
  NLMSG_ERROR,
  nlmsghdr,
  RT_SCOPE_HOST,
  RTM,
  rtattr,
  sockaddrNl,
} from '../abi/inet.ts';
import { AF, MSG, SOCK_DGRAM, SOCK_RAW } from '../abi/socket.ts';
import {
  type Incoming,
  NO_CREDENTIALS,
  type Outgoing,
  type PeerCredentials,
  Socket,
  type SocketCall,
  type SocketFamily,
} from '../fs/socket.ts';
import type { Caller } from '../vfs/caller.ts';
import { addressBytes, type IpAddress, isV4, LOOPBACK4, LOOPBACK6 } from './address.ts';
import { LOOPBACK_FLAGS, LOOPBACK_INDEX, LOOPBACK_MTU, LOOPBACK_NAME, LOOPBACK_QUEUE } from './loopback.ts';

type Header = ReturnType<typeof nlmsghdr.unpack>;

const align = (length: number): number => (length + 3) & ~3;
const word = (value: number): Uint8Array => new Uint8Array(Int32Array.of(value).buffer);
const label = (): Uint8Array => Uint8Array.from(`${LOOPBACK_NAME}\0`, (c) => c.charCodeAt(0));

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + align(part.length), 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += align(part.length);
  }
  return bytes;
}
function attribute(type: number, value: Uint8Array): Uint8Array {
  return joined([rtattr.pack({ rta_len: rtattr.size + value.length, rta_type: type }), value]);
}

/** struct ifinfomsg of the loopback, and its attributes. */
function link(): Uint8Array {
  return joined([
    ifinfomsg.pack({
      ifi_family: AF.AF_UNSPEC,
      ifi_type: ARPHRD_LOOPBACK,
      ifi_index: LOOPBACK_INDEX,
      ifi_flags: LOOPBACK_FLAGS | IFF_LOWER_UP,
    }),
    attribute(IFLA_IFNAME, label()),
    attribute(IFLA_TXQLEN, word(LOOPBACK_QUEUE)),
    attribute(IFLA_MTU, word(LOOPBACK_MTU)),
    attribute(IFLA_ADDRESS, new Uint8Array(6)),
    attribute(IFLA_BROADCAST, new Uint8Array(6)),
  ]);
}
/** struct ifaddrmsg of one of its addresses. */
function address(own: IpAddress): Uint8Array {
  const family = isV4(own) ? AF.AF_INET : AF.AF_INET6;
  const bytes = addressBytes(own, family);
  return joined([
    ifaddrmsg.pack({
      ifa_family: family,
      ifa_prefixlen: isV4(own) ? 8 : 128,
      ifa_flags: IFA_F_PERMANENT,
      ifa_scope: RT_SCOPE_HOST,
      ifa_index: LOOPBACK_INDEX,
    }),
    attribute(IFA_ADDRESS, bytes),
    ...(isV4(own) ? [attribute(IFA_LOCAL, bytes), attribute(IFA_LABEL, label())] : []),
    attribute(IFA_FLAGS, word(IFA_F_PERMANENT)),
  ]);
}

/** Who has which port of NETLINK_ROUTE; one table a machine. */
export type NetlinkPorts = Map<number, NetlinkSocket>;

class NetlinkSocket extends Socket {
  readonly family = AF.AF_NETLINK;
  readonly protocol = NETLINK_ROUTE;
  readonly isStream = false;
  readonly listening = false;
  readonly type: number;
  readonly #ports: NetlinkPorts;
  readonly #pid: number;
  /** nl_pid: 0 until it is bound. */
  #port = 0;
  #groups = 0;
  #received: Uint8Array[] = [];

  constructor(ports: NetlinkPorts, machine: Socket['machine'], owner: Caller, type: number, flags: number) {
    super(machine, owner, flags);
    this.#ports = ports;
    this.#pid = owner.pid;
    this.type = type;
  }

  #parse(bytes: Uint8Array): { port: number; groups: number } {
    if (bytes.length < sockaddrNl.size) throw EINVAL;
    const { nl_family, nl_pid, nl_groups } = sockaddrNl.unpack(bytes);
    if (nl_family !== AF.AF_NETLINK) throw EINVAL;
    return { port: nl_pid, groups: nl_groups };
  }
  bind(bytes: Uint8Array): void {
    const { port, groups } = this.#parse(bytes);
    if (this.#port !== 0 && port !== this.#port) throw EINVAL;
    if (this.#port === 0) this.#take(port);
    this.#groups = groups;
  }
  /** A port of one's own: the process's id, or one from the top when another socket has it. */
  #take(wanted: number): void {
    if (wanted !== 0 && this.#ports.has(wanted)) throw EADDRINUSE;
    let port = wanted !== 0 ? wanted : this.#pid;
    for (let next = 0xffffefff; this.#ports.has(port); next--) port = next;
    this.#port = port;
    this.#ports.set(port, this);
  }
  connectNow(bytes: Uint8Array): number {
    const { port } = this.#parse(bytes);
    if (port !== 0) throw EPERM;
    if (this.#port === 0) this.#take(0);
    return 0;
  }
  listen(): void {
    throw EOPNOTSUPP;
  }
  acceptNow(): null {
    throw EOPNOTSUPP;
  }
  name(): Uint8Array {
    return sockaddrNl.pack({ nl_family: AF.AF_NETLINK, nl_pid: this.#port, nl_groups: this.#groups });
  }
  peerName(): Uint8Array {
    return sockaddrNl.pack({ nl_family: AF.AF_NETLINK });
  }
  peerCredentials(): PeerCredentials {
    return NO_CREDENTIALS;
  }

  // ---- requests ----

  sendNow(message: Outgoing, flags: number, _call: SocketCall | null): number {
    if ((flags & MSG.MSG_OOB) !== 0) throw EOPNOTSUPP;
    if (message.address !== null) {
      const { port, groups } = this.#parse(message.address);
      if (groups !== 0) throw EPERM;
      if (port !== 0) throw ECONNREFUSED;
    }
    if (this.#port === 0) this.#take(0);
    const { bytes } = message;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let at = 0; at + nlmsghdr.size <= bytes.length; ) {
      const header = nlmsghdr.read(view, at);
      if (header.nlmsg_len < nlmsghdr.size || at + header.nlmsg_len > bytes.length) break;
      this.#serve(header, bytes.subarray(at + nlmsghdr.size, at + header.nlmsg_len));
      at += align(header.nlmsg_len);
    }
    this.queue.wake();
    return bytes.length;
  }
  #serve(header: Header, body: Uint8Array): void {
    const dump = (header.nlmsg_flags & NLM_F_DUMP) !== 0;
    const family = body[0] ?? 0;
    switch (header.nlmsg_type) {
      case RTM.RTM_GETLINK:
        if (dump) this.#dump(header, RTM.RTM_NEWLINK, [link()]);
        else this.#oneLink(header, body);
        return;
      case RTM.RTM_GETADDR: {
        if (!dump) break;
        const own = [LOOPBACK4, LOOPBACK6].filter(
          (each) => family === AF.AF_UNSPEC || (family === AF.AF_INET) === isV4(each),
        );
        this.#dump(header, RTM.RTM_NEWADDR, own.map(address));
        return;
      }
      case RTM.RTM_GETROUTE:
        if (!dump) break;
        // The way to the loopback stands in no table that is asked for by name.
        this.#dump(header, RTM.RTM_NEWROUTE, []);
        return;
      default:
        // What would change something.
        if (header.nlmsg_type >= RTM.RTM_NEWLINK && header.nlmsg_type % 4 !== 2) {
          this.#acknowledge(header, body, EPERM);
          return;
        }
    }
    this.#acknowledge(header, body, EOPNOTSUPP);
  }
  #oneLink(header: Header, body: Uint8Array): void {
    const index = body.length < ifinfomsg.size ? 0 : ifinfomsg.unpack(body).ifi_index;
    const name = attributes(body.subarray(ifinfomsg.size)).get(IFLA_IFNAME);
    const wanted = name === undefined ? null : String.fromCharCode(...name).split('\0')[0];
    if (index === LOOPBACK_INDEX || (index === 0 && wanted === LOOPBACK_NAME)) {
      this.#received.push(this.#message(header, RTM.RTM_NEWLINK, 0, link()));
      if ((header.nlmsg_flags & NLM_F_ACK) !== 0) this.#acknowledge(header, body, null);
    } else this.#acknowledge(header, body, index === 0 && wanted === null ? EINVAL : ENODEV);
  }
  #message({ nlmsg_seq }: Header, type: number, flags: number, body: Uint8Array): Uint8Array {
    const head = nlmsghdr.pack({
      nlmsg_len: nlmsghdr.size + body.length,
      nlmsg_type: type,
      nlmsg_flags: flags,
      nlmsg_seq,
      nlmsg_pid: this.#port,
    });
    return joined([head, body]);
  }
  #dump(header: Header, type: number, bodies: readonly Uint8Array[]): void {
    const parts = bodies.map((body) => this.#message(header, type, NLM_F_MULTI, body));
    if (parts.length > 0) this.#received.push(joined(parts));
    this.#received.push(this.#message(header, NLMSG_DONE, NLM_F_MULTI, word(0)));
  }
  /** An error comes with the request, success with its head alone. */
  #acknowledge(header: Header, body: Uint8Array, error: Errno | null): void {
    const request = [nlmsghdr.pack(header), ...(error === null ? [] : [body])];
    const answer = joined([word(error === null ? 0 : -error.number), ...request]);
    this.#received.push(this.#message(header, NLMSG_ERROR, error === null ? NLM_F_CAPPED : 0, answer));
  }

  // ---- answers ----

  receiveNow(length: number, flags: number): Incoming | null {
    if ((flags & MSG.MSG_OOB) !== 0) throw EOPNOTSUPP;
    const message = this.#received[0];
    if (message === undefined) return null;
    if ((flags & MSG.MSG_PEEK) === 0) this.#received.shift();
    return {
      bytes: message.slice(0, length),
      length: message.length,
      address: this.peerName(),
      rights: [],
      credentials: this.passCredentials ? { pid: 0, uid: 0, gid: 0 } : null,
    };
  }
  readableBytes(): number {
    return this.#received[0]?.length ?? 0;
  }
  unreadBytes(): number {
    return 0;
  }
  shutdown(): void {
    throw EOPNOTSUPP;
  }
  protected override closed(): void {
    if (this.#port !== 0) this.#ports.delete(this.#port);
  }
  override poll(): number {
    const readable = this.#received.length > 0 ? POLLIN | POLLRDNORM : 0;
    return readable | POLLOUT | POLLWRNORM | POLLWRBAND;
  }

  /** SOL_NETLINK: switches for what does not happen here. */
  override setProtocolOption(): void {}
}

function attributes(bytes: Uint8Array): Map<number, Uint8Array> {
  const found = new Map<number, Uint8Array>();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at + rtattr.size <= bytes.length; ) {
    const { rta_len, rta_type } = rtattr.read(view, at);
    if (rta_len < rtattr.size || at + rta_len > bytes.length) break;
    found.set(rta_type, bytes.subarray(at + rtattr.size, at + rta_len));
    at += align(rta_len);
  }
  return found;
}

export class NetlinkFamily implements SocketFamily {
  readonly #machine: Socket['machine'];
  readonly #ports: NetlinkPorts = new Map();

  constructor(machine: Socket['machine']) {
    this.#machine = machine;
  }
  create(caller: Caller, type: number, protocol: number, flags: number): Socket {
    if (type !== SOCK_RAW && type !== SOCK_DGRAM) throw ESOCKTNOSUPPORT;
    if (protocol !== NETLINK_ROUTE) throw EPROTONOSUPPORT;
    return new NetlinkSocket(this.#ports, this.#machine, caller, type, flags);
  }
  pair(): [Socket, Socket] {
    throw EOPNOTSUPP;
  }
}
