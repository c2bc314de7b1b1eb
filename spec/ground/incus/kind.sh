# shellcheck shell=bash disable=SC2034,SC2154
# Incus 6, in a Debian 13 that has the project, its cache and Node from the machine.
server=incus
# shellcheck source=/dev/null
. "$ground/containers/kind.sh"
PARTS+=(incus-root)
root_part=incus-root
