# shellcheck shell=bash disable=SC2034,SC2154
# What LXD and Incus have in common. Their own kind.sh sets $server and sources this.
containers=$ground/containers
PACKAGES+=(
  btrfs-progs:mkfs.btrfs
  dnsmasq-base:dnsmasq
  iptables:iptables
  nftables:nft
  squashfs-tools:mksquashfs
)
PARTS=(debian-12 debian-13 sources build-12)
NEEDS=(btrfs loop_device)

# Names that differ between the two.
case $server in
incus)
  export INCUS_DIR=$place/incus INCUS_CONF=$place/client
  folder=$INCUS_DIR program=incusd client=incus
  ;;
lxd)
  export LXD_DIR=$place/lxd LXD_CONF=$place/client
  folder=$LXD_DIR program=lxd client=lxc
  ;;
esac

# --- The daemon
daemon=("$program" --group root)
answers() { "$client" query /1.0 >/dev/null 2>&1; }

# --- Inside of the ground
# Containers are unprivileged: their root must be able to enter these folders.
own_place() {
  mkdir -m 0711 "$folder"
  mkdir -m 0700 "$place/client"
  own_ids
  hide_others
}

# The id ranges of the machine's own containers are not used.
own_ids() {
  local file
  echo root:1000000:1000000000 >"$place/ids"
  for file in /etc/subuid /etc/subgid; do
    [[ ! -e $file ]] || mount --bind "$place/ids" "$file"
  done
}

# Hides a server of the machine itself: its socket is a file, which a network namespace does not hide.
hide_others() {
  local path
  for path in /var/lib/incus /var/lib/lxd /var/snap/lxd; do
    [[ ! -d $path ]] || mount -t tmpfs -o mode=0700,size=4k tmpfs "$path"
  done
  if [[ $client == lxc ]] && path=$(command -v incus); then mount --bind /dev/null "$(realpath "$path")"; fi
}

# make_pool [MEMBER]
# The file's name tells later to whom the loop device belongs. Once in use, the file can be removed.
# shellcheck disable=SC2120 # another kind names a member
make_pool() {
  local file=$place/$id.pool${1:+-$1} pool=$place/pool${1:+-$1}
  truncate --size 10G "$file"
  mkfs.btrfs --quiet --data single --metadata single --nodiscard "$file" >/dev/null
  mkdir "$pool"
  mount -o loop,noatime,nobarrier "$file" "$pool"
  rm "$file"
}

# import_image NUMBER
import_image() {
  local metadata=$place/metadata-$1.tar rootfs=${part[debian-$1]}/rootfs.squashfs
  bash "$containers/metadata" "$1" "$server" "$rootfs" "$metadata"
  "$client" image import "$metadata" "$rootfs" --alias "debian-$1" --quiet
}

fill() { fill_one; }

fill_one() {
  # shellcheck disable=SC2119
  make_pool
  # With a configuration, the client asks nothing at its first start.
  printf 'default-remote: local\nremotes:\n  local:\n    addr: unix://\n    public: false\n' >"$place/client/config.yml"
  start_daemon
  "$client" storage create default btrfs "source=$place/pool" --quiet
  "$client" profile device add default root disk path=/ pool=default --quiet
  import_image 12 &
  import_image 13
  wait $!
}

empty() { umount --lazy "$place/pool" || true; }
