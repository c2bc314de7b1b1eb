# shellcheck shell=bash disable=SC2034,SC2154
# VirtualBox in a Debian unstable that has the project, its cache and Node from the machine. Without its kernel module it makes,
# changes and shows machines, and starts none; without a daemon of ours, since its server starts and ends with its programs.
PACKAGES+=(
  fdisk:sfdisk
  mtools:mcopy
  qemu-utils:qemu-img
  syslinux-common:syslinux
  syslinux:syslinux
)
PARTS=(virtualbox-root box-12 sources build-12)
NEEDS=(tun memory)
root_part=virtualbox-root

# --- Inside of the ground
# What VirtualBox and Vagrant keep is in a home of this run alone.
own_place() {
  mkdir -p "$place/home"
  export HOME=$place/home VAGRANT_CHECKPOINT_DISABLE=1
}

fill() { :; }
