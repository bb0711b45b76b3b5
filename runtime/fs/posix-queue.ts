// POSIX message queues, mq_overview(7): PosixQueue, the messages by priority and who wants to hear of the first
// one; QueueFile, an open queue; QueueFs, the names. mq_open(3) and its kin are syscalls/posix-queue.ts.

import { EAGAIN, EBUSY, EMSGSIZE, ETIMEDOUT } from '../abi/errno.ts';
import { O_ACCMODE, O_NONBLOCK, POLLIN, POLLOUT, POLLRDNORM, POLLWRNORM } from '../abi/file.ts';
import { SI_MESGQ } from '../abi/signal.ts';
import { sendToGroup } from '../kernel/signal.ts';
import { SignalInfo } from '../kernel/signal-info.ts';
import type { Task, ThreadGroup } from '../kernel/task.ts';
import { FileDescription } from '../vfs/file-description.ts';
import {
  type AttributeChange,
  type Attributes,
  type FileSystem,
  Inode,
  type Maker,
  S_IFREG,
  simpleStatistics,
} from '../vfs/inode.ts';
import { Blocked, type Result, WaitQueue } from '../wait.ts';

const BLOCK_SIZE = 4096;
/** st_size: what a read(2) of the queue may say. */
const STATUS_SIZE = 80;

export interface QueueLimits {
  readonly maximum: number;
  readonly messageSize: number;
}

interface Message {
  readonly priority: number;
  readonly bytes: Uint8Array;
}

/** SIGEV_SIGNAL, or SIGEV_NONE with signo 0: nobody is told, and nobody else may register. */
export interface Notification {
  readonly group: ThreadGroup;
  readonly signo: number;
  readonly value: number;
}

/** Linux: struct mqueue_inode_info. */
export class PosixQueue extends Inode {
  readonly number: number;
  readonly limits: QueueLimits;
  notification: Notification | null = null;
  /** Woken at every change. */
  readonly queue = new WaitQueue();
  /** Highest priority first, and among equals the oldest. */
  readonly #messages: Message[] = [];
  /** Receivers that sleep: a message for one of them is nobody else's news. */
  #receivers = 0;
  #permissions: number;
  #owner: Maker;
  #changed: bigint;
  links = 1;

  constructor(
    fileSystem: FileSystem,
    number: number,
    mode: number,
    owner: Maker,
    limits: QueueLimits,
    now: bigint,
  ) {
    super(fileSystem);
    this.number = number;
    this.limits = limits;
    this.#permissions = mode & 0o777;
    this.#owner = owner;
    this.#changed = now;
  }
  override get mode(): number {
    return S_IFREG | this.#permissions;
  }
  override attributes(): Attributes {
    const changed = this.#changed;
    return {
      device: this.fileSystem.device,
      inode: this.number,
      mode: this.mode,
      links: this.links,
      ...this.#owner,
      rdev: 0,
      size: STATUS_SIZE,
      blockSize: BLOCK_SIZE,
      blocks: 0,
      accessed: changed,
      modified: changed,
      changed,
    };
  }
  override setAttributes(change: AttributeChange): void {
    this.#owner = { uid: change.uid ?? this.#owner.uid, gid: change.gid ?? this.#owner.gid };
    if (change.mode !== undefined) this.#permissions = change.mode & 0o777;
  }

  get count(): number {
    return this.#messages.length;
  }
  get bytes(): number {
    return this.#messages.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  /** False: the queue is full. */
  put(sender: Task, message: Message): boolean {
    if (this.count >= this.limits.maximum) return false;
    const behind = this.#messages.findIndex(({ priority }) => priority < message.priority);
    this.#messages.splice(behind === -1 ? this.count : behind, 0, message);
    if (this.count === 1 && this.#receivers === 0) this.#notify(sender);
    this.queue.wake();
    return true;
  }
  take(): Message | null {
    const message = this.#messages.shift() ?? null;
    if (message !== null) this.queue.wake();
    return message;
  }
  receiverSleeps(by: 1 | -1): void {
    this.#receivers += by;
  }

  /** The registration is used up by the first message to an empty queue. */
  #notify(sender: Task): void {
    const { notification } = this;
    if (notification === null) return;
    this.notification = null;
    const { group, signo, value } = notification;
    if (signo === 0) return;
    sendToGroup(group, new SignalInfo(signo, SI_MESGQ, [sender.pid, sender.credentials.uid, value]));
  }
  /** mq_notify(3). Throws EBUSY. */
  register(notification: Notification): void {
    if (this.notification !== null) throw EBUSY;
    this.notification = notification;
  }
  unregister(group: ThreadGroup): void {
    if (this.notification?.group === group) this.notification = null;
  }
}

export class QueueFile extends FileDescription {
  readonly messages: PosixQueue;
  readonly #name: string;
  readonly #current: () => Task;

  constructor(messages: PosixQueue, flags: number, name: string, current: () => Task) {
    super(messages, flags & (O_ACCMODE | O_NONBLOCK), messages.queue);
    this.messages = messages;
    this.#name = name;
    this.#current = current;
  }
  override get path(): string {
    return `/${this.#name}`;
  }
  override get pollable(): boolean {
    return true;
  }
  override poll(): number {
    const { count, limits } = this.messages;
    return (count > 0 ? POLLIN | POLLRDNORM : 0) | (count < limits.maximum ? POLLOUT | POLLWRNORM : 0);
  }
  override seek(offset: number): number {
    this.position = offset;
    return offset;
  }
  /** What the file says of the queue. */
  override read(length: number): Uint8Array {
    const { bytes, notification } = this.messages;
    const field = (value: number, width: number): string => String(value).padEnd(width);
    const text =
      `QSIZE:${field(bytes, 10)} NOTIFY:${field(notification === null || notification.signo !== 0 ? 0 : 1, 5)} ` +
      `SIGNO:${field(notification?.signo ?? 0, 5)} NOTIFY_PID:${field(notification?.group.pid ?? 0, 6)}\n`;
    const part = text.slice(this.position, this.position + length);
    this.position += part.length;
    return Uint8Array.from(part, (c) => c.charCodeAt(0));
  }

  /** `read` fetches the message once its length is known to be right. `deadline`: monotonic nanoseconds. */
  send(task: Task, priority: number, length: number, read: () => Uint8Array, deadline: number): Result {
    if (length > this.messages.limits.messageSize) throw EMSGSIZE;
    const bytes = read();
    return this.#until(deadline, () => (this.messages.put(task, { priority, bytes }) ? 0 : null));
  }
  receive(size: number, deadline: number, deliver: (message: Message) => number): Result {
    if (size < this.messages.limits.messageSize) throw EMSGSIZE;
    return this.#until(
      deadline,
      () => {
        const message = this.messages.take();
        return message === null ? null : deliver(message);
      },
      true,
    );
  }
  #until(deadline: number, attempt: () => number | null, receives = false): Result {
    const result = attempt();
    if (result !== null) return result;
    if (this.nonblocking) throw EAGAIN;
    const { messages } = this;
    if (receives) messages.receiverSleeps(1);
    const awake = (): void => {
      if (receives) messages.receiverSleeps(-1);
    };
    return new Blocked(
      [this.queue],
      (reason) => {
        awake();
        if (reason === 'timeout') throw ETIMEDOUT;
        return this.#until(deadline, attempt, receives);
      },
      { deadline, cancel: awake },
    );
  }

  /** A process that closes a descriptor of a queue is not notified any more. */
  override flush(): void {
    this.messages.unregister(this.#current().group);
  }
}

export class QueueFs implements FileSystem {
  readonly type = 'mqueue';
  readonly device: number;
  readonly root: Inode;
  readonly #now: () => bigint;
  readonly #queues = new Map<string, PosixQueue>();
  #lastInode = 1;

  constructor(device: number, now: () => bigint) {
    this.device = device;
    this.#now = now;
    this.root = new PosixQueue(this, 1, 0o1777, { uid: 0, gid: 0 }, { maximum: 0, messageSize: 0 }, now());
  }
  readonly statistics = () => simpleStatistics(0x19800202);

  find(name: string): PosixQueue | null {
    return this.#queues.get(name) ?? null;
  }
  create(name: string, mode: number, owner: Maker, limits: QueueLimits): PosixQueue {
    const queue = new PosixQueue(this, ++this.#lastInode, mode, owner, limits, this.#now());
    this.#queues.set(name, queue);
    return queue;
  }
  remove(name: string): void {
    const queue = this.#queues.get(name);
    if (queue !== undefined) queue.links = 0;
    this.#queues.delete(name);
  }
}
