// UDP and UDP-Lite over the loopback interface, udp(7), udplite(7) (Linux: net/ipv4/udp.c). A datagram goes straight into the queue of
// the socket that its address leads to; one that finds no room there is lost, and one that finds no socket is
// answered as ICMP would: a connected sender's next call fails.

import {
  EACCES,
  EAFNOSUPPORT,
  ECONNREFUSED,
  EDESTADDRREQ,
  EINVAL,
  EMSGSIZE,
  ENOTCONN,
  EOPNOTSUPP,
  EPIPE,
  Errno,
} from '../abi/errno.ts';
import {
  POLLERR,
  POLLHUP,
  POLLIN,
  POLLOUT,
  POLLRDHUP,
  POLLRDNORM,
  POLLWRBAND,
  POLLWRNORM,
} from '../abi/file.ts';
import { IPPROTO, TCP_STATE } from '../abi/inet.ts';
import { AF, MSG, SHUT_RD, SHUT_RDWR, SHUT_WR, SO, SOCK_DGRAM } from '../abi/socket.ts';
import type { ControlMessage, Incoming, Outgoing, SocketCall } from '../fs/socket.ts';
import type { Caller } from '../vfs/caller.ts';
import {
  type Endpoint,
  familyOf,
  type IpAddress,
  isAny,
  isBroadcast,
  isV4,
  packEndpoint,
  parseEndpoint,
  sourceFor,
} from './address.ts';
import { controlOf, type DatagramPath, pathOf } from './control.ts';
import { InetSocket } from './inet-socket.ts';
import type { Network } from './network.ts';
import type { Ports } from './ports.ts';

/** The most that fits an IP packet behind its headers. */
const LONGEST_V4 = 65507;
const LONGEST_V6 = 65527;
const RECEIVE_SHUT = 1;
const SEND_SHUT = 2;
const BOTH_SHUT = 3;
/** A broken pipe that raises no SIGPIPE: datagrams do not. */
const SILENT_EPIPE = new Errno(EPIPE.number, EPIPE.name, EPIPE.text);

interface Datagram {
  readonly source: Endpoint;
  readonly bytes: Uint8Array;
  /** What it counts against SO_RCVBUF. */
  readonly charge: number;
  readonly path: DatagramPath;
}

/** Memory of a datagram: its data in powers of two up to a page, and the descriptor. */
function chargeFor(length: number): number {
  const data = length + 64 + 320;
  let bucket = 512;
  while (bucket < data) bucket *= 2;
  return bucket + 256;
}

export class UdpSocket extends InetSocket {
  readonly type = SOCK_DGRAM;
  readonly protocol: number;
  readonly isStream = false;
  readonly listening = false;
  #received: Datagram[] = [];
  #charged = 0;
  #shut = 0;
  /** bind(2) chose it, so it outlasts a connection. */
  #boundAddress: IpAddress | null = null;
  #boundPort = false;

  /** `protocol`: IPPROTO_UDP or IPPROTO_UDPLITE, which differ in what checksums cover: nothing here. */
  constructor(network: Network, owner: Caller, family: number, protocol: number, flags: number) {
    super(network, owner, family, flags);
    this.protocol = protocol;
  }

  protected get ports(): Ports<InetSocket> {
    return this.protocol === IPPROTO.IPPROTO_UDP ? this.network.udp : this.network.udplite;
  }
  protected override get busy(): boolean {
    return false;
  }

  override bind(address: Uint8Array, call: SocketCall): void {
    super.bind(address, call);
    this.#boundPort = true;
    if (!isAny(this.local.address)) this.#boundAddress = this.local.address;
  }
  listen(): void {
    throw EOPNOTSUPP;
  }
  acceptNow(): null {
    throw EOPNOTSUPP;
  }

  connectNow(address: Uint8Array): number {
    if (familyOf(address) === AF.AF_UNSPEC) {
      this.#disconnect();
      return 0;
    }
    const target = this.#reach(parseEndpoint(address, this.family));
    if (!this.claimed) this.claim(this.any, 0);
    if (isAny(this.local.address)) this.local = { address: sourceFor(target.address), port: this.local.port };
    this.remote = target;
    this.#shut = 0;
    return 0;
  }
  #disconnect(): void {
    this.remote = null;
    this.error = null;
    this.local = { address: this.#boundAddress ?? this.any, port: this.local.port };
    if (this.#boundPort) return;
    this.unclaim();
    this.local = { address: this.local.address, port: 0 };
  }
  #reach(target: Endpoint): Endpoint {
    if (isBroadcast(target.address) && this.keptOption(SO.SO_BROADCAST) === 0) throw EACCES;
    return this.route(target);
  }

  // ---- sending ----

  sendNow(message: Outgoing, flags: number): number {
    if ((flags & MSG.MSG_OOB) !== 0) throw EOPNOTSUPP;
    const { bytes } = message;
    if (bytes.length > 0xffff) throw EMSGSIZE;
    const target = message.address === null ? this.remote : this.#target(message.address);
    if (target === null) throw EDESTADDRREQ;
    const path = pathOf(this.options, message.control ?? [], isV4(target.address));
    const error = this.takeError();
    if (error !== null) throw error;
    const destination = this.#reach(target);
    if (bytes.length > (isV4(destination.address) ? LONGEST_V4 : LONGEST_V6)) throw EMSGSIZE;
    if ((this.#shut & SEND_SHUT) !== 0) throw SILENT_EPIPE;
    if (!this.claimed) this.claim(this.any, 0);
    const { address, port } = this.local;
    const source = { address: isAny(address) ? sourceFor(destination.address) : address, port };
    const receiver = this.#receiverOf(source, destination);
    if (receiver === undefined) {
      if (this.remote !== null) {
        this.error = ECONNREFUSED;
        this.queue.wake();
      }
    } else
      receiver.#take({
        source,
        bytes: bytes.slice(),
        charge: chargeFor(bytes.length),
        path: { ...path, destination: destination.address },
      });
    return bytes.length;
  }
  #target(address: Uint8Array): Endpoint {
    let target: Endpoint;
    // An IPv6 socket sends to IPv4 addresses; AF_UNSPEC is an old way to say AF_INET.
    const given = familyOf(address);
    if (given === AF.AF_INET) target = parseEndpoint(address, AF.AF_INET);
    else if (given === AF.AF_UNSPEC && this.family === AF.AF_INET) {
      const renamed = address.slice();
      renamed[0] = AF.AF_INET;
      target = parseEndpoint(renamed, AF.AF_INET);
    } else target = parseEndpoint(address, this.family, this.family === AF.AF_INET ? EAFNOSUPPORT : EINVAL);
    if (target.port === 0) throw EINVAL;
    return target;
  }
  /** A socket connected with the sender comes first, then those that take anything. */
  #receiverOf(source: Endpoint, { address, port }: Endpoint): UdpSocket | undefined {
    let open: UdpSocket | undefined;
    for (const socket of this.ports.receivers(address, port)) {
      if (!(socket instanceof UdpSocket)) continue;
      if (socket.remote === null) open ??= socket;
      else if (socket.remote.address === source.address && socket.remote.port === source.port) return socket;
    }
    return open;
  }
  #take(datagram: Datagram): void {
    if (this.#charged > this.receiveBuffer) return;
    this.#charged += datagram.charge;
    this.#received.push(datagram);
    this.queue.wake();
  }

  // ---- receiving ----

  receiveNow(length: number, flags: number): Incoming | null {
    if ((flags & MSG.MSG_OOB) !== 0) throw EOPNOTSUPP;
    const error = this.takeError();
    if (error !== null) throw error;
    const datagram = this.#received[0];
    if (datagram === undefined) {
      if ((this.#shut & RECEIVE_SHUT) === 0) return null;
      // Only those who would wait see the end.
      if (this.nonblocking || (flags & MSG.MSG_DONTWAIT) !== 0) return null;
      return { bytes: new Uint8Array(0), length: 0, address: null, rights: [], credentials: null };
    }
    if ((flags & MSG.MSG_PEEK) === 0) {
      this.#received.shift();
      this.#charged -= datagram.charge;
    }
    return {
      bytes: datagram.bytes.slice(0, length),
      length: datagram.bytes.length,
      address: packEndpoint(datagram.source, this.family),
      rights: [],
      credentials: null,
      control: this.#control(datagram),
    };
  }
  #control({ path }: Datagram): readonly ControlMessage[] {
    return controlOf(this.options, this.family, path);
  }

  readableBytes(): number {
    return this.#received[0]?.bytes.length ?? 0;
  }
  unreadBytes(): number {
    return 0;
  }

  // ---- the end ----

  shutdown(how: number): void {
    if (how < SHUT_RD || how > SHUT_RDWR) throw EINVAL;
    if (this.remote === null) throw ENOTCONN;
    this.#shut |= how === SHUT_RDWR ? BOTH_SHUT : how === SHUT_WR ? SEND_SHUT : RECEIVE_SHUT;
    this.queue.wake();
  }
  protected override closed(): void {
    this.#received = [];
    this.unclaim();
  }

  override poll(): number {
    let events = POLLOUT | POLLWRNORM | POLLWRBAND;
    if (this.error !== null) events |= POLLERR;
    if ((this.#shut & RECEIVE_SHUT) !== 0) events |= POLLRDHUP | POLLIN | POLLRDNORM;
    if (this.#shut === BOTH_SHUT) events |= POLLHUP;
    if (this.#received.length > 0) events |= POLLIN | POLLRDNORM;
    return events;
  }

  get tcpState(): number {
    return this.remote === null ? TCP_STATE.TCP_CLOSE : TCP_STATE.TCP_ESTABLISHED;
  }
}
