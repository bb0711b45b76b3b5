import { describe, expect, test } from 'vitest';
import {
  SI_QUEUE,
  SI_USER,
  SIGCHLD,
  SIGKILL,
  SIGTERM,
  SIGUSR1,
  signalBit,
  signalName,
  signalSet,
} from '../../../runtime/abi/signal.ts';
import { PendingSignals, SignalActions } from '../../../runtime/kernel/signal.ts';
import { floatCode, SignalInfo } from '../../../runtime/kernel/signal-info.ts';

describe('PendingSignals', () => {
  test('instances of a signal come out in their order', () => {
    const pending = new PendingSignals();
    for (const value of [1, 2, 3]) pending.add(new SignalInfo(40, SI_QUEUE, [0, 0, value]), 10);
    expect(pending.has(40)).toBe(true);
    expect([pending.take(40).value, pending.take(40).value, pending.take(40).value]).toEqual([1, 2, 3]);
    expect(pending.empty).toBe(true);
  });

  test('a full queue keeps the bit alone', () => {
    const pending = new PendingSignals();
    pending.add(SignalInfo.kernel(SIGUSR1), 0);
    expect(pending.has(SIGUSR1)).toBe(true);
    expect(pending.length).toBe(0);
    expect(pending.take(SIGUSR1)).toMatchObject({ signo: SIGUSR1, code: SI_USER });
    expect(pending.empty).toBe(true);
  });

  test('removing a set leaves the others', () => {
    const pending = new PendingSignals();
    for (const signo of [SIGTERM, SIGUSR1, SIGTERM]) pending.add(SignalInfo.kernel(signo), 10);
    pending.remove(signalSet(SIGTERM));
    expect(pending.mask).toBe(signalBit(SIGUSR1));
    expect(pending.length).toBe(1);
  });

  test('the word of a timer is asked when its signal is taken', () => {
    const pending = new PendingSignals();
    const final = new SignalInfo(SIGUSR1, -2, [1, 5, 9]);
    pending.add(
      SignalInfo.timer(SIGUSR1, 1, 0, 9, () => final),
      10,
    );
    expect(pending.take(SIGUSR1)).toBe(final);
  });
});

describe('SignalActions', () => {
  test('exec keeps what is ignored and forgets handlers', () => {
    const actions = new SignalActions();
    actions.set(SIGTERM, { handler: 1, flags: 4, restorer: 5, mask: 6n });
    actions.set(SIGUSR1, { handler: 0x8048000, flags: 4, restorer: 5, mask: 6n });
    actions.resetForExec();
    expect(actions.get(SIGTERM)).toEqual({ handler: 1, flags: 0, restorer: 0, mask: 0n });
    expect(actions.get(SIGUSR1)).toEqual({ handler: 0, flags: 0, restorer: 0, mask: 0n });
  });

  test('a copy goes its own way', () => {
    const actions = new SignalActions();
    const copy = actions.clone();
    copy.set(SIGTERM, { handler: 1, flags: 0, restorer: 0, mask: 0n });
    expect(actions.ignores(SIGTERM)).toBe(false);
    expect(copy.ignores(SIGTERM)).toBe(true);
    expect(actions.ignores(SIGCHLD)).toBe(true);
    expect(actions.ignores(SIGKILL)).toBe(false);
  });
});

describe('SignalInfo', () => {
  test('128 bytes there and back', () => {
    const info = new SignalInfo(SIGUSR1, SI_QUEUE, [100, 1000, -7], 3);
    const bytes = info.toBytes();
    expect(bytes.length).toBe(128);
    expect([...new Int32Array(bytes.buffer).subarray(0, 6)]).toEqual([SIGUSR1, 3, SI_QUEUE, 100, 1000, -7]);
    expect(SignalInfo.fromBytes(bytes)).toEqual(info);
  });

  test('what its kind does not have is dropped', () => {
    const bytes = new SignalInfo(SIGUSR1, SI_USER, [100, 1000, 7]).toBytes();
    expect(SignalInfo.fromBytes(bytes).words).toEqual([100, 1000]);
  });

  test('names', () => {
    expect([1, 31, 32, 64, 65, 0].map(signalName)).toEqual([
      'SIGHUP',
      'SIGSYS',
      'SIGRT_0',
      'SIGRT_32',
      '65',
      '0',
    ]);
  });

  test('codes of floating-point exceptions, the first unmasked one', () => {
    expect(floatCode(0x3f, 0x3f)).toBe(0);
    expect(floatCode(0x3f, 0x00)).toBe(7);
    expect(floatCode(0x3f, 0x01)).toBe(3);
    expect(floatCode(0x3f, 0x0d)).toBe(5);
    expect(floatCode(0x04, 0x00)).toBe(3);
    expect(floatCode(0x20, 0x1f)).toBe(6);
  });
});
