// A campaign in portions, each by a process of its own: V8 keeps what the translator has made as long as a process lives,
// and ends it after some ten thousand modules. What a portion has found goes to the process that started it.
import { fork } from 'node:child_process';
import type { Campaign } from './campaign.ts';

/** What a process has done. Rows stand by their place in the generator's list. */
export interface Portion {
  readonly compared: number;
  readonly mismatches: number;
  readonly dropped: readonly (readonly [reason: string, count: number])[];
  readonly executed: readonly (readonly [row: number, count: number])[];
  readonly faulted: readonly (readonly [row: number, count: number])[];
}

/** Says in the process of a portion what became of it; false: this process is none. */
export function tellPortion(campaign: Campaign, mismatches: number): boolean {
  if (process.send === undefined) return false;
  process.send(campaign.portion(mismatches));
  return true;
}

/** Runs the program anew with other options. Throws where it does not come to its end. */
export function runPortion(words: readonly string[]): Promise<Portion> {
  return new Promise((resolve, reject) => {
    const child = fork(process.argv[1]!, words);
    let portion: Portion | null = null;
    child.on('message', (message) => {
      portion = message as Portion;
    });
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      if (portion !== null) resolve(portion);
      else reject(new Error(`a process for ${words.join(' ')} ended with ${signal ?? `status ${code}`}`));
    });
  });
}
