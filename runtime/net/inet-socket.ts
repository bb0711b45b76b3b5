// InetSocket: what TCP and UDP sockets have in common: names, ports, the options of IP and IPv6, and the
// interface's ioctls. Linux: struct inet_sock, net/ipv4/af_inet.c. ip(7), ipv6(7).

import {
  EACCES,
  EADDRINUSE,
  EADDRNOTAVAIL,
  EAFNOSUPPORT,
  EINVAL,
  ENETUNREACH,
  ENODEV,
  ENOPROTOOPT,
  ENOTCONN,
  EOPNOTSUPP,
} from '../abi/errno.ts';
import { IP, IPPROTO, IPV6, sockaddrIn } from '../abi/inet.ts';
import { AF, SO } from '../abi/socket.ts';
import { NO_CREDENTIALS, type PeerCredentials, Socket, type SocketCall } from '../fs/socket.ts';
import type { Caller } from '../vfs/caller.ts';
import {
  ANY4,
  ANY6,
  type Endpoint,
  familyOf,
  type IpAddress,
  isAny,
  isBroadcast,
  isLinkLocal,
  isLocal,
  isMulticast,
  isV4,
  LOOPBACK4,
  LOOPBACK6,
  packEndpoint,
  parseEndpoint,
  scopeOf,
} from './address.ts';
import { LOOPBACK_MTU } from './loopback.ts';
import type { Network } from './network.ts';
import { KeptOptions } from './options.ts';
import type { Binding, Ports } from './ports.ts';

/** net.ipv4.ip_unprivileged_port_start. */
const UNPRIVILEGED_PORTS = 1024;
/** The largest IPv4 packet: the interface would carry more. */
const IP_MAX_MTU = 0xffff;

export abstract class InetSocket extends Socket implements Binding {
  readonly family: number;
  readonly network: Network;
  readonly uid: number;
  readonly options = new KeptOptions();
  /** Where it is bound; port 0: nowhere. Linux: inet_rcv_saddr, inet_num. */
  local: Endpoint;
  /** It holds its port. */
  claimed = false;
  /** Whom it is connected with. Linux: inet_daddr, inet_dport. */
  remote: Endpoint | null = null;
  readonly expires = Infinity;

  constructor(network: Network, owner: Caller, family: number, flags: number) {
    super(network.sockets, owner, flags);
    this.network = network;
    this.family = family;
    this.uid = owner.credentials.fsuid;
    this.local = { address: this.any, port: 0 };
  }

  protected abstract readonly ports: Ports<InetSocket>;
  /** TCP_STATE, for /proc/net. */
  abstract readonly tcpState: number;

  get any(): IpAddress {
    return this.family === AF.AF_INET ? ANY4 : ANY6;
  }
  get localAddress(): IpAddress {
    return this.local.address;
  }
  get v6only(): boolean {
    return this.options.get(IPPROTO.IPPROTO_IPV6, IPV6.IPV6_V6ONLY) !== 0;
  }
  get reuseAddress(): boolean {
    return this.keptOption(SO.SO_REUSEADDR) !== 0;
  }
  get reusePort(): boolean {
    return this.keptOption(SO.SO_REUSEPORT) !== 0;
  }

  // ---- names ----

  bind(address: Uint8Array, { caller }: SocketCall): void {
    const wanted = this.#bindAddress(address);
    if (wanted.port > 0 && wanted.port < UNPRIVILEGED_PORTS && caller.credentials.euid !== 0) throw EACCES;
    if (this.claimed || this.busy) throw EINVAL;
    this.claim(wanted.address, wanted.port, EADDRINUSE);
  }
  /** True when the socket is connected or listens, so that it cannot be bound. */
  protected get busy(): boolean {
    return this.remote !== null;
  }
  #bindAddress(address: Uint8Array): Endpoint {
    // AF_UNSPEC with an unspecified address is an old way to say AF_INET.
    if (
      this.family === AF.AF_INET &&
      address.length >= sockaddrIn.size &&
      familyOf(address) === AF.AF_UNSPEC
    ) {
      if (address.subarray(4, 8).some((byte) => byte !== 0)) throw EAFNOSUPPORT;
      return { address: ANY4, port: (address[2]! << 8) | address[3]! };
    }
    const wanted = parseEndpoint(address, this.family);
    if (this.family === AF.AF_INET6) {
      if (isV4(wanted.address) && this.v6only) throw EINVAL;
      if (isLinkLocal(wanted.address) && scopeOf(address) === 0) throw EINVAL;
    }
    if (!isAny(wanted.address) && !isLocal(wanted.address) && !isMulticast(wanted.address))
      throw EADDRNOTAVAIL;
    return wanted;
  }
  /** Binds to `port`, or to any when it is 0. `exhausted` is thrown when none is free. */
  protected claim(address: IpAddress, port: number, exhausted = EADDRNOTAVAIL): void {
    const old = this.local;
    this.local = { address, port };
    try {
      if (port === 0) this.local = { address, port: this.ports.ephemeral(exhausted) };
      else this.ports.check(this, port);
    } catch (thrown) {
      this.local = old;
      throw thrown;
    }
    this.share(this.local);
  }
  /** Takes an endpoint without asking who has it. */
  protected share(local: Endpoint): void {
    this.local = local;
    this.claimed = true;
    this.ports.add(this, local.port);
  }
  /** Gives the port back; the name stays. */
  protected unclaim(): void {
    if (this.claimed) this.ports.release(this, this.local.port);
    this.claimed = false;
  }

  name(): Uint8Array {
    return packEndpoint(this.local, this.family);
  }
  peerName(): Uint8Array {
    if (this.remote === null) throw ENOTCONN;
    return packEndpoint(this.remote, this.family);
  }
  peerCredentials(): PeerCredentials {
    return NO_CREDENTIALS;
  }

  /** Where a connection or message to `target` goes: an unspecified address is this machine. Throws ENETUNREACH. */
  protected route(target: Endpoint): Endpoint {
    let { address } = target;
    if (isAny(address)) address = isV4(address) ? LOOPBACK4 : LOOPBACK6;
    if (isV4(address) && this.family === AF.AF_INET6 && this.v6only) throw ENETUNREACH;
    if (!isLocal(address) || isBroadcast(address)) throw ENETUNREACH;
    // An address of the other kind has no way to this one.
    if (!isAny(this.local.address) && isV4(this.local.address) !== isV4(address)) {
      throw isV4(address) ? ENETUNREACH : EINVAL;
    }
    return { address, port: target.port };
  }

  // ---- options ----

  override protocolOption(level: number, name: number, room: number): Uint8Array {
    if (!this.#hasLevel(level)) throw EOPNOTSUPP;
    if (level === IPPROTO.IPPROTO_IP && name === IP.IP_MTU) return this.#mtu();
    if (level === IPPROTO.IPPROTO_IP && name === IP.IP_MULTICAST_IF) return new Uint8Array(4);
    if (level === IPPROTO.IPPROTO_IPV6 && name === IPV6.IPV6_MTU) return this.#mtu();
    const value = this.options.get(level, name);
    // IP's numbers that fit are told in a byte to those who have room for no more.
    if (level === IPPROTO.IPPROTO_IP && room > 0 && room < 4 && value >= 0 && value <= 255)
      return Uint8Array.of(value);
    return new Uint8Array(Int32Array.of(value).buffer);
  }
  #mtu(): Uint8Array {
    if (this.remote === null) throw ENOTCONN;
    const mtu = isV4(this.remote.address) ? IP_MAX_MTU : LOOPBACK_MTU;
    return new Uint8Array(Int32Array.of(mtu).buffer);
  }
  #hasLevel(level: number): boolean {
    if (level === IPPROTO.IPPROTO_IPV6) return this.family === AF.AF_INET6;
    return level === IPPROTO.IPPROTO_IP || level === this.protocol;
  }

  override setProtocolOption(level: number, name: number, bytes: Uint8Array, _caller: Caller): void {
    if (!this.#hasLevel(level)) throw ENOPROTOOPT;
    if (level === IPPROTO.IPPROTO_IPV6 && name === IPV6.IPV6_V6ONLY && this.claimed) throw EINVAL;
    if (this.#membership(level, name, bytes)) return;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    if (bytes.length < 4 && (level !== IPPROTO.IPPROTO_IP || bytes.length === 0)) throw EINVAL;
    this.options.set(level, name, bytes.length < 4 ? bytes[0]! : view.getInt32(0, true));
  }
  /** Multicast groups: the loopback interface has none, nothing else is there to have one. */
  #membership(level: number, name: number, bytes: Uint8Array): boolean {
    if (level === IPPROTO.IPPROTO_IP) {
      if (name === IP.IP_MULTICAST_IF) {
        if (bytes.length < 4) throw EINVAL;
        const address = bytes.subarray(bytes.length >= 8 ? 4 : 0).subarray(0, 4);
        if (address.some((byte) => byte !== 0) && address[0] !== 127) throw EADDRNOTAVAIL;
        return true;
      }
      if (name !== IP.IP_ADD_MEMBERSHIP && name !== IP.IP_DROP_MEMBERSHIP) return false;
      if (bytes.length < 8) throw EINVAL;
      if (name === IP.IP_DROP_MEMBERSHIP) throw EADDRNOTAVAIL;
      throw ENODEV;
    }
    if (level !== IPPROTO.IPPROTO_IPV6) return false;
    if (name !== IPV6.IPV6_ADD_MEMBERSHIP && name !== IPV6.IPV6_DROP_MEMBERSHIP) return false;
    if (bytes.length < 20) throw EINVAL;
    if (name === IPV6.IPV6_DROP_MEMBERSHIP) throw EADDRNOTAVAIL;
    throw ENODEV;
  }
}
