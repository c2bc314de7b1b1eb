# shellcheck shell=bash disable=SC2034,SC2154
# LXD, as Debian 12 has it.
server=lxd
# shellcheck source=/dev/null
. "$ground/containers/kind.sh"
PACKAGES+=(lxd:lxd lxd-client:lxc)
SERVICES=(lxd.service lxd.socket lxd-containers.service)
