// The thread on which the command compiles: answers jobs that come through a MessagePort (its other end is
// host/node/compiler-port.ts). Built as a file of its own, dist/bin/compiler.mjs, so that the guest's thread
// never loads what only the compiler needs.

import { type MessagePort, workerData } from 'node:worker_threads';
import { answer } from '../jit/worker.ts';

const { port, answered } = workerData as { readonly port: MessagePort; readonly answered: Int32Array };

port.on('message', (job: unknown) => {
  try {
    port.postMessage(answer(job, () => performance.now()));
  } catch (error) {
    port.postMessage({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
  Atomics.add(answered, 0, 1);
  Atomics.notify(answered, 0);
});
