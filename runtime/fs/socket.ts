// Socket: what sockets of all families have in common (Linux: struct sock, net/core/sock.c): blocking,
// time limits, SOL_SOCKET options; and SocketFamilies, which family makes what. socket(7).

import { CAP } from '../abi/capability.ts';
import {
  EAFNOSUPPORT,
  EAGAIN,
  EINTR,
  EINVAL,
  ENOPROTOOPT,
  EOPNOTSUPP,
  EPERM,
  ERESTARTSYS,
  type Errno,
} from '../abi/errno.ts';
import { FIONREAD, O_RDWR } from '../abi/file.ts';
import { linger, MSG, SIOCATMARK, SIOCOUTQ, SO, ucred } from '../abi/socket.ts';
import type { Caller } from '../vfs/caller.ts';
import { capable } from '../vfs/caller.ts';
import { FileDescription } from '../vfs/file-description.ts';
import type { Inode } from '../vfs/inode.ts';
import { Blocked, type Result } from '../wait.ts';
import type { SocketFs } from './anonymous.ts';

/** Process, user and group at one end of a connection: struct ucred. */
export interface PeerCredentials {
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
}
export const NO_CREDENTIALS: PeerCredentials = { pid: 0, uid: 0xffffffff, gid: 0xffffffff };

/** A cmsg(3) of a protocol's own level. */
export interface ControlMessage {
  readonly level: number;
  readonly type: number;
  readonly data: Uint8Array;
}

export interface Outgoing {
  readonly bytes: Uint8Array;
  /** sendto(2)'s address as the program gave it; null for the connected peer. */
  readonly address: Uint8Array | null;
  /** Descriptions to hand over; send() retains what it queues. */
  readonly rights: readonly FileDescription[];
  /** SCM_CREDENTIALS, checked; null when the program gave none. */
  readonly credentials: PeerCredentials | null;
  /** Control messages of levels other than SOL_SOCKET. */
  readonly control?: readonly ControlMessage[];
}

export interface Incoming {
  readonly bytes: Uint8Array;
  /** Length of the whole message: longer than `bytes` when the rest was thrown away (MSG_TRUNC). */
  readonly length: number;
  /** The sender's address; null when it has none to tell. */
  readonly address: Uint8Array | null;
  /** Descriptions handed over; whoever takes them releases them after installing. */
  readonly rights: readonly FileDescription[];
  /** What SO_PASSCRED shows; null without it. */
  readonly credentials: PeerCredentials | null;
  /** What a protocol tells of the message beside. */
  readonly control?: readonly ControlMessage[];
}

/** The file tree as bind(2) and connect(2) of AF_UNIX need it, with the caller's root and rights. */
export interface SocketPaths {
  /** Makes the socket's node. Throws EADDRINUSE when the name is taken. */
  make(path: string): Inode;
  /** The node of a socket to send to. Throws EACCES without write permission. */
  find(path: string): Inode;
}

export interface SocketCall {
  readonly caller: Caller;
  readonly paths: SocketPaths;
}

/** What a socket needs of its machine. */
export interface SocketMachine {
  readonly inodes: SocketFs;
  /** CLOCK_MONOTONIC, nanoseconds. */
  now(): number;
  /** The task on whose behalf a file operation runs. */
  current(): Caller;
  /** netdevice(7)'s requests, which sockets of all families take; null for other requests. */
  interfaceIoctl(caller: Caller, request: number, argument: number): number | null;
}

/** net.core.wmem_max and rmem_max; the default of a buffer is the same. */
const BUFFER_MAX = 212992;
const SEND_MIN = 4608;
const RECEIVE_MIN = 2304;

/** Options that are kept and read back, and have no further effect here, with their values at the start. */
const KEPT: Readonly<Record<number, number>> = {
  [SO.SO_DEBUG]: 0,
  [SO.SO_REUSEADDR]: 0,
  [SO.SO_DONTROUTE]: 0,
  [SO.SO_BROADCAST]: 0,
  [SO.SO_KEEPALIVE]: 0,
  [SO.SO_OOBINLINE]: 0,
  [SO.SO_NO_CHECK]: 0,
  [SO.SO_REUSEPORT]: 0,
  [SO.SO_PASSSEC]: 0,
  [SO.SO_TIMESTAMP_OLD]: 0,
  [SO.SO_PRIORITY]: 0,
  [SO.SO_MARK]: 0,
  [SO.SO_RCVLOWAT]: 1,
};
/** Kept options that are numbers, not switches. */
const NUMBERS: ReadonlySet<number> = new Set([SO.SO_PRIORITY, SO.SO_MARK, SO.SO_RCVLOWAT]);

export abstract class Socket extends FileDescription {
  abstract readonly family: number;
  abstract readonly type: number;
  abstract readonly protocol: number;
  abstract readonly listening: boolean;
  /** SO_ERROR: what went wrong outside of a call. */
  error: Errno | null = null;
  sendBuffer = BUFFER_MAX;
  /** SO_SNDBUF was set, so it no longer grows by itself. */
  sendBufferLocked = false;
  receiveBuffer = BUFFER_MAX;
  /** SO_RCVTIMEO and SO_SNDTIMEO in nanoseconds; Infinity = wait for ever. */
  receiveTimeout = Infinity;
  sendTimeout = Infinity;
  /** SO_PASSCRED. */
  passCredentials = false;
  readonly #kept = new Map<number, number>();
  #linger = { l_onoff: 0, l_linger: 0 };
  /** While a read(2) waits with SO_RCVTIMEO: when it gives up. */
  #readDeadline: number | null = null;
  /** Its inode on sockfs, as /proc/net tells it. */
  readonly number: number;

  constructor(
    readonly machine: SocketMachine,
    owner: Caller,
    flags: number,
  ) {
    const { fsuid: uid, fsgid: gid } = owner.credentials;
    const { inode, number } = machine.inodes.create({ uid, gid });
    super(inode, O_RDWR | flags);
    this.number = number;
  }

  override get path(): string {
    return `socket:[${this.number}]`;
  }
  override get pollable(): boolean {
    return true;
  }

  // ---- what a family implements ----

  abstract bind(address: Uint8Array, call: SocketCall): void;
  /** Connects; null when it cannot be done now (a full backlog). */
  abstract connectNow(address: Uint8Array, call: SocketCall): number | null;
  abstract listen(backlog: number, call: SocketCall): void;
  /** The next connection, or null. */
  abstract acceptNow(caller: Caller, flags: number): Socket | null;
  /** Bytes taken, or null when there is no room. Throws EPIPE ... */
  abstract sendNow(message: Outgoing, flags: number, call: SocketCall | null): number | null;
  /** Something to read, the end (0 bytes), or null when there is nothing yet. */
  abstract receiveNow(length: number, flags: number): Incoming | null;
  abstract shutdown(how: number): void;
  /** getsockname(2), getpeername(2). */
  abstract name(): Uint8Array;
  abstract peerName(): Uint8Array;
  /** SO_PEERCRED. */
  abstract peerCredentials(): PeerCredentials;
  /** FIONREAD, and bytes sent that the other side has not read. */
  abstract readableBytes(): number;
  abstract unreadBytes(): number;
  /** True when a message boundary means nothing. */
  abstract readonly isStream: boolean;

  // ---- blocking ----

  /** Tries until `attempt` has an answer, no longer than `timeout`. */
  protected block(
    attempt: () => Result | null,
    timeout: number,
    dontWait: boolean,
    partial?: () => number,
  ): Result {
    const deadline = timeout === Infinity ? Infinity : this.machine.now() + timeout;
    const turn = (expired: boolean): Result => {
      const result = attempt();
      if (result !== null) return result;
      if (dontWait || this.nonblocking || expired) {
        const moved = partial?.() ?? 0;
        if (moved > 0) return moved;
        throw EAGAIN;
      }
      return new Blocked([this.queue], (reason) => turn(reason === 'timeout'), {
        deadline,
        interrupted: timeout === Infinity ? ERESTARTSYS : EINTR,
        ...(partial === undefined ? {} : { partial }),
      });
    };
    return turn(false);
  }

  connect(address: Uint8Array, call: SocketCall): Result {
    return this.block(() => this.connectNow(address, call), this.sendTimeout, false);
  }
  /** `deliver` installs the new socket and answers the call's result. */
  accept(caller: Caller, flags: number, deliver: (socket: Socket) => number): Result {
    const attempt = (): number | null => {
      const socket = this.acceptNow(caller, flags);
      return socket === null ? null : deliver(socket);
    };
    return this.block(attempt, this.receiveTimeout, false);
  }
  send(message: Outgoing, flags: number, call: SocketCall | null): Result {
    const { bytes } = message;
    const dontWait = (flags & MSG.MSG_DONTWAIT) !== 0;
    if (!this.isStream)
      return this.block(() => this.sendNow(message, flags, call), this.sendTimeout, dontWait);
    let done = 0;
    const attempt = (): number | null => {
      for (;;) {
        const rest = done === 0 ? message : { ...message, bytes: bytes.subarray(done), rights: [] };
        let moved: number | null;
        try {
          moved = this.sendNow(rest, flags, call);
        } catch (thrown) {
          if (done > 0) return done;
          throw thrown;
        }
        if (moved === null) return null;
        done += moved;
        if (done >= bytes.length) return done;
      }
    };
    return this.block(attempt, this.sendTimeout, dontWait, () => done);
  }
  /** `deliver` stores what came and answers the call's result. */
  receive(length: number, flags: number, deliver: (message: Incoming) => number): Result {
    const dontWait = (flags & MSG.MSG_DONTWAIT) !== 0;
    const all = this.isStream && (flags & MSG.MSG_WAITALL) !== 0 && (flags & MSG.MSG_PEEK) === 0;
    if (!all) {
      const attempt = (): number | null => {
        const message = this.receiveNow(length, flags);
        return message === null ? null : deliver(message);
      };
      return this.block(attempt, this.receiveTimeout, dontWait);
    }
    const parts: Incoming[] = [];
    let done = 0;
    const finish = (): number => (parts.length === 0 ? 0 : deliver(joined(parts)));
    const attempt = (): number | null => {
      for (;;) {
        let message: Incoming | null;
        try {
          message = this.receiveNow(length - done, flags);
        } catch (thrown) {
          if (done > 0) return finish();
          throw thrown;
        }
        if (message === null) return null;
        parts.push(message);
        done += message.bytes.length;
        if (message.bytes.length === 0 || done >= length || message.rights.length > 0) return finish();
      }
    };
    return this.block(attempt, this.receiveTimeout, dontWait, finish);
  }

  override read(length: number): Uint8Array | Blocked {
    if (length === 0 && this.isStream) return new Uint8Array(0);
    const message = this.receiveNow(length, 0);
    if (message !== null) {
      this.#readDeadline = null;
      for (const description of message.rights) description.release(); // read(2) has no place for them
      return message.bytes;
    }
    if (this.nonblocking) throw EAGAIN;
    if (this.receiveTimeout === Infinity) return new Blocked([this.queue], () => 0);
    const now = this.machine.now();
    this.#readDeadline ??= now + this.receiveTimeout;
    if (now >= this.#readDeadline) {
      this.#readDeadline = null;
      throw EAGAIN;
    }
    return new Blocked([this.queue], () => 0, {
      deadline: this.#readDeadline,
      interrupted: EINTR,
      cancel: () => {
        this.#readDeadline = null;
      },
    });
  }
  override write(bytes: Uint8Array): Result {
    return this.send({ bytes, address: null, rights: [], credentials: null }, 0, null);
  }

  override ioctl(caller: Caller, request: number, argument: number): Result {
    switch (request) {
      case FIONREAD:
        if (this.listening) throw EINVAL;
        caller.memory.writeU32(argument, this.readableBytes());
        return 0;
      case SIOCOUTQ:
        caller.memory.writeU32(argument, this.unreadBytes());
        return 0;
      case SIOCATMARK:
        caller.memory.writeU32(argument, 0);
        return 0;
      default:
        return (
          this.machine.interfaceIoctl(caller, request, argument) ?? super.ioctl(caller, request, argument)
        );
    }
  }

  // ---- options ----

  /** getsockopt(2) of the levels above SOL_SOCKET; `room`: bytes that the program has for it. */
  protocolOption(_level: number, _name: number, _room: number): Uint8Array {
    throw EOPNOTSUPP;
  }
  setProtocolOption(_level: number, _name: number, _bytes: Uint8Array, _caller: Caller): void {
    throw EOPNOTSUPP;
  }
  /** One of the options that are kept. */
  protected keptOption(name: number): number {
    return this.#kept.get(name) ?? KEPT[name]!;
  }
  /** SO_LINGER. */
  protected get lingering(): { readonly l_onoff: number; readonly l_linger: number } {
    return this.#linger;
  }
  /** A connection begins with its listener's options. */
  protected inheritFrom(listener: Socket): void {
    for (const [name, value] of listener.#kept) this.#kept.set(name, value);
    this.#linger = listener.#linger;
    this.sendBuffer = listener.sendBuffer;
    this.sendBufferLocked = listener.sendBufferLocked;
    this.receiveBuffer = listener.receiveBuffer;
    this.receiveTimeout = listener.receiveTimeout;
    this.sendTimeout = listener.sendTimeout;
  }

  takeError(): Errno | null {
    const { error } = this;
    this.error = null;
    return error;
  }

  /** SOL_SOCKET of getsockopt(2); times are told by the caller, who knows their form. */
  option(name: number): Uint8Array {
    switch (name) {
      case SO.SO_TYPE:
        return word(this.type);
      case SO.SO_DOMAIN:
        return word(this.family);
      case SO.SO_PROTOCOL:
        return word(this.protocol);
      case SO.SO_ERROR:
        return word(this.takeError()?.number ?? 0);
      case SO.SO_SNDBUF:
        return word(this.sendBuffer);
      case SO.SO_RCVBUF:
        return word(this.receiveBuffer);
      case SO.SO_SNDLOWAT:
        return word(1);
      case SO.SO_ACCEPTCONN:
        return word(this.listening ? 1 : 0);
      case SO.SO_PASSCRED:
        return word(this.passCredentials ? 1 : 0);
      case SO.SO_PEERCRED:
        return ucred.pack(this.peerCredentials());
      case SO.SO_LINGER:
        return linger.pack(this.#linger);
      default: {
        const initial = KEPT[name];
        if (initial === undefined) throw ENOPROTOOPT;
        return word(this.#kept.get(name) ?? initial);
      }
    }
  }

  /** SOL_SOCKET of setsockopt(2), times excepted. */
  setOption(name: number, bytes: Uint8Array, caller: Caller): void {
    if (bytes.length < 4) throw EINVAL;
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const value = view.getInt32(0, true);
    const privileged = capable(caller.credentials, CAP.CAP_NET_ADMIN);
    switch (name) {
      case SO.SO_SNDBUF:
      case SO.SO_SNDBUFFORCE:
        if (name === SO.SO_SNDBUFFORCE && !privileged) throw EPERM;
        this.sendBuffer = bufferSize(value, SEND_MIN, name === SO.SO_SNDBUFFORCE);
        this.sendBufferLocked = true;
        this.queue.wake();
        return;
      case SO.SO_RCVBUF:
      case SO.SO_RCVBUFFORCE:
        if (name === SO.SO_RCVBUFFORCE && !privileged) throw EPERM;
        this.receiveBuffer = bufferSize(value, RECEIVE_MIN, name === SO.SO_RCVBUFFORCE);
        return;
      case SO.SO_PASSCRED:
        this.passCredentials = value !== 0;
        return;
      case SO.SO_LINGER:
        if (bytes.length < linger.size) throw EINVAL;
        this.#linger = linger.unpack(bytes);
        return;
      case SO.SO_TYPE:
      case SO.SO_PROTOCOL:
      case SO.SO_DOMAIN:
      case SO.SO_ERROR:
      case SO.SO_SNDLOWAT:
        throw ENOPROTOOPT;
      default:
        if (KEPT[name] === undefined) throw ENOPROTOOPT;
        if ((name === SO.SO_DEBUG || name === SO.SO_MARK) && value !== 0 && !privileged) throw EPERM;
        this.#kept.set(name, NUMBERS.has(name) ? value : value === 0 ? 0 : 1);
    }
  }
}

/** The kernel doubles what a program asks for, to have room for its own bookkeeping. */
function bufferSize(asked: number, least: number, force: boolean): number {
  const wanted = force ? Math.max(0, asked) : Math.min(asked >>> 0, BUFFER_MAX);
  return Math.max(wanted * 2, least);
}

function word(value: number): Uint8Array {
  return new Uint8Array(Int32Array.of(value).buffer);
}

function joined(parts: readonly Incoming[]): Incoming {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.bytes.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part.bytes, at);
    at += part.bytes.length;
  }
  return { ...parts[0]!, bytes, length: bytes.length, rights: parts.flatMap((part) => part.rights) };
}

/** One address family. */
export interface SocketFamily {
  create(caller: Caller, type: number, protocol: number, flags: number): Socket;
  /** Two sockets that are connected. Throws EOPNOTSUPP where the family has no such thing. */
  pair(caller: Caller, type: number, protocol: number, flags: number): [Socket, Socket];
}

/** The families of a machine; a later step registers more. */
export class SocketFamilies {
  readonly #families = new Map<number, SocketFamily>();

  register(family: number, implementation: SocketFamily): this {
    this.#families.set(family, implementation);
    return this;
  }
  find(family: number): SocketFamily {
    const found = this.#families.get(family);
    if (found === undefined) throw EAFNOSUPPORT;
    return found;
  }
}
