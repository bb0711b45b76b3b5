// The host of the tests keeps the contract.

import { createFakeHost } from '../../runtime/host/fake.ts';
import { hostContract } from './contract.ts';

hostContract('fake', () => {
  const host = createFakeHost();
  host.files.makeDirectory('/work', 0o755);
  return { host, folder: '/work', close: () => {} };
});
