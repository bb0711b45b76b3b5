// The thread on which the command compiles: answers jobs that come through a MessagePort (its other end is
// host/node/compiler-port.ts). Built as a file of its own, dist/bin/compiler.mjs, so that the guest's thread
// never loads what only the compiler needs.

import { type MessagePort, workerData } from 'node:worker_threads';
import { answer } from '../jit/worker.ts';

const { port } = workerData as { readonly port: MessagePort };

port.on('message', async (job: unknown) => {
  try {
    port.postMessage(await answer(job));
  } catch (error) {
    port.postMessage({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
});
