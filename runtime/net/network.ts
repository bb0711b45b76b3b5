// Network: the internet side of one machine (Linux: struct net): its ports and its sockets, and the families
// AF_INET and AF_INET6. Its one interface is the loopback.

import { EINVAL, EOPNOTSUPP, EPERM, EPROTONOSUPPORT, ESOCKTNOSUPPORT } from '../abi/errno.ts';
import { IPPROTO, IPPROTO_MAX } from '../abi/inet.ts';
import { SOCK_DGRAM, SOCK_RAW, SOCK_STREAM } from '../abi/socket.ts';
import type { Socket, SocketFamily, SocketMachine } from '../fs/socket.ts';
import type { Caller } from '../vfs/caller.ts';
import type { InetSocket } from './inet-socket.ts';
import { Ports } from './ports.ts';
import { TcpSocket } from './tcp-socket.ts';
import { UdpSocket } from './udp-socket.ts';

export class Network {
  readonly sockets: SocketMachine;
  readonly tcp: Ports<InetSocket>;
  readonly udp: Ports<InetSocket>;
  readonly udplite: Ports<InetSocket>;

  constructor(sockets: SocketMachine) {
    this.sockets = sockets;
    this.tcp = new Ports(sockets.now);
    this.udp = new Ports(sockets.now);
    this.udplite = new Ports(sockets.now);
  }
}

export class InetFamily implements SocketFamily {
  readonly #network: Network;
  readonly #family: number;

  constructor(network: Network, family: number) {
    this.#network = network;
    this.#family = family;
  }

  create(caller: Caller, type: number, protocol: number, flags: number): Socket {
    if (protocol < 0 || protocol >= IPPROTO_MAX) throw EINVAL;
    switch (type) {
      case SOCK_STREAM:
        if (protocol !== 0 && protocol !== IPPROTO.IPPROTO_TCP) throw EPROTONOSUPPORT;
        return new TcpSocket(this.#network, caller, this.#family, flags);
      case SOCK_DGRAM:
        return new UdpSocket(this.#network, caller, this.#family, datagramProtocol(protocol), flags);
      case SOCK_RAW:
        if (protocol === 0) throw EPROTONOSUPPORT;
        throw EPERM;
      default:
        throw ESOCKTNOSUPPORT;
    }
  }
  pair(): [Socket, Socket] {
    throw EOPNOTSUPP;
  }
}

function datagramProtocol(asked: number): number {
  if (asked === IPPROTO.IPPROTO_UDPLITE) return asked;
  if (asked !== 0 && asked !== IPPROTO.IPPROTO_UDP) throw EPROTONOSUPPORT;
  return IPPROTO.IPPROTO_UDP;
}
