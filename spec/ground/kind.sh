# shellcheck shell=bash disable=SC2034,SC2154
# What there is to know of the kind of a ground, for whoever sources it: $kind says which, $ground where the grounds' folder is.
#
#   PACKAGES    Debian's packages, each with a program by which it is known where there is no dpkg
#   SERVICES    units of theirs that are not to start at the machine's next boot
#   PARTS       what is made of packages and kept; inside, part[NAME] is its folder
#   NEEDS       what the kernel must have besides namespaces: functions of `able`
#   root_part   the part whose folder root/ is the root for the command; the machine's own where there is none
#   program, daemon, answers   the daemon's name, its command, whether it answers
#   own_place   makes what is seen of the machine the ground's own, before anything runs
#   fill        starts the daemon and fills it
#   empty       lets go of what the kernel would keep
#
# Runs on macOS's bash 3.2 as well, as far as defining that.
place=/run/redis-lab-ground
case $kind in
lxd | incus | vagrant) ;;
*)
  echo "ground: '$kind' is no kind of ground; there are lxd, incus and vagrant" >&2
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
