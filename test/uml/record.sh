#!/bin/sh
# Records boot.stdout and boot.stderr: the same kernel, natively, with the root folder of the packages as its
# host's root. Needs root, a kernel that runs i386 programs, and the cache that `skasm uml` fills. In
# namespaces of its own, so that the machine's mounts stay as they are.
set -e
here=$(cd "$(dirname "$0")" && pwd)
cache=${SKASM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/skasm}
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
cp -a "$cache/roots/user-mode-linux/." "$root"
mkdir -p "$root/proc" "$root/dev" "$root/root" "$root/tmp" "$root/guest"
cp -a "$cache/roots/busybox/." "$root/guest"
cat > "$root/guest/probe-init" <<'INIT'
#!/bin/busybox sh
/bin/busybox mount -t proc proc /proc
echo first line of init
/bin/busybox grep -v bogomips /proc/cpuinfo
/bin/busybox halt -f
INIT
chmod +x "$root/guest/probe-init"
export root
unshare -m sh -c '
	mount -t proc proc "$root/proc"
	mount --rbind /dev "$root/dev"
	exec env -i HOME=/root PATH=/usr/bin:/bin TERM=linux setsid -w setarch i386 -R /usr/sbin/chroot "$root" \
		/usr/bin/linux.uml mem=128M umid=probe rootfstype=hostfs rootflags=/guest rw \
		con0=null,fd:1 con=null init=/probe-init
' < /dev/null > "$here/boot.stdout.raw" 2> "$here/boot.stderr"
tr -d '\r' < "$here/boot.stdout.raw" > "$here/boot.stdout"
rm "$here/boot.stdout.raw"
