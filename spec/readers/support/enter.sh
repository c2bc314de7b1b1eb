#!/usr/bin/env bash
# enter.sh ROOT [OUTSIDE INSIDE]… -- PROGRAM [ARGUMENT]…
# Runs a program in a root that stays as it is: read-only, with empty folders where programs write,
# and with folders of the outside. Wants mount and process namespaces of its own.
set -euo pipefail

root=$1
shift
mount --bind "$root" "$root"
mount -o remount,bind,ro "$root"
mount -t proc proc "$root/proc"
for empty in /tmp /run /opt; do mount -t tmpfs tmpfs "$root$empty"; done
while [[ $1 != -- ]]; do
  mount --bind "$1" "$root$2"
  shift 2
done
shift
exec chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 HOME=/root \
  SYSTEMD_COLORS=0 SYSTEMD_URLIFY=0 "$@"
