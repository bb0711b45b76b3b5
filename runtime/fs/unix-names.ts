// Names of AF_UNIX sockets, unix(7): paths lead through an inode to the socket bound there, abstract names
// (a NUL first) to the socket itself.

import { EADDRINUSE, ECONNREFUSED, EINVAL, ENOSPC } from '../abi/errno.ts';
import { AF, SOCKADDR_UN_SIZE, SUN_PATH } from '../abi/socket.ts';
import { type Inode, S_IFSOCK } from '../vfs/inode.ts';
import type { SocketPaths } from './socket.ts';

/** Names that autobind tries: five hexadecimal digits. */
const AUTOBIND_NAMES = 0x100000;

/** A name in its three forms. */
export type UnixName =
  | { readonly kind: 'unnamed' }
  | { readonly kind: 'path'; readonly path: string }
  /** `name` is what follows the leading NUL, one byte a code unit. */
  | { readonly kind: 'abstract'; readonly name: string };

const text = (bytes: Uint8Array): string => Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');

/** A sockaddr_un as a program gave it. Throws EINVAL. */
export function parseUnixAddress(address: Uint8Array): UnixName {
  if (address.length < SUN_PATH || address.length > SOCKADDR_UN_SIZE) throw EINVAL;
  if ((address[0]! | (address[1]! << 8)) !== AF.AF_UNIX) throw EINVAL;
  if (address.length === SUN_PATH) return { kind: 'unnamed' };
  const rest = address.subarray(SUN_PATH);
  if (rest[0] === 0) return { kind: 'abstract', name: text(rest.subarray(1)) };
  const end = rest.indexOf(0);
  return { kind: 'path', path: text(end === -1 ? rest : rest.subarray(0, end)) };
}

/** The sockaddr_un that getsockname(2) answers. */
export function unixAddress(name: UnixName): Uint8Array {
  const head = [AF.AF_UNIX, 0];
  const codes = (s: string): number[] => Array.from(s, (c) => c.charCodeAt(0));
  switch (name.kind) {
    case 'unnamed':
      return Uint8Array.from(head);
    case 'path':
      return Uint8Array.from([...head, ...codes(name.path), 0]);
    case 'abstract':
      return Uint8Array.from([...head, 0, ...codes(name.name)]);
  }
}

/** As /proc/net/unix shows it: an `@` for each NUL. */
export function shownName(name: Exclude<UnixName, { kind: 'unnamed' }>): string {
  return name.kind === 'path' ? name.path : `@${name.name.replaceAll('\0', '@')}`;
}

/** Who is bound where; one table a machine (a network namespace, for abstract names). */
export class UnixNames<T> {
  readonly #abstract = new Map<string, T>();
  /** By device and inode number, as file systems may make Inode objects anew. */
  readonly #inodes = new Map<string, T>();
  #lastAutobind = 0;
  /** Every socket that is not closed, in the order in which they were made: /proc/net/unix. */
  readonly all = new Set<T>();

  /** Binds; answers what undoes it when the socket is closed. */
  bind(socket: T, name: UnixName, paths: SocketPaths): () => void {
    switch (name.kind) {
      case 'abstract':
        if (this.#abstract.has(name.name)) throw EADDRINUSE;
        this.#abstract.set(name.name, socket);
        return () => this.#abstract.delete(name.name);
      case 'path': {
        const key = inodeKey(paths.make(name.path));
        this.#inodes.set(key, socket);
        return () => this.#inodes.delete(key);
      }
      case 'unnamed':
        throw EINVAL;
    }
  }
  /** A free abstract name, for a socket that asks for any. */
  autobindName(): UnixName {
    for (let tries = 0; tries < AUTOBIND_NAMES; tries++) {
      this.#lastAutobind = (this.#lastAutobind + 1) % AUTOBIND_NAMES;
      const name = this.#lastAutobind.toString(16).padStart(5, '0');
      if (!this.#abstract.has(name)) return { kind: 'abstract', name };
    }
    throw ENOSPC;
  }
  /** The socket that a name leads to. Throws ECONNREFUSED, or what the path walk meets. */
  find(name: UnixName, paths: SocketPaths): T {
    if (name.kind === 'unnamed') throw EINVAL;
    let found: T | undefined;
    if (name.kind === 'abstract') {
      found = this.#abstract.get(name.name);
    } else {
      const inode = paths.find(name.path);
      if (inode.type !== S_IFSOCK) throw ECONNREFUSED;
      found = this.#inodes.get(inodeKey(inode));
    }
    if (found === undefined) throw ECONNREFUSED;
    return found;
  }
}

function inodeKey(inode: Inode): string {
  const { device, inode: number } = inode.attributes();
  return `${device}:${number}`;
}
