// /proc/net: the tables of the internet families, proc(5). Columns and widths are the kernel's, as netstat(8),
// ss(8) and libraries parse them.

import { AF } from '../abi/socket.ts';
import type { ProcEntries, ProcEntry } from '../fs/proc-node.ts';
import { ANY4, ANY6, addressBytes, type Endpoint } from './address.ts';
import type { InetSocket } from './inet-socket.ts';
import { LOOPBACK_INDEX, LOOPBACK_NAME } from './loopback.ts';
import type { Network } from './network.ts';
import type { Ports } from './ports.ts';

/** Lines of TCP and UDP over IPv4, and of routes, are filled up to these widths. */
const TCP_WIDTH = 149;
const UDP_WIDTH = 127;
const ROUTE_WIDTH = 127;

const hex = (value: number, digits: number): string => value.toString(16).toUpperCase().padStart(digits, '0');

/** Address and port as words of the machine that the kernel prints in hexadecimal. */
function endpoint({ address, port }: Endpoint, family: number): string {
  const bytes = addressBytes(address, family);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  let text = '';
  for (let at = 0; at < bytes.length; at += 4) text += hex(view.getUint32(at, true), 8);
  return `${text}:${hex(port, 4)}`;
}

const NAMES: Readonly<Record<number, string>> = {
  [AF.AF_INET]: 'local_address rem_address   ',
  [AF.AF_INET6]: 'local_address                         remote_address                        ',
};

/** The sockets of one protocol and family. */
function table(ports: Ports<InetSocket>, family: number, udp: boolean): ProcEntry {
  const width = family === AF.AF_INET6 ? 0 : udp ? UDP_WIDTH : TCP_WIDTH;
  const line = (text: string): string => `${text.padEnd(width)}\n`;
  const tail = udp ? ' ref pointer drops' : '';
  const header = `${udp && width > 0 ? '   sl  ' : '  sl  '}${NAMES[family]!}st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode${tail}`;
  const row = (socket: InetSocket, index: number): string => {
    const any = { address: family === AF.AF_INET ? ANY4 : ANY6, port: 0 };
    const queues = `${hex(socket.unreadBytes(), 8)}:${hex(socket.listening ? 0 : socket.readableBytes(), 8)}`;
    const own = udp ? '2 00000000 0' : '1 00000000 100 0 0 10 0';
    return (
      `${String(index).padStart(udp ? 5 : 4)}: ${endpoint(socket.local, family)} ` +
      `${endpoint(socket.remote ?? any, family)} ${hex(socket.tcpState, 2)} ${queues} 00:00000000 00000000 ` +
      `${String(socket.uid).padStart(5)}        0 ${socket.number} ${own}`
    );
  };
  return {
    kind: 'text',
    read: () => {
      const own = [...ports.sockets()].filter((socket) => socket.family === family);
      return [header, ...own.map(row)].map(line).join('');
    },
  };
}

const text = (read: string): ProcEntry => ({ kind: 'text', read: () => read });

export function networkEntries(network: Network): ProcEntries {
  const zeros = '       0       0    0    0    0     0          0         0';
  const sent = '        0       0    0    0    0     0       0          0';
  return {
    dev: text(
      'Inter-|   Receive                                                |  Transmit\n' +
        ' face |bytes    packets errs drop fifo frame compressed multicast|' +
        'bytes    packets errs drop fifo colls carrier compressed\n' +
        `${LOOPBACK_NAME.padStart(6)}:${zeros}${sent}\n`,
    ),
    if_inet6: text(
      `${'1'.padStart(32, '0')} ${hex(LOOPBACK_INDEX, 2)} 80 10 80 ${LOOPBACK_NAME.padStart(8)}\n`,
    ),
    route: text(
      `${'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT'.padEnd(ROUTE_WIDTH)}\n`,
    ),
    tcp: table(network.tcp, AF.AF_INET, false),
    tcp6: table(network.tcp, AF.AF_INET6, false),
    udp: table(network.udp, AF.AF_INET, true),
    udp6: table(network.udp, AF.AF_INET6, true),
    udplite: table(network.udplite, AF.AF_INET, true),
    udplite6: table(network.udplite, AF.AF_INET6, true),
  };
}
