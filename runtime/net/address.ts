// Internet addresses: how a sockaddr_in or sockaddr_in6 becomes an address and back, and what the loopback
// interface, the only one of a machine, makes of an address. ip(7), ipv6(7).

import { EAFNOSUPPORT, EINVAL } from '../abi/errno.ts';
import { SIN6_LEN_RFC2133, sockaddrIn, sockaddrIn6 } from '../abi/inet.ts';
import { AF } from '../abi/socket.ts';

/** A byte string: 4 code units for IPv4, 16 for IPv6. IPv4-mapped IPv6 addresses are kept as IPv4. */
export type IpAddress = string;

export interface Endpoint {
  readonly address: IpAddress;
  readonly port: number;
}

export const ANY4: IpAddress = '\0\0\0\0';
export const LOOPBACK4: IpAddress = '\x7f\0\0\x01';
export const ANY6: IpAddress = '\0'.repeat(16);
export const LOOPBACK6: IpAddress = `${'\0'.repeat(15)}\x01`;
const BROADCAST4: IpAddress = '\xff\xff\xff\xff';
const MAPPED = `${'\0'.repeat(10)}\xff\xff`;

export function isV4(address: IpAddress): boolean {
  return address.length === 4;
}
export function isAny(address: IpAddress): boolean {
  return address === ANY4 || address === ANY6;
}
/** One of the machine's own addresses. */
export function isLocal(address: IpAddress): boolean {
  return address === LOOPBACK6 || (isV4(address) && address.charCodeAt(0) === 127);
}
export function isMulticast(address: IpAddress): boolean {
  const first = address.charCodeAt(0);
  return isV4(address) ? (first & 0xf0) === 0xe0 : first === 0xff;
}
export function isBroadcast(address: IpAddress): boolean {
  return address === BROADCAST4 || address === '\x7f\xff\xff\xff';
}
export function isLinkLocal(address: IpAddress): boolean {
  return !isV4(address) && address.charCodeAt(0) === 0xfe && (address.charCodeAt(1) & 0xc0) === 0x80;
}

/** The source address that reaches a local `destination`. */
export function sourceFor(destination: IpAddress): IpAddress {
  return isV4(destination) ? LOOPBACK4 : LOOPBACK6;
}

const toText = (bytes: Uint8Array): IpAddress => String.fromCharCode(...bytes);
const toBytes = (address: IpAddress): Uint8Array => Uint8Array.from(address, (c) => c.charCodeAt(0));

/** The bytes of an address as a socket of `family` sees it. */
export function addressBytes(address: IpAddress, family: number): Uint8Array {
  if (family === AF.AF_INET || !isV4(address)) return toBytes(address);
  return toBytes(address === ANY4 ? ANY6 : MAPPED + address);
}

/** sa_family; EINVAL when not even that is there. */
export function familyOf(address: Uint8Array): number {
  if (address.length < 2) throw EINVAL;
  return address[0]! | (address[1]! << 8);
}

function portOf(bytes: Uint8Array): number {
  return (bytes[0]! << 8) | bytes[1]!;
}

/**
 * An address given to a socket of `family`. Throws EINVAL when it is too short, and what `foreign` is for one
 * of another family.
 */
export function parseEndpoint(address: Uint8Array, family: number, foreign = EAFNOSUPPORT): Endpoint {
  const six = family === AF.AF_INET6;
  if (address.length < (six ? SIN6_LEN_RFC2133 : sockaddrIn.size)) throw EINVAL;
  if (familyOf(address) !== family) throw foreign;
  if (!six) {
    const { sin_port, sin_addr } = sockaddrIn.unpack(address);
    return { address: toText(sin_addr), port: portOf(sin_port) };
  }
  const whole = new Uint8Array(sockaddrIn6.size);
  whole.set(address.subarray(0, whole.length));
  const { sin6_port, sin6_addr } = sockaddrIn6.unpack(whole);
  const text = toText(sin6_addr);
  return { address: text.startsWith(MAPPED) ? text.slice(12) : text, port: portOf(sin6_port) };
}

/** sin6_scope_id, when the address has one. */
export function scopeOf(address: Uint8Array): number {
  return address.length < sockaddrIn6.size ? 0 : sockaddrIn6.unpack(address).sin6_scope_id;
}

/** The sockaddr of an endpoint for a socket of `family`. */
export function packEndpoint({ address, port }: Endpoint, family: number): Uint8Array {
  const order = Uint8Array.of(port >> 8, port & 0xff);
  const own = addressBytes(address, family);
  return family === AF.AF_INET
    ? sockaddrIn.pack({ sin_family: family, sin_port: order, sin_addr: own })
    : sockaddrIn6.pack({ sin6_family: family, sin6_port: order, sin6_addr: own });
}
