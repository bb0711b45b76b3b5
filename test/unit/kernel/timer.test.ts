import { describe, expect, test } from 'vitest';
import { Timers } from '../../../runtime/kernel/timer.ts';

describe('Timers', () => {
  test('expire in the order of their deadlines, equal ones as they came', () => {
    const timers = new Timers();
    const order: string[] = [];
    for (const [name, deadline] of [
      ['c', 30],
      ['a', 10],
      ['b1', 20],
      ['b2', 20],
      ['d', 40],
    ] as const)
      timers.add(deadline, () => order.push(name));
    expect(timers.next()).toBe(10);
    timers.run(30);
    expect(order).toEqual(['a', 'b1', 'b2', 'c']);
    expect(timers.next()).toBe(40);
  });

  test('a cancelled one is as if it had never been', () => {
    const timers = new Timers();
    const order: number[] = [];
    const made = [5, 6, 7].map((deadline) => timers.add(deadline, () => order.push(deadline)));
    made[0]!.cancel();
    made[0]!.cancel();
    expect(timers.next()).toBe(6);
    timers.run(10);
    expect(order).toEqual([6, 7]);
    expect(timers.next()).toBe(Infinity);
  });

  test('an expiry may add and cancel others', () => {
    const timers = new Timers();
    const order: string[] = [];
    const late = timers.add(3, () => order.push('cancelled'));
    timers.add(1, () => {
      order.push('first');
      late.cancel();
      timers.add(2, () => order.push('added'));
    });
    timers.run(5);
    expect(order).toEqual(['first', 'added']);
  });

  test('many timers come out sorted, with every third cancelled', () => {
    const timers = new Timers();
    const order: number[] = [];
    let seed = 12345;
    for (let i = 0; i < 2000; i++) {
      seed = (seed * 1103515245 + 12345) & 0x7fffffff;
      const deadline = seed % 1000;
      const timer = timers.add(deadline, () => order.push(deadline));
      if (i % 3 === 0) timer.cancel();
    }
    timers.run(1000);
    expect(order.length).toBe(2000 - 667);
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });
});
