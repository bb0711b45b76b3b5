// Ports: who is bound where, for one protocol of one machine. The rules of sharing are those of
// SO_REUSEADDR and SO_REUSEPORT in socket(7) and ip(7). Linux: net/ipv4/inet_connection_sock.c.

import { EADDRINUSE, EADDRNOTAVAIL } from '../abi/errno.ts';
import { ANY6, type IpAddress, isAny, isV4 } from './address.ts';

/** net.ipv4.ip_local_port_range. */
const EPHEMERAL_FIRST = 32768;
const EPHEMERAL_LAST = 60999;

/** What holds a port: a socket, or what a closed connection leaves behind (TIME_WAIT). */
export interface Binding {
  readonly localAddress: IpAddress;
  /** IPV6_V6ONLY: an unspecified IPv6 address then covers no IPv4 address. */
  readonly v6only: boolean;
  readonly reuseAddress: boolean;
  readonly reusePort: boolean;
  readonly uid: number;
  readonly listening: boolean;
  /** Monotonic nanoseconds after which it is gone; Infinity for a socket. */
  readonly expires: number;
}

function covers(binding: Binding, address: IpAddress): boolean {
  if (!isAny(binding.localAddress)) return binding.localAddress === address;
  return isV4(binding.localAddress)
    ? isV4(address)
    : !isV4(address) || (binding.localAddress === ANY6 && !binding.v6only);
}
function overlap(a: Binding, b: Binding): boolean {
  return covers(a, b.localAddress) || covers(b, a.localAddress);
}
function conflict(a: Binding, b: Binding): boolean {
  if (a === b || !overlap(a, b)) return false;
  if (a.reuseAddress && b.reuseAddress && !a.listening && !b.listening) return false;
  return !(a.reusePort && b.reusePort && a.uid === b.uid);
}

export class Ports<B extends Binding> {
  readonly #now: () => number;
  /** By port; those bound last stand last. */
  readonly #bound = new Map<number, Set<Binding>>();
  #next = EPHEMERAL_FIRST;

  /** `now`: CLOCK_MONOTONIC, nanoseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Everything that holds `port` now. */
  #holders(port: number): Set<Binding> | undefined {
    const holders = this.#bound.get(port);
    if (holders === undefined) return undefined;
    for (const holder of holders)
      if (holder.expires !== Infinity && holder.expires <= this.#now()) holders.delete(holder);
    return holders;
  }

  /** Throws EADDRINUSE unless `binding` may have `port` beside those that have it. */
  check(binding: Binding, port: number): void {
    for (const other of this.#holders(port) ?? []) if (conflict(binding, other)) throw EADDRINUSE;
  }
  /** Gives `port` to `binding` without asking: connections share their listener's. */
  add(binding: Binding, port: number): void {
    const holders = this.#bound.get(port);
    if (holders === undefined) this.#bound.set(port, new Set([binding]));
    else holders.add(binding);
  }
  release(binding: Binding, port: number): void {
    const holders = this.#bound.get(port);
    holders?.delete(binding);
    if (holders?.size === 0) this.#bound.delete(port);
  }
  /**
   * A port of the ephemeral range that nobody else has, at worst one in TIME_WAIT. `exhausted`: EADDRINUSE of
   * bind, EADDRNOTAVAIL of connect.
   */
  ephemeral(exhausted = EADDRNOTAVAIL): number {
    let spare: number | null = null;
    for (let tries = EPHEMERAL_FIRST; tries <= EPHEMERAL_LAST; tries++) {
      const port = this.#next;
      this.#next = port === EPHEMERAL_LAST ? EPHEMERAL_FIRST : port + 1;
      const holders = this.#holders(port);
      if (holders === undefined || holders.size === 0) return port;
      if (spare === null && [...holders].every(({ expires }) => expires !== Infinity)) spare = port;
    }
    if (spare === null) throw exhausted;
    return spare;
  }

  /** The sockets that take what comes for an address and port, those bound to just this address first. */
  *receivers(address: IpAddress, port: number): Generator<B> {
    const found = ([...(this.#holders(port) ?? [])] as B[])
      .filter((holder) => holder.expires === Infinity && covers(holder, address))
      .reverse();
    yield* found.filter((holder) => !isAny(holder.localAddress));
    const any = found.filter((holder) => isAny(holder.localAddress));
    // An IPv4 socket is nearer to an IPv4 address than one for both.
    yield* any.filter((holder) => isV4(holder.localAddress) === isV4(address));
    yield* any.filter((holder) => isV4(holder.localAddress) !== isV4(address));
  }
  /** Every socket with its port, for /proc/net. */
  *sockets(): Generator<B> {
    for (const holders of this.#bound.values())
      for (const holder of holders) if (holder.expires === Infinity) yield holder as B;
  }
}
