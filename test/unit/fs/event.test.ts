// Timers and epoll under a clock that obeys.

import { describe, expect, test } from 'vitest';
import { EAGAIN, ELOOP } from '../../../runtime/abi/errno.ts';
import { EPOLL_CTL_ADD, EPOLLET, Epoll } from '../../../runtime/fs/epoll.ts';
import { EventFd, TimerFd } from '../../../runtime/fs/event.ts';
import { thrown } from '../../support/thrown.ts';

const NONBLOCK = 0o4000;
const POLLIN = 1;

class Clock {
  time = 0n;
  readonly alarms = new Set<{ when: bigint; expire: () => void }>();
  now(): bigint {
    return this.time;
  }
  at(when: bigint, expire: () => void): () => void {
    const alarm = { when, expire };
    this.alarms.add(alarm);
    return () => this.alarms.delete(alarm);
  }
  advance(to: bigint): void {
    this.time = to;
    for (const alarm of [...this.alarms])
      if (alarm.when <= to) {
        this.alarms.delete(alarm);
        alarm.expire();
      }
  }
}

function ticks(timer: TimerFd): bigint {
  const bytes = timer.read(8) as Uint8Array;
  return new DataView(bytes.buffer).getBigUint64(0, true);
}

describe('a timerfd', () => {
  test('counts the intervals that nobody read', () => {
    const clock = new Clock();
    const timer = new TimerFd(null, NONBLOCK, 1, clock);
    timer.set(10n, 5n, false);
    clock.advance(9n);
    expect(thrown(() => timer.read(8))).toBe(EAGAIN);
    clock.advance(27n);
    expect(ticks(timer)).toBe(4n);
    expect(timer.get()).toEqual({ value: 3n, interval: 5n });
  });

  test('has one alarm at most', () => {
    const clock = new Clock();
    const timer = new TimerFd(null, NONBLOCK, 1, clock);
    for (let i = 0; i < 5; i++) timer.set(10n, 10n, false);
    clock.advance(100n);
    expect(clock.alarms.size).toBe(1);
    timer.set(0n, 0n, false);
    expect(clock.alarms.size).toBe(0);
  });

  test('expires at once for an instant in the past', () => {
    const clock = new Clock();
    clock.time = 1000n;
    const timer = new TimerFd(null, NONBLOCK, 1, clock);
    timer.set(1n, 0n, true);
    expect(ticks(timer)).toBe(1n);
  });
});

describe('epoll', () => {
  const counter = (value: number): EventFd => new EventFd(null, value, NONBLOCK, false).retain();
  const wait = (epoll: Epoll): bigint[] => epoll.collect(8).map(({ data }) => data);

  test('reports an edge once and a level as long as it holds', () => {
    const epoll = new Epoll(null).retain();
    const [level, edge] = [counter(1), counter(1)];
    epoll.control(EPOLL_CTL_ADD, 3, level, { events: POLLIN, data: 3n });
    epoll.control(EPOLL_CTL_ADD, 4, edge, { events: POLLIN | EPOLLET | 0, data: 4n });
    expect(wait(epoll)).toEqual([3n, 4n]);
    expect(wait(epoll)).toEqual([3n]);
    level.read(8);
    expect(wait(epoll)).toEqual([]);
  });

  test('leaves no waiter behind when it is closed', () => {
    const epoll = new Epoll(null).retain();
    const file = counter(0);
    epoll.control(EPOLL_CTL_ADD, 3, file, { events: POLLIN, data: 3n });
    expect(file.queue.empty).toBe(false);
    epoll.release();
    expect(file.queue.empty).toBe(true);
  });

  test('forgets what was closed', () => {
    const epoll = new Epoll(null).retain();
    const file = counter(1);
    epoll.control(EPOLL_CTL_ADD, 3, file, { events: POLLIN, data: 3n });
    file.release();
    expect(wait(epoll)).toEqual([]);
    expect(file.queue.empty).toBe(true);
  });

  test('refuses a circle', () => {
    const [a, b] = [new Epoll(null).retain(), new Epoll(null).retain()];
    a.control(EPOLL_CTL_ADD, 3, b, { events: POLLIN, data: 0n });
    const refused = thrown(() => b.control(EPOLL_CTL_ADD, 4, a, { events: POLLIN, data: 0n }));
    expect(refused).toBe(ELOOP);
  });
});
