// Node keeps the contract.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNodeHost } from '../../runtime/host/node/index.ts';
import { hostContract } from './contract.ts';

hostContract('node', () => {
  const folder = mkdtempSync(join(tmpdir(), 'skasm-host-'));
  return { host: createNodeHost(), folder, close: () => rmSync(folder, { recursive: true }) };
});
