// AF_UNIX sockets: stream, datagram and sequenced packets, unix(7) (Linux: net/unix/af_unix.c). A socket
// holds the messages it was sent; a sender is charged for them until they are read.

import {
  ECONNREFUSED,
  ECONNRESET,
  EINVAL,
  EISCONN,
  EMSGSIZE,
  ENOTCONN,
  EOPNOTSUPP,
  EPERM,
  EPIPE,
  EPROTONOSUPPORT,
  EPROTOTYPE,
  Errno,
  ESOCKTNOSUPPORT,
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
import {
  AF,
  MSG,
  SHUT_RD,
  SHUT_RDWR,
  SHUT_WR,
  SOCK_DGRAM,
  SOCK_RAW,
  SOCK_SEQPACKET,
  SOCK_STREAM,
} from '../abi/socket.ts';
import type { Caller } from '../vfs/caller.ts';
import type { FileDescription } from '../vfs/file-description.ts';
import {
  type Incoming,
  NO_CREDENTIALS,
  type Outgoing,
  type PeerCredentials,
  Socket,
  type SocketCall,
  type SocketFamily,
  type SocketMachine,
} from './socket.ts';
import { parseUnixAddress, shownName, type UnixName, type UnixNames, unixAddress } from './unix-names.ts';

/** net.unix.max_dgram_qlen: datagrams that wait at a socket before senders do. */
const DATAGRAM_QUEUE = 10;
const RECEIVE_SHUT = 1;
const SEND_SHUT = 2;
/** What the kernel's bookkeeping takes of a datagram's buffer. */
const DATAGRAM_OVERHEAD = 32;
/** A broken pipe that raises no SIGPIPE: packets, unlike streams, do not. */
const SILENT_EPIPE = new Errno(EPIPE.number, EPIPE.name, EPIPE.text);
/** overflowuid and overflowgid: nobody noted who sent it. */
const UNKNOWN_SENDER: PeerCredentials = { pid: 0, uid: 65534, gid: 65534 };
/** /proc/net/unix: __SO_ACCEPTCON, and socket_state. */
const SO_ACCEPTCON = 0x10000;
const SS_UNCONNECTED = 1;
const SS_CONNECTING = 2;
const SS_CONNECTED = 3;
const UNNAMED: UnixName = { kind: 'unnamed' };

/** One message in a receive queue. Linux: struct sk_buff. */
interface Message {
  readonly sender: UnixSocket;
  readonly credentials: PeerCredentials;
  /** What is left of it, for streams. */
  bytes: Uint8Array;
  rights: readonly FileDescription[];
  /** What the sender is charged for it. */
  readonly charge: number;
}

/** Memory that a message of `length` bytes takes: data and its head in powers of two, and the descriptor. */
function chargeFor(length: number): number {
  const data = Math.ceil(length / 64) * 64 + 320;
  if (data > 8192) return Math.ceil(length / 4096) * 4096 + 768;
  let bucket = 512;
  while (bucket < data) bucket *= 2;
  return bucket + 256;
}

type State = 'unconnected' | 'listening' | 'connected';

export class UnixSocket extends Socket {
  readonly family = AF.AF_UNIX;
  readonly protocol = 0;
  readonly type: number;
  readonly #names: UnixNames<UnixSocket>;
  #state: State = 'unconnected';
  #name: UnixName = UNNAMED;
  /** Takes the name back when the socket is closed. */
  #unbind: (() => void) | null = null;
  /** The socket that we send to. Datagram sockets need not be each other's peers. */
  #peer: UnixSocket | null = null;
  /** Messages that wait for us, and the sum of their bytes. Linux: sk_receive_queue. */
  #received: Message[] = [];
  /** Charges of messages of ours that nobody has read. Linux: sk_wmem_alloc. */
  #charged = 0;
  #shut = 0;
  #dead = false;
  /** A datagram socket that somebody has connected to counts as connected, too. Linux: sk_state. */
  #isTarget = false;
  /** A listener's connections that wait for accept(2), and how many may. */
  #pending: UnixSocket[] = [];
  #backlog = 0;
  /** Who we are (at listen or connect), and who the other end was. */
  #own: PeerCredentials;
  #peerCredentials: PeerCredentials = NO_CREDENTIALS;
  /** Senders that found our queue full. */
  readonly #congested = new Set<UnixSocket>();

  constructor(
    machine: SocketMachine,
    names: UnixNames<UnixSocket>,
    caller: Caller,
    type: number,
    flags: number,
  ) {
    super(machine, caller, flags);
    this.#names = names;
    this.type = type;
    this.#own = credentialsOf(caller);
    names.all.add(this);
  }

  get listening(): boolean {
    return this.#state === 'listening';
  }
  get isStream(): boolean {
    return this.type === SOCK_STREAM;
  }
  get #connects(): boolean {
    return this.type !== SOCK_DGRAM;
  }

  // ---- names ----

  bind(address: Uint8Array, { paths }: SocketCall): void {
    const name = parseUnixAddress(address);
    if (name.kind === 'unnamed') {
      if (this.#name.kind === 'unnamed') this.#bindTo(this.#names.autobindName(), null);
      return;
    }
    if (this.#name.kind !== 'unnamed') throw EINVAL;
    this.#bindTo(name, { paths });
  }
  #bindTo(name: UnixName, call: Pick<SocketCall, 'paths'> | null): void {
    this.#unbind = this.#names.bind(this, name, call?.paths as SocketCall['paths']);
    this.#name = name;
  }
  /** SO_PASSCRED wants an address to answer to. */
  #autobind(): void {
    if (this.passCredentials && this.#name.kind === 'unnamed') this.#bindTo(this.#names.autobindName(), null);
  }
  name(): Uint8Array {
    return unixAddress(this.#name);
  }
  peerName(): Uint8Array {
    if (this.#peer === null) throw ENOTCONN;
    return unixAddress(this.#peer.#name);
  }
  peerCredentials(): PeerCredentials {
    return this.#peerCredentials;
  }
  // ---- connections ----

  listen(backlog: number, { caller }: SocketCall): void {
    if (!this.#connects) throw EOPNOTSUPP;
    if (this.#name.kind === 'unnamed') throw EINVAL;
    if (this.#state === 'connected') throw EINVAL;
    this.#state = 'listening';
    this.#backlog = Math.min(backlog >>> 0, 4096);
    this.#own = credentialsOf(caller);
    this.#wakeCongested();
  }

  connectNow(address: Uint8Array, call: SocketCall): number | null {
    if (!this.#connects) return this.#connectDatagram(address, call);
    const target = parseUnixAddress(address);
    if (target.kind === 'unnamed') throw EINVAL;
    const listener = this.#names.find(target, call.paths);
    if (listener.type !== this.type) throw EPROTOTYPE;
    if (this.#state === 'connected') throw EISCONN;
    if (this.#state === 'listening') throw EINVAL;
    if (!listener.listening || (listener.#shut & RECEIVE_SHUT) !== 0) throw ECONNREFUSED;
    if (listener.#pending.length > listener.#backlog) {
      listener.#congested.add(this);
      return null;
    }
    this.#autobind();
    const server = new UnixSocket(this.machine, this.#names, call.caller, this.type, 0);
    server.#name = listener.#name;
    server.passCredentials = listener.passCredentials;
    server.#own = listener.#own;
    this.#own = credentialsOf(call.caller);
    this.#join(server);
    listener.#pending.push(server);
    listener.queue.wake();
    return 0;
  }
  /** Makes two sockets each other's peers. */
  #join(other: UnixSocket): void {
    this.#peer = other;
    other.#peer = this;
    this.#peerCredentials = other.#own;
    other.#peerCredentials = this.#own;
    this.#state = other.#state = 'connected';
  }
  /** socketpair(2). */
  static pair(a: UnixSocket, b: UnixSocket): void {
    a.#join(b);
  }

  #connectDatagram(address: Uint8Array, call: SocketCall): number {
    if (address.length >= 2 && (address[0]! | (address[1]! << 8)) === AF.AF_UNSPEC) {
      this.#disconnect();
      return 0;
    }
    const target = parseUnixAddress(address);
    this.#autobind();
    const other = this.#names.find(target, call.paths);
    if (other.type !== this.type) throw EPROTOTYPE;
    if (!other.#takesFrom(this)) throw EPERM;
    const old = this.#peer;
    this.#peer = other;
    this.#state = 'connected';
    other.#isTarget = true;
    if (old !== null && old !== other) this.#dropMessagesOf(old);
    return 0;
  }
  #disconnect(): void {
    const old = this.#peer;
    this.#peer = null;
    this.#state = 'unconnected';
    this.#isTarget = false;
    if (old !== null) this.#dropMessagesOf(old);
  }
  /** A datagram socket that turns away from its peer forgets what came from it; the peer is told. */
  #dropMessagesOf(old: UnixSocket): void {
    if (this.#received.length > 0) for (const message of this.#received.splice(0)) forget(message);
    if (old.#peer === this && !old.#dead) {
      old.error = ECONNRESET;
      old.queue.wake();
    }
  }
  #takesFrom(sender: UnixSocket): boolean {
    return this.#peer === null || this.#peer === sender;
  }

  acceptNow(_caller: Caller, flags: number): Socket | null {
    if (!this.#connects) throw EOPNOTSUPP;
    if (!this.listening) throw EINVAL;
    const server = this.#pending.shift();
    if (server === undefined) {
      if ((this.#shut & RECEIVE_SHUT) !== 0) throw EINVAL;
      return null;
    }
    server.flags |= flags;
    this.#wakeCongested();
    return server;
  }

  // ---- sending ----

  sendNow(message: Outgoing, flags: number, call: SocketCall | null): number | null {
    if ((flags & MSG.MSG_OOB) !== 0) throw EOPNOTSUPP;
    switch (this.type) {
      case SOCK_STREAM:
        return this.#sendStream(message);
      case SOCK_SEQPACKET:
        if (this.#state !== 'connected') throw ENOTCONN;
        return this.#sendPacket({ ...message, address: null }, call);
      default:
        return this.#sendPacket(message, call);
    }
  }

  #sendStream(message: Outgoing): number | null {
    if (message.address !== null) throw this.#state === 'connected' ? EISCONN : EOPNOTSUPP;
    const peer = this.#peer;
    if (peer === null) throw ENOTCONN;
    if ((this.#shut & SEND_SHUT) !== 0 || peer.#dead || (peer.#shut & RECEIVE_SHUT) !== 0) throw EPIPE;
    if (message.bytes.length === 0) return 0;
    if (this.#charged >= this.sendBuffer) return null;
    const bytes = message.bytes.slice(0, Math.max(1, (this.sendBuffer >> 1) - 64));
    this.#deliver(peer, { ...message, bytes });
    return bytes.length;
  }

  #sendPacket(message: Outgoing, call: SocketCall | null): number | null {
    const { length } = message.bytes;
    const target = message.address === null ? null : parseUnixAddress(message.address);
    if (target === null && this.#peer === null) throw ENOTCONN;
    this.#autobind();
    if (length > this.sendBuffer - DATAGRAM_OVERHEAD) throw EMSGSIZE;
    const error = this.takeError();
    if (error !== null) throw error;
    if ((this.#shut & SEND_SHUT) !== 0) throw SILENT_EPIPE;
    if (this.#charged >= this.sendBuffer) return null;
    const other = target === null ? this.#peer! : this.#names.find(target, call!.paths);
    if (other.type !== this.type) throw EPROTOTYPE;
    if (!other.#takesFrom(this)) throw EPERM;
    if (other.#dead) {
      this.#disconnect();
      throw ECONNREFUSED;
    }
    if ((other.#shut & RECEIVE_SHUT) !== 0) throw SILENT_EPIPE;
    if (other !== this && other.#peer !== this && other.#received.length > DATAGRAM_QUEUE) {
      other.#congested.add(this);
      return null;
    }
    this.#deliver(other, { ...message, bytes: message.bytes.slice() });
    return length;
  }

  #deliver(to: UnixSocket, message: Outgoing): void {
    const charge = chargeFor(message.bytes.length);
    // Who sends is only noted where somebody wants to know.
    const noted = message.credentials ?? (this.passCredentials || to.passCredentials ? this.#sender() : null);
    this.#charged += charge;
    to.#received.push({
      sender: this,
      credentials: noted ?? UNKNOWN_SENDER,
      bytes: message.bytes,
      rights: message.rights.map((description) => description.retain()),
      charge,
    });
    to.queue.wake();
  }
  /** What SO_PASSCRED tells of a message without SCM_CREDENTIALS: the real ids of the calling process. */
  #sender(): PeerCredentials {
    const { pid, credentials } = this.machine.current();
    return { pid, uid: credentials.uid, gid: credentials.gid };
  }
  get #nameOrNull(): Uint8Array | null {
    return this.#name.kind === 'unnamed' ? null : unixAddress(this.#name);
  }

  // ---- receiving ----

  receiveNow(length: number, flags: number): Incoming | null {
    if ((flags & MSG.MSG_OOB) !== 0) throw this.isStream ? EINVAL : EOPNOTSUPP;
    if (this.#connects && this.#state !== 'connected') throw this.isStream ? EINVAL : ENOTCONN;
    const peek = (flags & MSG.MSG_PEEK) !== 0;
    if (this.#received.length === 0) return this.#nothing(flags);
    return this.isStream ? this.#readStream(length, peek) : this.#readPacket(length, peek);
  }
  /** An error, the end, or null: wait. */
  #nothing(flags: number): Incoming | null {
    const error = this.takeError();
    if (error !== null) throw error;
    if ((this.#shut & RECEIVE_SHUT) === 0) return null;
    // A datagram socket's end is only seen by those who would wait.
    if (this.type === SOCK_DGRAM && (this.nonblocking || (flags & MSG.MSG_DONTWAIT) !== 0)) return null;
    return { bytes: new Uint8Array(0), length: 0, address: null, rights: [], credentials: null };
  }

  #readPacket(length: number, peek: boolean): Incoming {
    const message = this.#received[0]!;
    const incoming: Incoming = {
      bytes: message.bytes.slice(0, length),
      length: message.bytes.length,
      address: message.sender.#nameOrNull,
      rights: peek ? message.rights.map((description) => description.retain()) : message.rights,
      credentials: this.passCredentials ? message.credentials : null,
    };
    if (!peek) {
      this.#received.shift();
      this.#consumed(message);
    }
    return incoming;
  }

  /** Bytes of as many messages as fit; those of different senders are not mixed, and descriptors end it. */
  #readStream(length: number, peek: boolean): Incoming {
    const first = this.#received[0]!;
    const parts: Uint8Array[] = [];
    let total = 0;
    let rights: readonly FileDescription[] = [];
    for (const message of [...this.#received]) {
      if (total >= length) break;
      if (message !== first) {
        if (this.passCredentials && !sameCredentials(message.credentials, first.credentials)) break;
      }
      const part = message.bytes.subarray(0, length - total);
      parts.push(part);
      total += part.length;
      const handedOver = message.rights;
      rights = peek ? handedOver.map((description) => description.retain()) : handedOver;
      if (!peek) {
        message.rights = [];
        message.bytes = message.bytes.subarray(part.length);
        if (message.bytes.length === 0) {
          this.#received.shift();
          this.#consumed(message);
        }
      }
      if (rights.length > 0) break;
    }
    const bytes = new Uint8Array(total);
    let at = 0;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    return {
      bytes,
      length: total,
      address: first.sender.#nameOrNull,
      rights,
      credentials: this.passCredentials ? first.credentials : null,
    };
  }

  /** A message left our queue: its sender has room again. */
  #consumed(message: Message): void {
    const { sender } = message;
    sender.#charged -= message.charge;
    sender.queue.wake();
    this.#wakeCongested();
  }
  #wakeCongested(): void {
    const waiting = [...this.#congested];
    this.#congested.clear();
    for (const socket of waiting) socket.queue.wake();
  }

  readableBytes(): number {
    if (this.type === SOCK_DGRAM) return this.#received[0]?.bytes.length ?? 0;
    return this.#received.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }
  unreadBytes(): number {
    return this.#charged;
  }

  // ---- the end ----

  shutdown(how: number): void {
    if (how < SHUT_RD || how > SHUT_RDWR) throw EINVAL;
    const mine = how === SHUT_RDWR ? RECEIVE_SHUT | SEND_SHUT : how === SHUT_WR ? SEND_SHUT : RECEIVE_SHUT;
    this.#shut |= mine;
    const peer = this.#peer;
    if (peer !== null && this.#connects) {
      peer.#shut |=
        ((mine & SEND_SHUT) !== 0 ? RECEIVE_SHUT : 0) | ((mine & RECEIVE_SHUT) !== 0 ? SEND_SHUT : 0);
      peer.queue.wake();
    }
    this.queue.wake();
    this.#wakeCongested();
  }

  protected override closed(): void {
    this.#close(false);
  }
  /** `embryo`: a connection that nobody accepted. */
  #close(embryo: boolean): void {
    this.#dead = true;
    this.#unbind?.();
    this.#names.all.delete(this);
    const unread = this.#received.splice(0);
    const peer = this.#peer;
    if (peer !== null && this.#connects && !peer.#dead) {
      peer.#shut = RECEIVE_SHUT | SEND_SHUT;
      if (unread.length > 0 || embryo) peer.error = ECONNRESET;
      peer.queue.wake();
    }
    for (const message of unread) forget(message);
    for (const server of this.#pending.splice(0)) server.#close(true);
    this.#wakeCongested();
    this.#state = 'unconnected';
  }
  /** Takes back what a message that nobody will read is charged. */
  uncharge(charge: number): void {
    this.#charged -= charge;
    this.queue.wake();
  }

  /** Its row of /proc/net/unix. */
  describe(): string {
    const hex = (value: number, digits: number): string =>
      value.toString(16).toUpperCase().padStart(digits, '0');
    let references = 2;
    for (const other of this.#names.all) if (other.#peer === this && !other.#dead) references++;
    const isEmbryo = this.references === 0;
    const connected = this.#state === 'connected' || this.#isTarget;
    const state = isEmbryo ? SS_CONNECTING : connected ? SS_CONNECTED : SS_UNCONNECTED;
    const flags = this.listening ? SO_ACCEPTCON : 0;
    const inode = String(isEmbryo ? 0 : this.number).padStart(5);
    return (
      `00000000: ${hex(references, 8)} 00000000 ${hex(flags, 8)} ${hex(this.type, 4)} ${hex(state, 2)} ${inode}` +
      (this.#name.kind === 'unnamed' ? '' : ` ${shownName(this.#name)}`)
    );
  }

  override poll(): number {
    let events = 0;
    if (this.error !== null) events |= POLLERR;
    if (this.#shut === (RECEIVE_SHUT | SEND_SHUT)) events |= POLLHUP;
    if ((this.#shut & RECEIVE_SHUT) !== 0) events |= POLLRDHUP | POLLIN | POLLRDNORM;
    if (this.#received.length > 0 || this.#pending.length > 0) events |= POLLIN | POLLRDNORM;
    if (this.#connects && this.#state === 'unconnected') events |= POLLHUP;
    if (this.#writable) events |= POLLOUT | POLLWRNORM | POLLWRBAND;
    return events;
  }
  get #writable(): boolean {
    if (this.listening || this.#charged * 4 > this.sendBuffer) return false;
    const peer = this.#peer;
    if (this.#connects || peer === null || peer.#peer === this || peer.#dead) return true;
    if (peer.#received.length <= DATAGRAM_QUEUE) return true;
    peer.#congested.add(this);
    return false;
  }
}

/** /proc/net/unix, proc(5): the addresses of the kernel's objects are nobody's business. */
export function unixTable(names: UnixNames<UnixSocket>): string {
  const rows = [...names.all].map((socket) => socket.describe());
  return ['Num       RefCount Protocol Flags    Type St Inode Path', ...rows, ''].join('\n');
}

/** Nobody will read this message any more. */
function forget(message: Message): void {
  message.sender.uncharge(message.charge);
  for (const description of message.rights) description.release();
}

function credentialsOf({ pid, credentials }: Caller): PeerCredentials {
  return { pid, uid: credentials.euid, gid: credentials.egid };
}
function sameCredentials(a: PeerCredentials, b: PeerCredentials): boolean {
  return a.pid === b.pid && a.uid === b.uid && a.gid === b.gid;
}

export class UnixFamily implements SocketFamily {
  readonly #machine: SocketMachine;
  readonly #names: UnixNames<UnixSocket>;

  constructor(machine: SocketMachine, names: UnixNames<UnixSocket>) {
    this.#machine = machine;
    this.#names = names;
  }

  create(caller: Caller, type: number, protocol: number, flags: number): UnixSocket {
    if (protocol !== 0 && protocol !== AF.AF_UNIX) throw EPROTONOSUPPORT;
    // Raw sockets are datagram sockets here, for old programs.
    const kind = type === SOCK_RAW ? SOCK_DGRAM : type;
    if (kind !== SOCK_STREAM && kind !== SOCK_DGRAM && kind !== SOCK_SEQPACKET) throw ESOCKTNOSUPPORT;
    return new UnixSocket(this.#machine, this.#names, caller, kind, flags);
  }
  pair(caller: Caller, type: number, protocol: number, flags: number): [UnixSocket, UnixSocket] {
    const a = this.create(caller, type, protocol, flags);
    const b = this.create(caller, type, protocol, flags);
    UnixSocket.pair(a, b);
    return [a, b];
  }
}
