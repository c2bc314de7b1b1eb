# shellcheck shell=bash disable=SC2034,SC2154
# Two servers that form a cluster, `one` in the ground's own network and `two` in another, with a cable between them. The command
# runs beside `one`.
# Students enter by it.
PACKAGES+=(openssh-client:ssh)
addresses_one=10.210.0.1 addresses_two=10.210.0.2

# member NAME: sets what the daemon of a member is. `one` is the daemon of a ground with one server.
member() {
  case $1 in
  one) ;;
  two)
    folder=$place/two
    case $server in
    incus) export INCUS_DIR=$folder ;;
    lxd) export LXD_DIR=$folder ;;
    esac
    # The sysfs of its own network has no cgroups until they are mounted.
    # shellcheck disable=SC2016
    daemon=(ip netns exec two sh -c 'mount -t cgroup2 none /sys/fs/cgroup && exec "$@"' - "${daemon[@]}")
    pid_file=$place/two.pid log=$place/two.log
    ;;
  *)
    echo "ground: '$1' is no member; there are one and two" >&2
    return 2
    ;;
  esac
}

# on_two COMMAND…: runs a client beside `two`.
on_two() (
  member two
  ip netns exec two "$@"
)

lay_cable() {
  ip netns add two
  ip link add to-two type veth peer name to-one netns two
  ip addr add "$addresses_one/24" dev to-two
  ip link set to-two up
  ip -n two link set lo up
  ip -n two addr add "$addresses_two/24" dev to-one
  ip -n two link set to-one up
}

# join TOKEN: the preseed of the member that joins.
join() {
  cat <<EOF
cluster:
  enabled: true
  server_name: two
  server_address: $addresses_two:8443
  cluster_token: $1
  member_config:
    - {entity: storage-pool, name: default, key: source, value: $place/pool-two}
EOF
}

preseed() {
  case $server in
  incus) on_two incus admin init --preseed ;;
  lxd) on_two lxd init --preseed ;;
  esac
}

fill() {
  local token
  make_pool two
  mkdir -m 0711 "$place/two"
  lay_cable
  fill_one
  "$client" config set core.https_address "$addresses_one:8443"
  "$client" cluster enable one >/dev/null
  bash "$ground/daemon" start two
  token=$("$client" cluster add two --quiet 2>/dev/null | tail -n 1)
  join "$token" | preseed
}

empty() { umount --lazy "$place/pool" "$place/pool-two" || true; }
