# shellcheck shell=bash disable=SC2034,SC2154
# Vagrant with libvirt as Debian 13 has them, in a root that has the project, its cache and Node from the machine.
base=("${PACKAGES[@]}")
kind_folder=$ground/vagrant
# shellcheck source=/dev/null
. "$kind_folder/kind.sh"
PACKAGES=("${base[@]}")
SERVICES=()
PARTS+=(vagrant-root)
root_part=vagrant-root
