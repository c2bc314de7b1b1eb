# shellcheck shell=bash disable=SC2034,SC2154
# Sets everything about a kind of ground. Before sourcing it, set $kind, and $ground to this folder.
#
#   PACKAGES    Debian's packages, each with a program that stands for it on systems without dpkg
#   SERVICES    their units, which must not start at the machine's next boot
#   PARTS       what is made and cached; inside, part[NAME] is its folder
#   NEEDS       what the kernel must have besides namespaces: functions of `able`
#   root_part   the part whose folder root/ is the root for the command; the machine's own where there is none
#   program, daemon, answers   the daemon's name, its command, whether it answers
#   member      sets the daemon of a member, in a cluster
#   own_place   replaces folders of the machine by the ground's own, before anything runs
#   fill        starts the daemon and fills it
#   empty       releases what the kernel would keep
#
# Runs on macOS's bash 3.2 as well, as far as defining that.
place=/run/redis-lab-ground
case $kind in
lxd | incus | lxd-cluster | incus-cluster | vagrant | newer-vagrant | arm | virtualbox) ;;
*)
  echo "ground: '$kind' is no kind of ground; there are lxd, incus, lxd-cluster, incus-cluster, vagrant, newer-vagrant, arm and virtualbox" >&2
  exit 2
  ;;
esac
PACKAGES=(
  apt-utils:apt-ftparchive
  debian-archive-keyring:mmdebstrap
  iproute2:ip
  kmod:modprobe
  mmdebstrap:mmdebstrap
  util-linux:unshare
  xz-utils:xz
)
SERVICES=()
root_part=''
empty() { :; }
kind_folder=$ground/$kind
# shellcheck source=/dev/null
. "$kind_folder/kind.sh"
