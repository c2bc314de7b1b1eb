# shellcheck shell=bash disable=SC2034,SC2154
# Vagrant with libvirt as on a machine with a processor of ARM, whose machines are emulated like all others of these grounds.
site_of_arm=$kind_folder/site.Vagrantfile
kind_folder=$ground/vagrant
# shellcheck source=/dev/null
. "$kind_folder/kind.sh"
PACKAGES+=(
  arch-test:arch-test
  qemu-efi-aarch64:qemu-system-aarch64
  qemu-system-arm:qemu-system-aarch64
  qemu-user-static:qemu-aarch64-static
)
machine=machine-12-arm64 disk_device=sda console=ttyAMA0
PARTS=("$machine" arm-root sources)
site+=("$site_of_arm")

fill() {
  # For `enter`, which runs a command in it.
  export REDIS_LAB_ARM_ROOT=${part[arm-root]}/root
  box redis-lab/debian-12-arm64
  start_daemon
  make_pool
}
