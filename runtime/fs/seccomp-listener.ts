// Listeners of seccomp filters, seccomp_unotify(2): a descriptor by which another process is asked about system calls
// and answers them. What asks is kernel/seccomp.ts. Linux: kernel/seccomp.c, seccomp_do_user_notification and what is
// behind seccomp_notify_ops.

import { EBADF, EINPROGRESS, EINVAL, ENOENT, ENOSYS } from '../abi/errno.ts';
import { O_CLOEXEC, O_RDWR, POLLHUP, POLLIN, POLLOUT, POLLRDNORM, POLLWRNORM } from '../abi/file.ts';
import { RLIMIT } from '../abi/process.ts';
import {
  SECCOMP_ADDFD_FLAG_SEND,
  SECCOMP_ADDFD_FLAG_SETFD,
  SECCOMP_DATA_SIZE,
  SECCOMP_IOCTL,
  SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP,
  SECCOMP_USER_NOTIF_FLAG_CONTINUE,
  seccompNotif,
  seccompNotifAddfd,
  seccompNotifResp,
} from '../abi/seccomp.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { filtersOf, type SeccompFilter, type SeccompListener } from '../kernel/seccomp-filter.ts';
import { isAlive } from '../kernel/signal.ts';
import type { Task } from '../kernel/task.ts';
import type { Caller } from '../vfs/caller.ts';
import { FileDescription } from '../vfs/file-description.ts';
import type { Inode } from '../vfs/inode.ts';
import { Blocked, type Result, WaitQueue } from '../wait.ts';

/** A call that waits for its answer. Linux: struct seccomp_knotif. */
interface Question {
  readonly id: bigint;
  readonly task: Task;
  /** struct seccomp_data. */
  readonly data: Uint32Array;
  state: 'asked' | 'received' | 'answered';
  /** What eax becomes; null: the call is made. */
  answer: number | null;
  /** The task sleeps on it. */
  readonly answered: WaitQueue;
}

export class SeccompListenerFile extends FileDescription implements SeccompListener {
  readonly #kernel: Kernel;
  readonly #filter: SeccompFilter;
  /** SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV: once it was received, only death ends the wait for an answer. */
  readonly #killable: boolean;
  /** In the order in which they were asked. */
  #questions: Question[] = [];
  #nextId: bigint;

  constructor(inode: Inode | null, kernel: Kernel, filter: SeccompFilter, killable: boolean) {
    super(inode, O_RDWR);
    this.#kernel = kernel;
    this.#filter = filter;
    this.#killable = killable;
    const random = new BigUint64Array(1);
    kernel.host.random(new Uint8Array(random.buffer));
    this.#nextId = random[0]!;
  }
  override get path(): string {
    return 'anon_inode:seccomp notify';
  }

  // ---- of those who are asked about ----

  ask(task: Task, data: Uint32Array, perform: () => Result): Result {
    const id = this.#nextId;
    this.#nextId = BigInt.asUintN(64, id + 1n);
    const question: Question = { id, task, data, state: 'asked', answer: null, answered: new WaitQueue() };
    this.#questions.push(question);
    this.queue.wake();
    return this.#await(question, perform);
  }
  #await(question: Question, perform: () => Result): Result {
    if (question.state !== 'answered')
      return new Blocked([question.answered], () => this.#await(question, perform), {
        interruptible: !(this.#killable && question.state === 'received'),
        cancel: () => this.#forget(question),
      });
    this.#forget(question);
    return question.answer ?? perform();
  }
  #forget(question: Question): void {
    this.#questions = this.#questions.filter((other) => other !== question);
  }
  left(): void {
    if (!this.#isUsed()) this.queue.wake();
  }
  #isUsed(): boolean {
    for (const task of this.#kernel.tasks.values())
      if (isAlive(task)) for (const filter of filtersOf(task)) if (filter === this.#filter) return true;
    return false;
  }

  // ---- of the one who answers ----

  override get pollable(): boolean {
    return true;
  }
  override poll(): number {
    let events = this.#isUsed() ? 0 : POLLHUP;
    for (const { state } of this.#questions) {
      if (state === 'asked') events |= POLLIN | POLLRDNORM;
      if (state === 'received') events |= POLLOUT | POLLWRNORM;
    }
    return events;
  }
  override read(): never {
    throw EINVAL;
  }
  override ioctl(caller: Caller, request: number, argument: number): Result {
    switch (request) {
      case SECCOMP_IOCTL.SECCOMP_IOCTL_NOTIF_RECV: {
        const size = seccompNotif.size + SECCOMP_DATA_SIZE;
        if (caller.memory.copyIn(argument, size).some((byte) => byte !== 0)) throw EINVAL;
        return this.#receive(caller, argument);
      }
      case SECCOMP_IOCTL.SECCOMP_IOCTL_NOTIF_SEND:
        return this.#send(caller, argument);
      case SECCOMP_IOCTL.SECCOMP_IOCTL_NOTIF_ID_VALID:
      case SECCOMP_IOCTL.SECCOMP_IOCTL_NOTIF_ID_VALID_WRONG_DIR:
        if (this.#find(caller.memory.readU64(argument)).state !== 'received') throw ENOENT;
        return 0;
      case SECCOMP_IOCTL.SECCOMP_IOCTL_NOTIF_ADDFD:
        return this.#addDescriptor(caller, argument);
      case SECCOMP_IOCTL.SECCOMP_IOCTL_NOTIF_SET_FLAGS:
        // A hint where the asker is to be woken; with one processor there is no other.
        if ((argument & ~SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP) !== 0) throw EINVAL;
        return 0;
      default:
        throw EINVAL;
    }
  }

  #receive(caller: Caller, va: number): Result {
    const question = this.#questions.find(({ state }) => state === 'asked');
    if (question === undefined) {
      if (!this.#isUsed()) throw ENOENT;
      return new Blocked([this.queue], () => this.#receive(caller, va));
    }
    const head = seccompNotif.pack({ id: question.id, pid: question.task.tid });
    const data = new Uint8Array(question.data.buffer);
    caller.memory.copyOut(va, Uint8Array.of(...head, ...data));
    question.state = 'received';
    this.queue.wake();
    if (this.#killable) question.answered.wake();
    return 0;
  }

  #send(caller: Caller, va: number): number {
    const response = seccompNotifResp.unpack(caller.memory.copyIn(va, seccompNotifResp.size));
    const { id, val, error, flags } = response;
    const goesOn = flags === SECCOMP_USER_NOTIF_FLAG_CONTINUE;
    if (!goesOn && flags !== 0) throw EINVAL;
    if (goesOn && (error !== 0 || val !== 0n)) throw EINVAL;
    const question = this.#received(id);
    this.#answer(question, goesOn ? null : error !== 0 ? error : Number(BigInt.asIntN(32, val)));
    return 0;
  }

  /** A descriptor of the caller becomes one of the asker; by SEND its number is the answer as well. */
  #addDescriptor(caller: Caller, va: number): number {
    const given = seccompNotifAddfd.unpack(caller.memory.copyIn(va, seccompNotifAddfd.size));
    const { id, flags, srcfd, newfd, newfd_flags: how } = given;
    if ((how & ~O_CLOEXEC) !== 0) throw EINVAL;
    if ((flags & ~(SECCOMP_ADDFD_FLAG_SETFD | SECCOMP_ADDFD_FLAG_SEND)) !== 0) throw EINVAL;
    const chosen = (flags & SECCOMP_ADDFD_FLAG_SETFD) !== 0;
    if (newfd !== 0 && !chosen) throw EINVAL;
    const description = this.#kernel.tasks.get(caller.tid)!.files.get(srcfd);
    const question = this.#received(id);
    const { files, group } = question.task;
    const limit = group.limits[RLIMIT.RLIMIT_NOFILE]!.soft;
    const closes = (how & O_CLOEXEC) !== 0;
    let number = newfd;
    if (!chosen) number = files.install(description, limit, closes);
    else if (newfd >= limit) throw EBADF;
    else files.replace(newfd, description, closes);
    if ((flags & SECCOMP_ADDFD_FLAG_SEND) !== 0) this.#answer(question, number);
    return number;
  }

  #find(id: bigint): Question {
    const question = this.#questions.find((each) => each.id === id);
    if (question === undefined) throw ENOENT;
    return question;
  }
  /** The question, which was received and has no answer. */
  #received(id: bigint): Question {
    const question = this.#find(id);
    if (question.state !== 'received') throw EINPROGRESS;
    return question;
  }
  #answer(question: Question, answer: number | null): void {
    question.state = 'answered';
    question.answer = answer;
    question.answered.wake();
  }

  /** Nobody is there to answer: what waits gets ENOSYS, and so does what asks from now on. */
  protected override closed(): void {
    this.#filter.listener = null;
    for (const question of this.#questions)
      if (question.state !== 'answered') this.#answer(question, -ENOSYS.number);
  }
}
