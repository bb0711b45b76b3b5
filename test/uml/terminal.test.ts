// `skasm uml` at a terminal gives a shell of the guest, and leaves the terminal as it was.

import { afterEach, expect, test } from 'vitest';
import { COMMAND, umlMissing } from '../support/command.ts';
import { Terminal } from '../support/terminal.ts';

const missing = await umlMissing();
if (missing !== null) console.log(`tests of uml's terminal skipped: ${missing}`);

const CTRL_C = '\x03';
const open: Terminal[] = [];
afterEach(() => {
  for (const terminal of open.splice(0)) terminal.close();
});

test.skipIf(missing !== null)('a shell in the guest', { retry: 0 }, async () => {
  const script = `echo "before $(stty -g)"; '${process.execPath}' '${COMMAND}' uml; echo "status $?"; echo "after $(stty -g)"`;
  const tty = new Terminal('bash', ['-c', script], { columns: 90, rows: 28 });
  open.push(tty);
  const prompt = /# .?(\[6n)?$/; // busybox may ask where the cursor is
  await tty.sees(prompt);
  tty.type('uname -srm; id -u; tty\r');
  await tty.sees(/\nLinux 6\.1\.\d+ i686\r\n0\r\n\/dev\/\w+\r\n/);
  tty.type('stty size\r');
  await tty.sees(/stty size\r\n.*\r\n/);
  tty.type('sh -c "echo go; exec sleep 1000"\r');
  await tty.sees('\ngo\r\n');
  tty.type(CTRL_C);
  await tty.sees(prompt);
  tty.type('echo status $?\r');
  await tty.sees('\nstatus 130\r\n');
  tty.type('exit 9\r');
  await tty.sees('status 9\r\n');
  await tty.ended;
  const [, before] = /before ([0-9a-f:]+)/.exec(tty.screen)!;
  expect(tty.screen).toContain(`after ${before}\r\n`);
});
