# shellcheck shell=bash disable=SC2034,SC2154
# Two Incus as one cluster.
# shellcheck source=/dev/null
. "$ground/incus/kind.sh"
# shellcheck source=/dev/null
. "$containers/cluster.sh"
