// Who may do what with a file: permission bits, owner, groups, and the exceptions that capabilities make.
// credentials(7), capabilities(7).

import { CAP } from '../abi/capability.ts';
import { EACCES, EPERM, EROFS } from '../abi/errno.ts';
import { type Credentials, capable } from './caller.ts';
import { type Inode, S_IFBLK, S_IFCHR, S_IFIFO, S_IFSOCK, S_ISGID, S_ISUID, S_ISVTX } from './inode.ts';
import type { Location } from './mount.ts';

export const MAY_READ = 4;
export const MAY_WRITE = 2;
export const MAY_EXEC = 1;

export function inGroup(who: Credentials, gid: number): boolean {
  return who.fsgid === gid || who.groups.includes(gid);
}

/** Linux: generic_permission(). `wanted` is a set of MAY_*. */
export function allows(inode: Inode, wanted: number, who: Credentials): boolean {
  if (wanted === 0) return true;
  const { mode } = inode;
  if (capable(who, CAP.CAP_DAC_OVERRIDE) && !inode.bindsEverybody) {
    // Who has it reads and writes all, and executes what anybody may execute; directories are always searchable.
    return (wanted & MAY_EXEC) === 0 || inode.isDirectory || (mode & 0o111) !== 0;
  }
  // Most files let everybody do what is asked; then nobody's identity matters but the owner's and group's.
  const everybody = (mode >> 6) & (mode >> 3) & mode & 7;
  if ((wanted & ~everybody) === 0) return true;
  const { uid, gid } = inode.attributes();
  const bits = who.fsuid === uid ? mode >> 6 : inGroup(who, gid) ? mode >> 3 : mode;
  if ((wanted & ~bits & 7) === 0) return true;
  const onlyLooks = wanted === MAY_READ || (inode.isDirectory && (wanted & MAY_WRITE) === 0);
  return onlyLooks && capable(who, CAP.CAP_DAC_READ_SEARCH);
}

/** Throws EACCES; EROFS for writing to a file of a read-only mount; EPERM for writing to what is immutable. */
export function checkAccess(place: Location, wanted: number, who: Credentials): void {
  const { inode } = place;
  if ((wanted & MAY_WRITE) !== 0 && place.mount.flags.readonly && !isSpecial(inode)) throw EROFS;
  checkAllowed(inode, wanted, who);
}

function checkAllowed(inode: Inode, wanted: number, who: Credentials): void {
  if ((wanted & MAY_WRITE) !== 0 && inode.immutable) throw EPERM;
  if (!allows(inode, wanted, who)) throw EACCES;
}

/** Devices, FIFOs and sockets can be written on a read-only mount: the file system does not change. */
function isSpecial(inode: Inode): boolean {
  const { type } = inode;
  return type === S_IFCHR || type === S_IFBLK || type === S_IFIFO || type === S_IFSOCK;
}

export function checkWritableMount(place: Location): void {
  if (place.mount.flags.readonly) throw EROFS;
}

/** May names be added to a directory? */
export function checkAdd(directory: Location, who: Credentials): void {
  checkWritableMount(directory);
  checkAllowed(directory.inode, MAY_WRITE | MAY_EXEC, who);
}

/** May this name be removed or renamed? In a sticky directory only by the owner of either. */
export function checkRemove(directory: Location, victim: Inode, who: Credentials): void {
  checkAdd(directory, who);
  if (victim.immutable) throw EPERM;
  if ((directory.inode.mode & S_ISVTX) === 0 || capable(who, CAP.CAP_FOWNER)) return;
  if (victim.attributes().uid === who.fsuid || directory.inode.attributes().uid === who.fsuid) return;
  throw EPERM;
}

/** For chmod, utimes with explicit times and the like: EPERM unless owner or root. */
export function checkOwner(place: Location, who: Credentials): void {
  checkWritableMount(place);
  if (!capable(who, CAP.CAP_FOWNER) && place.inode.attributes().uid !== who.fsuid) throw EPERM;
}

/** A file that somebody without root's rights changes loses its set-id bits. Linux: file_remove_privs(). */
export function dropPowers(inode: Inode, who: Credentials): void {
  const { mode } = inode;
  if ((mode & (S_ISUID | S_ISGID)) === 0 || capable(who, CAP.CAP_FSETID)) return;
  const powers = S_ISUID | ((mode & 0o010) === 0 ? 0 : S_ISGID);
  if ((mode & powers) !== 0) inode.setAttributes({ mode: mode & 0o7777 & ~powers });
}
