// The sockets of a machine: its families, and what /proc/net says of them.

import { AF } from './abi/socket.ts';
import { SocketFs } from './fs/anonymous.ts';
import type { ProcEntries } from './fs/proc-node.ts';
import { SocketFamilies, type SocketMachine } from './fs/socket.ts';
import { UnixNames } from './fs/unix-names.ts';
import { UnixFamily, type UnixSocket, unixTable } from './fs/unix-socket.ts';
import type { Kernel } from './kernel/kernel.ts';
import { interfaceIoctl } from './net/loopback.ts';
import { NetlinkFamily } from './net/netlink-socket.ts';
import { InetFamily, Network } from './net/network.ts';
import { networkEntries } from './net/proc-net.ts';

export interface MachineSockets {
  readonly families: SocketFamilies;
  /** /proc/PID/net. */
  readonly entries: ProcEntries;
}

/** `device`: the number of the file system that sockets' inodes lie in. */
export function machineSockets(kernel: Kernel, device: number): MachineSockets {
  const sockets: SocketMachine = {
    inodes: new SocketFs(device, () => kernel.realtime()),
    now: () => kernel.now(),
    current: () => kernel.running!,
    interfaceIoctl,
  };
  const network = new Network(sockets);
  const names = new UnixNames<UnixSocket>();
  const families = new SocketFamilies()
    .register(AF.AF_UNIX, new UnixFamily(sockets, names))
    .register(AF.AF_INET, new InetFamily(network, AF.AF_INET))
    .register(AF.AF_INET6, new InetFamily(network, AF.AF_INET6))
    .register(AF.AF_NETLINK, new NetlinkFamily(sockets));
  return {
    families,
    entries: { ...networkEntries(network), unix: { kind: 'text', read: () => unixTable(names) } },
  };
}
