// ptrace(2)'s one row, into the table of requests in runtime/trace and in the host patches.

import { EIO } from '../abi/errno.ts';
import { PTRACE } from '../abi/ptrace.ts';
import type { Task } from '../kernel/task.ts';
import { requests, tracee, traceMe } from '../trace/ptrace.ts';
import type { Result } from '../wait.ts';
import { type Kind, type NamedRow, pid, type Rows, sys, unsigned } from './row.ts';

/** The row of ptrace(2) over the plain requests and those of host patches. A number with two owners is refused. */
export function ptraceCall(patches: readonly Rows[]): Rows {
  const table = new Map<number, NamedRow>();
  for (const area of [requests, ...patches])
    for (const [name, row] of Object.entries(area)) {
      const other = table.get(row.number);
      if (other !== undefined)
        throw new Error(`ptrace request ${row.number} is both ${other.name} and ${name}`);
      table.set(row.number, { ...row, name });
    }

  const request: Kind<number> = {
    label: 'request',
    decode: (raw) => raw,
    print: (raw) => (raw === PTRACE.TRACEME ? 'PTRACE_TRACEME' : (table.get(raw)?.name ?? String(raw))),
  };

  const ptrace = (task: Task, number: number, id: number, address: number, data: number): Result => {
    if (number === PTRACE.TRACEME) return traceMe(task);
    const row = table.get(number);
    if (row === undefined) {
      // ESRCH for what is no stopped tracee comes first; the guests' probes look for EIO.
      tracee.decode(id, task);
      throw EIO;
    }
    const [who, first, second] = row.kinds;
    const handler = row.handler as (task: Task, ...values: unknown[]) => Result;
    return handler(task, who!.decode(id, task), first!.decode(address, task), second!.decode(data, task));
  };

  return { ptrace: sys(26, [request, pid, unsigned, unsigned], ptrace) };
}
