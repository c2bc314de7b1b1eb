# shellcheck shell=bash disable=SC2034,SC2154
# Two LXD as one cluster.
# shellcheck source=/dev/null
. "$ground/lxd/kind.sh"
# shellcheck source=/dev/null
. "$containers/cluster.sh"
