// The loopback interface as ioctl(2) shows it: name, index, flags, address. netdevice(7).

import { EADDRNOTAVAIL, EINVAL, ENODEV } from '../abi/errno.ts';
import {
  ARPHRD_LOOPBACK,
  IFF_LOOPBACK,
  IFF_RUNNING,
  IFF_UP,
  IFNAMSIZ,
  IFREQ_SIZE,
  ifconf,
  SIOC,
  sockaddrIn,
} from '../abi/inet.ts';
import { AF } from '../abi/socket.ts';
import type { Caller } from '../vfs/caller.ts';

export const LOOPBACK_NAME = 'lo';
export const LOOPBACK_INDEX = 1;
export const LOOPBACK_FLAGS = IFF_UP | IFF_LOOPBACK | IFF_RUNNING;
export const LOOPBACK_MTU = 65536;
export const LOOPBACK_QUEUE = 1000;

const ADDRESS = [127, 0, 0, 1];
const MASK = [255, 0, 0, 0];

const inet = (address: readonly number[]): Uint8Array =>
  sockaddrIn.pack({ sin_family: AF.AF_INET, sin_addr: Uint8Array.from(address) });
const word = (value: number): Uint8Array => new Uint8Array(Int32Array.of(value).buffer);

/** What stands behind the name in the answer to each request. */
const ANSWERS: Readonly<Record<number, () => Uint8Array>> = {
  [SIOC.SIOCGIFFLAGS]: () => word(LOOPBACK_FLAGS),
  [SIOC.SIOCGIFADDR]: () => inet(ADDRESS),
  [SIOC.SIOCGIFDSTADDR]: () => inet(ADDRESS),
  [SIOC.SIOCGIFBRDADDR]: () => inet([0, 0, 0, 0]),
  [SIOC.SIOCGIFNETMASK]: () => inet(MASK),
  [SIOC.SIOCGIFMETRIC]: () => word(0),
  [SIOC.SIOCGIFMTU]: () => word(LOOPBACK_MTU),
  [SIOC.SIOCGIFHWADDR]: () =>
    Uint8Array.of(ARPHRD_LOOPBACK & 0xff, ARPHRD_LOOPBACK >> 8, ...Array(14).fill(0)),
  [SIOC.SIOCGIFINDEX]: () => word(LOOPBACK_INDEX),
  [SIOC.SIOCGIFTXQLEN]: () => word(LOOPBACK_QUEUE),
};

const nameBytes = (): Uint8Array => {
  const name = new Uint8Array(IFNAMSIZ);
  name.set(Uint8Array.from(LOOPBACK_NAME, (c) => c.charCodeAt(0)));
  return name;
};

/** The answer to a request of netdevice(7), or null for one of another kind. Throws ENODEV for other names. */
export function interfaceIoctl(caller: Caller, request: number, argument: number): number | null {
  const { memory } = caller;
  switch (request) {
    case SIOC.SIOCGIFCONF:
      return listInterfaces(caller, argument);
    case SIOC.SIOCGIFNAME:
      if (memory.readU32(argument + IFNAMSIZ) !== LOOPBACK_INDEX) throw ENODEV;
      memory.copyOut(argument, nameBytes());
      return 0;
    default: {
      const answer = ANSWERS[request];
      if (answer === undefined) return null;
      const name = String.fromCharCode(...memory.copyIn(argument, IFNAMSIZ)).split('\0')[0]!;
      // `lo:1` is an alias, and lo has none.
      if (name.startsWith(`${LOOPBACK_NAME}:`)) throw EADDRNOTAVAIL;
      if (name !== LOOPBACK_NAME) throw ENODEV;
      memory.copyOut(argument + IFNAMSIZ, answer());
      return 0;
    }
  }
}

function listInterfaces({ memory }: Caller, argument: number): number {
  const { ifc_len, ifc_buf } = ifconf.unpack(memory.copyIn(argument, ifconf.size));
  if (ifc_buf !== 0) {
    if (ifc_len < 0) throw EINVAL;
    if (ifc_len < IFREQ_SIZE) {
      memory.writeU32(argument, 0);
      return 0;
    }
    memory.copyOut(ifc_buf, nameBytes());
    memory.copyOut(ifc_buf + IFNAMSIZ, inet(ADDRESS));
  }
  memory.writeU32(argument, IFREQ_SIZE);
  return 0;
}
