// TCP over the loopback interface, tcp(7) (Linux: net/ipv4/tcp.c). Two sockets of one machine hold each other;
// bytes go from a send call straight into the other's queue. What the sender's buffer and the receiver's window
// hold together is what may be on its way. States and errors are those that a program sees on Linux.

import {
  EAFNOSUPPORT,
  EALREADY,
  ECONNABORTED,
  ECONNREFUSED,
  ECONNRESET,
  EINPROGRESS,
  EINTR,
  EINVAL,
  EISCONN,
  ENETUNREACH,
  ENOPROTOOPT,
  ENOTCONN,
  EPIPE,
  ERESTARTSYS,
  type Errno,
} from '../abi/errno.ts';
import {
  POLLERR,
  POLLHUP,
  POLLIN,
  POLLOUT,
  POLLPRI,
  POLLRDHUP,
  POLLRDNORM,
  POLLWRNORM,
} from '../abi/file.ts';
import { IPPROTO, TCP, TCP_INFO_SIZE, TCP_STATE } from '../abi/inet.ts';
import {
  AF,
  MSG,
  SHUT_RD,
  SHUT_RDWR,
  SHUT_WR,
  SIOCATMARK,
  SO,
  SOCK_STREAM,
  SOMAXCONN,
} from '../abi/socket.ts';
import { ByteQueue } from '../fs/byte-queue.ts';
import type { Incoming, Outgoing, SocketCall } from '../fs/socket.ts';
import type { Caller } from '../vfs/caller.ts';
import { Blocked, type Result } from '../wait.ts';
import { type Endpoint, familyOf, isAny, isMulticast, parseEndpoint, sourceFor } from './address.ts';
import { InetSocket } from './inet-socket.ts';
import type { Network } from './network.ts';
import type { Binding, Ports } from './ports.ts';

/** net.ipv4.tcp_wmem and tcp_rmem: what a socket begins with; a loopback connection's send buffer soon grows. */
const SEND_BUFFER = 16384;
const CONNECTED_SEND_BUFFER = 2626560;
const RECEIVE_BUFFER = 131072;
/** Bytes of one segment over the loopback interface. */
const CONNECTED_MAXSEG = 65483;
/** TCP_TIMEWAIT_LEN and net.ipv4.tcp_fin_timeout. */
const TIME_WAIT = 60e9;
const CONGESTION = 'cubic';

const RECEIVE_SHUT = 1;
const SEND_SHUT = 2;
const BOTH_SHUT = 3;

/** `connecting`: the listener's backlog is full. Linux: sk_state, without the closing states. */
type State = 'closed' | 'connecting' | 'established' | 'listening';
/** What connect(2) has been told so far. Linux: struct socket's state. */
type Phase = 'unconnected' | 'connecting' | 'connected';

export class TcpSocket extends InetSocket {
  readonly type = SOCK_STREAM;
  readonly protocol = IPPROTO.IPPROTO_TCP;
  readonly isStream = true;
  #state: State = 'closed';
  #phase: Phase = 'unconnected';
  #peer: TcpSocket | null = null;
  readonly #received = new ByteQueue();
  #shut = 0;
  /** A FIN came: nothing follows what is queued. Linux: SOCK_DONE. */
  #finReceived = false;
  #finSent = false;
  /** Which side sent the first FIN: that one waits when all is over. */
  #closedFirst = false;
  /** No descriptor is left. */
  #orphan = false;
  /** bind(2) named the port, so it stays when a connection fails. */
  #portIsBound = false;
  /** A send found no room: the queue is woken when there is some again. */
  #congested = false;
  /** The urgent byte that came last, and how many bytes of the queue lie before it. */
  #urgent: { readonly byte: number; read: boolean; before: number } | null = null;
  /** A listener's connections that wait for accept(2), and those that find no place there. */
  #pending: TcpSocket[] = [];
  #waiting: TcpSocket[] = [];
  #backlog = 0;
  /** While it waits for a place: where. */
  #listener: TcpSocket | null = null;
  /** What keeps the port for a while. */
  #remains: Binding | null = null;

  constructor(network: Network, owner: Caller, family: number, flags: number) {
    super(network, owner, family, flags);
    this.sendBuffer = SEND_BUFFER;
    this.receiveBuffer = RECEIVE_BUFFER;
  }

  protected get ports(): Ports<InetSocket> {
    return this.network.tcp;
  }
  get listening(): boolean {
    return this.#state === 'listening';
  }
  protected override get busy(): boolean {
    return this.#state !== 'closed';
  }

  // ---- connections ----

  override bind(address: Uint8Array, call: SocketCall): void {
    super.bind(address, call);
    // A port that the machine chose goes with the connection. Linux: SOCK_BINDPORT_LOCK.
    this.#portIsBound = ((address[2]! << 8) | address[3]!) !== 0;
  }

  listen(backlog: number): void {
    if (this.#phase !== 'unconnected') throw EINVAL;
    if (this.#state !== 'closed' && this.#state !== 'listening') throw EINVAL;
    if (this.#state === 'closed') {
      if (!this.claimed) this.claim(this.local.address, 0);
      else this.ports.check(this, this.local.port);
      this.#state = 'listening';
      this.#shut = 0;
    }
    this.#backlog = Math.min(backlog >>> 0, SOMAXCONN);
    this.#admit();
  }

  connectNow(): number | null {
    throw EINVAL; // connect(2) is whole below: it has answers of its own for waiting
  }
  override connect(address: Uint8Array): Result {
    if (familyOf(address) === AF.AF_UNSPEC) {
      this.#disconnect();
      return 0;
    }
    if (this.#phase === 'connected') throw EISCONN;
    if (this.#phase === 'unconnected') {
      if (this.#state !== 'closed') throw EISCONN;
      this.#begin(parseEndpoint(address, this.family, EAFNOSUPPORT));
      this.#phase = 'connecting';
      if (this.nonblocking) throw EINPROGRESS;
    } else if (this.nonblocking && this.#state === 'connecting') throw EALREADY;
    const { sendTimeout } = this;
    const deadline = sendTimeout === Infinity ? Infinity : this.machine.now() + sendTimeout;
    const turn = (expired: boolean): Result => {
      if (this.#state === 'connecting') {
        if (expired) throw EINPROGRESS;
        const interrupted = sendTimeout === Infinity ? ERESTARTSYS : EINTR;
        return new Blocked([this.queue], (reason) => turn(reason === 'timeout'), { deadline, interrupted });
      }
      if (this.#state === 'closed') {
        const error = this.takeError() ?? ECONNABORTED;
        this.#disconnect();
        throw error;
      }
      this.#phase = 'connected';
      return 0;
    };
    return turn(false);
  }
  /** Asks for a connection; whether there is one shows at once, unless the listener's backlog is full. */
  #begin(target: Endpoint): void {
    if (isMulticast(target.address)) throw ENETUNREACH;
    const destination = this.route(target);
    if (!this.claimed) this.claim(this.any, 0);
    if (isAny(this.local.address))
      this.local = { address: sourceFor(destination.address), port: this.local.port };
    this.remote = destination;
    this.#shut = 0;
    this.#finReceived = this.#finSent = false;
    const listener = this.#listenerFor(destination);
    if (listener === undefined) {
      this.#end(ECONNREFUSED);
      return;
    }
    this.#state = 'connecting';
    this.#listener = listener;
    listener.#waiting.push(this);
    listener.#admit();
  }
  #listenerFor({ address, port }: Endpoint): TcpSocket | undefined {
    const found: TcpSocket[] = [];
    for (const socket of this.ports.receivers(address, port)) {
      if (!(socket instanceof TcpSocket) || !socket.listening) continue;
      if (found.length > 0 && socket.localAddress !== found[0]!.localAddress) break;
      found.push(socket);
    }
    // SO_REUSEPORT spreads connections over its sockets.
    return found[this.local.port % Math.max(1, found.length)];
  }
  /** A listener makes connections of those who wait, as far as its backlog goes. */
  #admit(): void {
    while (this.#waiting.length > 0 && this.#pending.length <= this.#backlog) {
      const client = this.#waiting.shift()!;
      const server = new TcpSocket(this.network, this.machine.current(), this.family, 0);
      server.inheritFrom(this);
      server.options.inherit(this.options);
      server.share(client.remote!);
      server.remote = client.local;
      client.#listener = null;
      server.#peer = client;
      client.#peer = server;
      for (const socket of [client, server]) {
        socket.#state = 'established';
        if (!socket.sendBufferLocked) socket.sendBuffer = CONNECTED_SEND_BUFFER;
      }
      this.#pending.push(server);
      client.queue.wake();
      this.queue.wake();
    }
  }

  acceptNow(_caller: Caller, flags: number): TcpSocket | null {
    if (!this.listening) throw EINVAL;
    const server = this.#pending.shift();
    if (server === undefined) return null;
    server.flags |= flags;
    server.#phase = 'connected';
    this.#admit();
    return server;
  }

  /** connect(2) with AF_UNSPEC: the connection is reset, a listener stops listening. */
  #disconnect(): void {
    const { local } = this;
    this.error = null;
    if (this.#state === 'listening') this.#stopListening();
    else if (this.#state === 'connecting') this.#listener!.#forget(this);
    else if (this.#state === 'established') {
      this.#reset();
      this.error = ECONNRESET;
    }
    this.#state = 'closed';
    this.#phase = 'unconnected';
    this.#received.clear();
    this.#shut = 0;
    this.#finReceived = this.#finSent = this.#closedFirst = false;
    this.remote = null;
    this.#urgent = null;
    if (!this.#portIsBound) {
      this.unclaim();
      // The name keeps a port that is no longer ours.
      this.local = { address: this.any, port: local.port };
    }
    this.queue.wake();
  }
  #stopListening(): void {
    this.#state = 'closed';
    for (const server of this.#pending.splice(0)) {
      server.#reset();
      server.release();
    }
    for (const client of this.#waiting.splice(0)) client.#end(ECONNREFUSED);
  }
  /** Tells the peer that the connection is no more, and forgets it. */
  #reset(): void {
    const peer = this.#peer;
    this.#state = 'closed';
    this.#shut = BOTH_SHUT;
    this.#peer = null;
    if (peer !== null && peer.#peer === this) {
      peer.#peer = null;
      // Whoever was told of the end already finds a broken pipe.
      if (peer.#state === 'established') peer.#end(peer.#finReceived ? EPIPE : ECONNRESET);
      peer.#leavePort();
    }
  }
  /** The connection ended by an error. */
  #end(error: Errno): void {
    this.error = error;
    this.#state = 'closed';
    this.#shut = BOTH_SHUT;
    if (!this.#portIsBound) this.unclaim();
    this.queue.wake();
  }

  // ---- sending ----

  /** Bytes that the peer's queue may hold: its window and our buffer. */
  get #capacity(): number {
    return this.sendBuffer + this.#peer!.receiveBuffer;
  }
  get #writable(): boolean {
    if (this.#peer === null) return true;
    return this.#peer.#received.length - this.#peer.receiveBuffer <= (this.sendBuffer * 2) / 3;
  }

  sendNow(message: Outgoing, flags: number): number | null {
    const error = this.takeError();
    if (error !== null) throw error;
    if (this.#state === 'connecting') return null;
    if ((this.#shut & SEND_SHUT) !== 0 || this.#state !== 'established') throw EPIPE;
    const peer = this.#peer!;
    const { length } = message.bytes;
    if (length === 0) return 0;
    if (peer.#orphan) {
      // Its answer is a reset, which the next call sees.
      this.#end(this.#finReceived ? EPIPE : ECONNRESET);
      this.#peer = null;
      peer.#leavePort();
      return length;
    }
    const taken = Math.min(length, this.#capacity - peer.#received.length);
    if (taken <= 0) {
      this.#congested = true;
      return null;
    }
    peer.#received.push(message.bytes.subarray(0, taken));
    if ((flags & MSG.MSG_OOB) !== 0 && taken === length)
      peer.#urgent = { byte: message.bytes[length - 1]!, read: false, before: peer.#received.length - 1 };
    if (taken < length) this.#congested = true;
    peer.queue.wake();
    return taken;
  }

  // ---- receiving ----

  receiveNow(length: number, flags: number): Incoming | null {
    if (this.#state === 'listening') throw ENOTCONN;
    if ((flags & MSG.MSG_OOB) !== 0) return this.#receiveUrgent(flags);
    this.#skipUrgent();
    if (this.#readable > 0 || length === 0) {
      const peek = (flags & MSG.MSG_PEEK) !== 0;
      const mark = this.#urgent !== null && this.#urgent.before > 0 ? this.#urgent.before : Infinity;
      return plain(this.#take(Math.min(length, mark), peek));
    }
    if (this.#finReceived) return plain(new Uint8Array(0));
    const error = this.takeError();
    if (error !== null) throw error;
    if ((this.#shut & RECEIVE_SHUT) !== 0) return plain(new Uint8Array(0));
    if (this.#state === 'closed') throw ENOTCONN;
    return null;
  }
  #take(length: number, peek: boolean): Uint8Array {
    if (peek) return this.#received.peek(length);
    const bytes = this.#received.take(length);
    const urgent = this.#urgent;
    if (urgent !== null) {
      urgent.before -= bytes.length;
      if (urgent.before < 0) this.#urgent = null;
    }
    this.#roomMade();
    return bytes;
  }
  /** Tells a sender that waits once a third of its buffer is free. */
  #roomMade(): void {
    const peer = this.#peer;
    if (peer === null || !peer.#congested || !peer.#writable) return;
    peer.#congested = false;
    peer.queue.wake();
  }

  /** At the mark, what was sent urgently is left out of the stream, unless SO_OOBINLINE keeps it there. */
  #skipUrgent(): void {
    const urgent = this.#urgent;
    if (urgent === null || urgent.before > 0 || this.keptOption(SO.SO_OOBINLINE) !== 0) return;
    if (this.#received.length > 1 || urgent.read) {
      this.#received.drop(1);
      this.#urgent = null;
    }
  }
  #receiveUrgent(flags: number): Incoming {
    const urgent = this.#urgent;
    if (this.keptOption(SO.SO_OOBINLINE) !== 0 || urgent === null || urgent.read) throw EINVAL;
    if (this.#state === 'closed' && !this.#finReceived) throw ENOTCONN;
    if ((flags & MSG.MSG_PEEK) === 0) urgent.read = true;
    return plain(Uint8Array.of(urgent.byte));
  }
  get #readable(): number {
    const urgent = this.#urgent;
    const { length } = this.#received;
    if (urgent === null || this.keptOption(SO.SO_OOBINLINE) !== 0) return length;
    if (urgent.before > 0) return urgent.before;
    return length - 1;
  }

  readableBytes(): number {
    return this.#readable;
  }
  unreadBytes(): number {
    const peer = this.#peer;
    return peer === null ? 0 : Math.max(0, peer.#received.length - peer.receiveBuffer);
  }
  override ioctl(caller: Caller, request: number, argument: number): Result {
    if (request !== SIOCATMARK) return super.ioctl(caller, request, argument);
    caller.memory.writeU32(argument, this.#urgent?.before === 0 ? 1 : 0);
    return 0;
  }

  // ---- the end ----

  shutdown(how: number): void {
    if (how < SHUT_RD || how > SHUT_RDWR) throw EINVAL;
    const mine = how === SHUT_RDWR ? BOTH_SHUT : how === SHUT_WR ? SEND_SHUT : RECEIVE_SHUT;
    if (this.#state === 'listening') {
      if ((mine & RECEIVE_SHUT) !== 0) this.#disconnect();
      return;
    }
    const connected = this.#state !== 'closed';
    this.#shut |= mine;
    if ((mine & SEND_SHUT) !== 0 && this.#state === 'established') this.#sendFin();
    this.queue.wake();
    if (!connected) throw ENOTCONN;
  }
  #sendFin(): void {
    if (this.#finSent) return;
    this.#finSent = true;
    this.#closedFirst = !this.#finReceived;
    const peer = this.#peer!;
    peer.#finReceived = true;
    peer.#shut |= RECEIVE_SHUT;
    if (peer.#finSent) for (const socket of [this, peer]) socket.#finish();
    peer.queue.wake();
  }
  /** Both directions are over. */
  #finish(): void {
    this.#state = 'closed';
    this.#shut = BOTH_SHUT;
    this.#peer = null;
    if (this.#closedFirst && this.#remains === null) this.#remain();
    if (!this.#portIsBound) this.unclaim();
    this.queue.wake();
  }
  /** TIME_WAIT, or FIN_WAIT2 without a process: the port is taken for a while. */
  #remain(): void {
    const { localAddress, v6only, reuseAddress, reusePort, uid } = this;
    const expires = this.machine.now() + TIME_WAIT;
    this.#remains = { localAddress, v6only, reuseAddress, reusePort, uid, listening: false, expires };
    this.ports.add(this.#remains, this.local.port);
  }
  #leavePort(): void {
    if (this.#remains === null) return;
    this.ports.release(this.#remains, this.local.port);
    this.#remains = null;
  }

  protected override closed(): void {
    this.#orphan = true;
    const { l_onoff, l_linger } = this.lingering;
    if (this.#state === 'listening') this.#stopListening();
    else if (this.#state === 'connecting') this.#listener!.#forget(this);
    else if (this.#state === 'established') {
      if (this.#received.length > 0 || (l_onoff !== 0 && l_linger === 0)) this.#reset();
      else {
        this.#sendFin();
        // The sockets still know each other when the peer has not closed its side.
        if (this.#peer !== null && this.#closedFirst) this.#remain();
      }
    }
    this.unclaim();
  }
  /** A client that waited for a place is gone. */
  #forget(client: TcpSocket): void {
    this.#waiting = this.#waiting.filter((waiting) => waiting !== client);
  }

  override peerName(): Uint8Array {
    if (this.#state !== 'established') throw ENOTCONN;
    return super.peerName();
  }

  override poll(): number {
    if (this.#state === 'listening') return this.#pending.length > 0 ? POLLIN | POLLRDNORM : 0;
    let events = 0;
    if (this.#shut === BOTH_SHUT || this.#state === 'closed') events |= POLLHUP;
    if ((this.#shut & RECEIVE_SHUT) !== 0) events |= POLLIN | POLLRDNORM | POLLRDHUP;
    if (this.#state !== 'connecting') {
      if (this.#readable > 0) events |= POLLIN | POLLRDNORM;
      if ((this.#shut & SEND_SHUT) !== 0 || this.#writable) events |= POLLOUT | POLLWRNORM;
      else this.#congested = true;
      if (this.#urgent !== null && !this.#urgent.read) events |= POLLPRI;
    }
    if (this.error !== null) events |= POLLERR;
    return events;
  }

  // ---- options ----

  override protocolOption(level: number, name: number, room: number): Uint8Array {
    if (level === IPPROTO.IPPROTO_TCP) {
      if (name === TCP.TCP_INFO) {
        const info = new Uint8Array(TCP_INFO_SIZE);
        info[0] = this.tcpState;
        return info;
      }
      if (name === TCP.TCP_CONGESTION)
        return Uint8Array.from(CONGESTION.padEnd(16, '\0'), (c) => c.charCodeAt(0));
      if (name === TCP.TCP_MAXSEG && this.#state === 'established')
        return new Uint8Array(Int32Array.of(CONNECTED_MAXSEG).buffer);
    }
    return super.protocolOption(level, name, room);
  }
  override setProtocolOption(level: number, name: number, bytes: Uint8Array, caller: Caller): void {
    if (level === IPPROTO.IPPROTO_TCP) {
      if (name === TCP.TCP_INFO) throw ENOPROTOOPT;
      if (name === TCP.TCP_CONGESTION) return;
      if (bytes.length < 4) throw EINVAL;
    }
    super.setProtocolOption(level, name, bytes, caller);
  }

  get tcpState(): number {
    switch (this.#state) {
      case 'listening':
        return TCP_STATE.TCP_LISTEN;
      case 'connecting':
        return TCP_STATE.TCP_SYN_SENT;
      case 'closed':
        return TCP_STATE.TCP_CLOSE;
      default:
        if (this.#finSent) return TCP_STATE.TCP_FIN_WAIT2;
        return this.#finReceived ? TCP_STATE.TCP_CLOSE_WAIT : TCP_STATE.TCP_ESTABLISHED;
    }
  }
}

function plain(bytes: Uint8Array): Incoming {
  return { bytes, length: bytes.length, address: null, rights: [], credentials: null };
}
