// NodeCompilerPort: a compiler on a worker thread. Answers are fetched when the guest's thread has time for
// them, without its event loop; the thread keeps no process alive. What jobs and answers are is jit's affair.

import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';

/** After this long a wait looks again, milliseconds. */
const LONGEST_WAIT = 1000;

export class NodeCompilerPort {
  readonly #port: MessagePort;
  readonly #worker: Worker;
  /** Counts answers, so that they can be waited for. */
  readonly #answered = new Int32Array(new SharedArrayBuffer(4));
  #closed = false;
  /** Why the thread ended; told once. */
  #failure: string | null = null;
  #failed = false;

  /** `entry`: a module that answers what comes through `workerData.port`. */
  constructor(entry: URL) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#worker = new Worker(entry, {
      workerData: { port: port2, answered: this.#answered },
      transferList: [port2],
      execArgv: [],
    });
    this.#worker.on('error', (error) => this.#fail(error.message));
    this.#worker.on('exit', (code) => this.#fail(`the compiler's thread ended with status ${code}`));
    this.#worker.unref();
  }

  /** Sends a job, a structured-cloneable value. */
  post(job: unknown): void {
    if (!this.#closed) this.#port.postMessage(job);
  }

  /** An answer that has come, `{ error }` once if the thread has failed, or undefined; does not wait. */
  poll(): unknown {
    if (this.#closed) return undefined;
    const received = receiveMessageOnPort(this.#port);
    if (received !== undefined) return received.message;
    if (this.#failure === null) return undefined;
    const error = this.#failure;
    this.#failure = null;
    return { error };
  }

  /** The next answer, however long it takes. */
  wait(): unknown {
    for (;;) {
      const seen = Atomics.load(this.#answered, 0);
      const answer = this.poll();
      if (answer !== undefined || this.#closed) return answer;
      Atomics.wait(this.#answered, 0, seen, LONGEST_WAIT);
    }
  }

  /** Ends the thread, whatever it does; answers that have not been fetched are lost. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#port.close();
    void this.#worker.terminate();
  }

  #fail(why: string): void {
    if (this.#failed || this.#closed) return;
    this.#failed = true;
    this.#failure = why;
  }
}
