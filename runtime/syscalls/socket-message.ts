// sendmsg(2) and recvmsg(2): struct msghdr, its vectors, its address and its control messages (cmsg(3)),
// between a program's memory and fs/socket.ts.

import { CAP } from '../abi/capability.ts';
import { EBADF, EINVAL, EMSGSIZE, EPERM, EPIPE, Errno } from '../abi/errno.ts';
import { O_PATH } from '../abi/file.ts';
import { RLIMIT } from '../abi/process.ts';
import {
  ADDRESS_MAX,
  AF,
  cmsgAlign,
  cmsghdr,
  MSG,
  MSG_CONTROLLEN_OFFSET,
  MSG_FLAGS_OFFSET,
  MSG_NAMELEN_OFFSET,
  msghdr,
  SCM_CREDENTIALS,
  SCM_MAX_FD,
  SCM_RIGHTS,
  SOL_SOCKET,
  ucred,
} from '../abi/socket.ts';
import type {
  ControlMessage,
  Incoming,
  Outgoing,
  PeerCredentials,
  Socket,
  SocketCall,
} from '../fs/socket.ts';
import { sendToTask } from '../kernel/signal.ts';
import { SignalInfo } from '../kernel/signal-info.ts';
import type { Task } from '../kernel/task.ts';
import type { IoVector } from '../mm/user-memory.ts';
import { capable } from '../vfs/caller.ts';
import type { FileDescription } from '../vfs/file-description.ts';
import { Blocked, type Result } from '../wait.ts';

const SIGPIPE = 13;
const IOV_MAX = 1024;

/** A sockaddr of a program. Throws EINVAL for an impossible length. */
export function readAddress(task: Task, va: number, length: number): Uint8Array {
  if (length < 0 || length > ADDRESS_MAX) throw EINVAL;
  return task.memory.copyIn(va, length);
}
/** Writes an address cut to the room that `*lengthVa` tells, and there its whole length. */
export function writeAddress(task: Task, va: number, lengthVa: number, address: Uint8Array): void {
  const room = task.memory.readU32(lengthVa) | 0;
  if (room < 0) throw EINVAL;
  task.memory.copyOut(va, address.subarray(0, room));
  task.memory.writeU32(lengthVa, address.length);
}

/** Runs a send: a broken pipe is told by SIGPIPE, too, unless the program asked for silence. */
export function sending(task: Task, flags: number, attempt: () => Result): Result {
  try {
    const result = attempt();
    if (!(result instanceof Blocked)) return result;
    return new Blocked(
      result.queues,
      (reason) => sending(task, flags, () => result.retry(reason)),
      result.options,
    );
  } catch (thrown) {
    if (thrown === EPIPE && (flags & MSG.MSG_NOSIGNAL) === 0)
      sendToTask(task, SignalInfo.user(SIGPIPE, task));
    throw thrown;
  }
}

interface Header {
  readonly name: number;
  readonly nameLength: number;
  readonly vectors: readonly IoVector[];
  readonly control: number;
  readonly controlLength: number;
}

function readHeader(task: Task, va: number): Header {
  const raw = msghdr.unpack(task.memory.copyIn(va, msghdr.size));
  if (raw.msg_namelen < 0) throw EINVAL;
  if (raw.msg_iovlen > IOV_MAX) throw EMSGSIZE;
  return {
    name: raw.msg_name,
    nameLength: raw.msg_name === 0 ? 0 : Math.min(raw.msg_namelen, ADDRESS_MAX),
    vectors: task.memory.readVectors(raw.msg_iov, raw.msg_iovlen),
    control: raw.msg_control,
    controlLength: raw.msg_control === 0 ? 0 : raw.msg_controllen,
  };
}

// ---- control messages to the kernel ----

interface Control {
  readonly rights: readonly FileDescription[];
  readonly credentials: PeerCredentials | null;
  readonly control: readonly ControlMessage[];
}

function readControl(task: Task, socket: Socket, { control, controlLength }: Header): Control {
  let rights: readonly FileDescription[] = [];
  let credentials: PeerCredentials | null = null;
  const others: ControlMessage[] = [];
  if (controlLength > 0x7fffffff) throw EINVAL;
  const bytes = controlLength < cmsghdr.size ? new Uint8Array(0) : task.memory.copyIn(control, controlLength);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at + cmsghdr.size <= bytes.length; ) {
    const { cmsg_len, cmsg_level, cmsg_type } = cmsghdr.read(view, at);
    if (cmsg_len < cmsghdr.size || at + cmsg_len > bytes.length) throw EINVAL;
    const data = bytes.subarray(at + cmsghdr.size, at + cmsg_len);
    if (cmsg_level === SOL_SOCKET) {
      if (cmsg_type === SCM_RIGHTS && socket.family === AF.AF_UNIX)
        rights = [...rights, ...readRights(task, data)];
      else if (cmsg_type === SCM_CREDENTIALS && socket.family === AF.AF_UNIX)
        credentials = readCredentials(task, data);
      else throw EINVAL;
      if (rights.length > SCM_MAX_FD) throw EINVAL;
    } else others.push({ level: cmsg_level, type: cmsg_type, data });
    at += cmsgAlign(cmsg_len);
  }
  return { rights, credentials, control: others };
}

function readRights(task: Task, data: Uint8Array): FileDescription[] {
  const count = data.length >> 2;
  if (count > SCM_MAX_FD) throw EINVAL;
  const view = new DataView(data.buffer, data.byteOffset);
  const rights: FileDescription[] = [];
  for (let i = 0; i < count; i++) {
    const description = task.files.get(view.getInt32(4 * i, true));
    if ((description.flags & O_PATH) !== 0) throw EBADF;
    rights.push(description);
  }
  return rights;
}

/** Only with capabilities may one send in another's name. */
function readCredentials(task: Task, data: Uint8Array): PeerCredentials {
  if (data.length !== ucred.size) throw EINVAL;
  const given = ucred.unpack(data);
  const own = task.credentials;
  const may = (capability: number): boolean => capable(own, capability);
  if (given.pid !== task.pid && !may(CAP.CAP_SYS_ADMIN)) throw EPERM;
  if (![own.uid, own.euid, own.suid].includes(given.uid) && !may(CAP.CAP_SETUID)) throw EPERM;
  if (![own.gid, own.egid, own.sgid].includes(given.gid) && !may(CAP.CAP_SETGID)) throw EPERM;
  return given;
}

// ---- control messages to the program ----

class ControlWriter {
  readonly #task: Task;
  readonly #end: number;
  #at: number;
  truncated = false;

  constructor(task: Task, start: number, length: number) {
    this.#task = task;
    this.#at = start;
    this.#end = start + length;
  }
  get #room(): number {
    return this.#end - this.#at;
  }
  get position(): number {
    return this.#at;
  }

  put({ level, type, data }: ControlMessage): void {
    if (this.#room < cmsghdr.size) {
      this.truncated = true;
      return;
    }
    const whole = cmsghdr.size + data.length;
    if (this.#room < whole) this.truncated = true;
    const length = Math.min(whole, this.#room);
    this.#write(level, type, length, data.subarray(0, length - cmsghdr.size));
  }
  #write(level: number, type: number, length: number, data: Uint8Array): void {
    const { memory } = this.#task;
    memory.copyOut(this.#at, cmsghdr.pack({ cmsg_len: length, cmsg_level: level, cmsg_type: type }));
    memory.copyOut(this.#at + cmsghdr.size, data);
    this.#at = Math.min(this.#end, this.#at + cmsgAlign(length));
  }

  /** Installs as many descriptors as there is room for; the rest is closed. */
  putRights(rights: readonly FileDescription[], closeOnExec: boolean): void {
    const task = this.#task;
    const limit = task.group.limits[RLIMIT.RLIMIT_NOFILE]!.soft;
    const room = Math.max(0, (this.#room - cmsghdr.size) >> 2);
    const numbers: number[] = [];
    for (const description of rights.slice(0, room)) {
      try {
        numbers.push(task.files.install(description, limit, closeOnExec));
      } catch (thrown) {
        if (!(thrown instanceof Errno)) throw thrown;
        break; // EMFILE: told by MSG_CTRUNC
      }
    }
    if (numbers.length < rights.length) this.truncated = true;
    if (numbers.length > 0) {
      const data = new Uint8Array(Int32Array.from(numbers).buffer);
      this.#write(SOL_SOCKET, SCM_RIGHTS, cmsghdr.size + data.length, data);
    }
    for (const description of rights) description.release();
  }
}

// ---- the calls ----

export function sendMessage(task: Task, socket: Socket, va: number, flags: number, call: SocketCall): Result {
  const header = readHeader(task, va);
  const control = readControl(task, socket, header);
  const message: Outgoing = {
    bytes: task.memory.gather(header.vectors),
    address: header.nameLength === 0 ? null : readAddress(task, header.name, header.nameLength),
    ...control,
  };
  // Whoever sends may close its own descriptors while the call waits.
  for (const description of control.rights) description.retain();
  return sending(task, flags, () => ending(() => socket.send(message, flags, call), control.rights));
}

/** Releases what was held for the call once it is over. */
function ending(attempt: () => Result, held: readonly FileDescription[]): Result {
  if (held.length === 0) return attempt();
  const drop = (): void => {
    for (const description of held) description.release();
  };
  let result: Result;
  try {
    result = attempt();
  } catch (thrown) {
    drop();
    throw thrown;
  }
  if (!(result instanceof Blocked)) {
    drop();
    return result;
  }
  const blocked = result;
  return new Blocked(blocked.queues, (reason) => ending(() => blocked.retry(reason), held), {
    ...blocked.options,
    cancel: () => {
      blocked.options.cancel?.();
      drop();
    },
  });
}

export function receiveMessage(task: Task, socket: Socket, va: number, flags: number): Result {
  const header = readHeader(task, va);
  const length = header.vectors.reduce((sum, vector) => sum + vector.length, 0);
  return socket.receive(length, flags, (message) => {
    task.memory.scatter(header.vectors, message.bytes);
    writeHeader(task, va, header, message, flags);
    const whole = (flags & MSG.MSG_TRUNC) !== 0 && !socket.isStream;
    return whole ? message.length : message.bytes.length;
  });
}

function writeHeader(task: Task, va: number, header: Header, message: Incoming, flags: number): void {
  const { memory } = task;
  let result = flags & MSG.MSG_CMSG_CLOEXEC;
  if (message.length > message.bytes.length) result |= MSG.MSG_TRUNC;
  const control = new ControlWriter(task, header.control, header.controlLength);
  if (message.credentials !== null) {
    const data = ucred.pack(message.credentials);
    control.put({ level: SOL_SOCKET, type: SCM_CREDENTIALS, data });
  }
  for (const own of message.control ?? []) control.put(own);
  if (message.rights.length > 0) control.putRights(message.rights, (flags & MSG.MSG_CMSG_CLOEXEC) !== 0);
  if (control.truncated) result |= MSG.MSG_CTRUNC;
  if (header.name !== 0) {
    const address = message.address ?? new Uint8Array(0);
    memory.copyOut(header.name, address.subarray(0, header.nameLength));
    memory.writeU32(va + MSG_NAMELEN_OFFSET, address.length);
  }
  memory.writeU32(va + MSG_FLAGS_OFFSET, result);
  memory.writeU32(va + MSG_CONTROLLEN_OFFSET, control.position - header.control);
}
