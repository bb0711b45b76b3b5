// Message queues of System V: msgsnd(2) and msgrcv(2) (Linux: ipc/msg.c). POSIX's are fs/posix-queue.ts.

import { E2BIG, EAGAIN, EIDRM, EINTR, EINVAL, ENOMSG, ENOSYS } from '../abi/errno.ts';
import { IPC_NOWAIT, MSG_COPY, MSG_EXCEPT, MSG_NOERROR, MSGMAX, MSGMNB } from '../abi/ipc.ts';
import { Blocked, type Result, WaitQueue } from '../wait.ts';
import { IpcObject, type IpcPlace, seconds } from './ipc.ts';
import type { Task } from './task.ts';

interface Message {
  readonly type: number;
  readonly text: Uint8Array;
}

export class MessageQueue extends IpcObject {
  /** Bytes that may wait. */
  capacity = MSGMNB;
  /** Seconds since 1970 and process of the last msgsnd(2) and msgrcv(2). */
  sent = 0;
  received = 0;
  sender = 0;
  receiver = 0;
  readonly #messages: Message[] = [];
  readonly #queue = new WaitQueue();

  get bytes(): number {
    return this.#messages.reduce((sum, { text }) => sum + text.length, 0);
  }
  get count(): number {
    return this.#messages.length;
  }

  send(task: Task, message: Message, flag: number): Result {
    if (this.removed) throw EIDRM;
    this.check(task, 0o222);
    const { length } = message.text;
    if (this.bytes + length <= this.capacity && this.count + 1 <= this.capacity) {
      this.#messages.push(message);
      this.sent = seconds(task);
      this.sender = task.pid;
      this.#queue.wake();
      return 0;
    }
    if ((flag & IPC_NOWAIT) !== 0) throw EAGAIN;
    return new Blocked([this.#queue], () => this.send(task, message, flag), { interrupted: EINTR });
  }

  /** `deliver` gets the message, cut to `size`, and answers the call's result. */
  receive(
    task: Task,
    size: number,
    type: number,
    flag: number,
    deliver: (type: number, text: Uint8Array) => number,
  ): Result {
    if (this.removed) throw EIDRM;
    this.check(task, 0o444);
    const at = (flag & MSG_COPY) !== 0 ? (type < this.count ? type : -1) : this.#find(type, flag);
    if (at >= 0) {
      const message = this.#messages[at]!;
      if (message.text.length > size && (flag & MSG_NOERROR) === 0) throw E2BIG;
      if ((flag & MSG_COPY) === 0) {
        this.#messages.splice(at, 1);
        this.received = seconds(task);
        this.receiver = task.pid;
        this.#queue.wake();
      }
      return deliver(message.type, message.text.subarray(0, size));
    }
    if ((flag & IPC_NOWAIT) !== 0) throw ENOMSG;
    return new Blocked([this.#queue], () => this.receive(task, size, type, flag, deliver), {
      interrupted: EINTR,
    });
  }

  /** Index of the message that a type asks for: any, that one, none such, or the lowest up to it; -1: none. */
  #find(type: number, flag: number): number {
    if (type === 0) return this.count > 0 ? 0 : -1;
    if (type > 0) {
      const except = (flag & MSG_EXCEPT) !== 0;
      return this.#messages.findIndex((message) => (message.type === type) !== except);
    }
    let best = -1;
    this.#messages.forEach((message, i) => {
      if (message.type <= -type && (best === -1 || message.type < this.#messages[best]!.type)) best = i;
    });
    return best;
  }
  wakeAll(): void {
    this.#queue.wake();
  }
}

/** msgget(2). */
export function findQueue(task: Task, key: number, flag: number): number {
  const make = (place: IpcPlace): MessageQueue => new MessageQueue(task, place, flag);
  return task.kernel.ipc.queues.find(task, key, flag, () => {}, make).id;
}

export function sendMessage(task: Task, id: number, va: number, size: number, flag: number): Result {
  const type = task.memory.readU32(va) | 0;
  if (size > MSGMAX || id < 0 || type < 1) throw EINVAL;
  const text = task.memory.copyIn(va + 4, size);
  return task.kernel.ipc.queues.get(id).send(task, { type, text }, flag);
}

export function receiveMessage(
  task: Task,
  id: number,
  va: number,
  size: number,
  type: number,
  flag: number,
): Result {
  if (id < 0 || size > 0x7fffffff) throw EINVAL;
  if ((flag & MSG_COPY) !== 0) {
    if ((flag & MSG_EXCEPT) !== 0 || (flag & IPC_NOWAIT) === 0) throw EINVAL;
    if (type < 0) throw ENOSYS;
  }
  return task.kernel.ipc.queues.get(id).receive(task, size, type, flag, (kind, text) => {
    task.memory.writeU32(va, kind);
    task.memory.copyOut(va + 4, text);
    return text.length;
  });
}
