# shellcheck shell=bash disable=SC2034
# What the two servers call things. It is sourced by what runs inside of a ground, which says in $place where that is,
# and in $server which one it has; without it, the environment says so.
: "${server:=$([[ -n ${INCUS_DIR:-} ]] && echo incus || echo lxd)}"
case $server in
incus)
  place=${place:-${INCUS_DIR%/*}}
  export INCUS_DIR=$place/incus INCUS_CONF=$place/client
  folder=$INCUS_DIR program=incusd client=incus
  ;;
lxd)
  place=${place:-${LXD_DIR%/*}}
  export LXD_DIR=$place/lxd LXD_CONF=$place/client
  folder=$LXD_DIR program=lxd client=lxc
  ;;
esac
