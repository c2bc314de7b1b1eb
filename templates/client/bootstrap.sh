#!/usr/bin/env bash
# What a client does at its first boot: a machine of the lab that runs none of its servers. cloud-init starts it, and only it.
# Every step looks before it changes something, so running it again is harmless:
#     sudo bash /opt/redis-lab/bootstrap.sh
set -euo pipefail
((EUID == 0)) || { echo "redis-lab: FAILED: bootstrap.sh; it runs as $(id -un), not as root; use: sudo bash $0" >&2; exit 1; }
# shellcheck source-path=SCRIPTDIR source=common.sh
. /opt/redis-lab/common.sh

stage=$STATE_DIR/stage

# However this script ends, the seed is let go of.
leave() {
  if mountpoint --quiet "$SEED_DIR"; then umount "$SEED_DIR"; fi
  rm -rf "$stage"
}
trap leave EXIT

# Of a finished build that came along, the client alone. The builder's is not asked for: the key that tells it from another
# one signs builds as well, and the nodes need not trust a client.
# (bash ignores "set -e" inside a condition, and this is one: hence the "|| return" at each step.)
from_payload() {
  local file seen
  client=/usr/local/bin/$ENGINE-cli
  [[ ! -x $client ]] || return 0
  mount_seed
  file=$(payload "$BUILD") || return 1
  install -d -m 0755 "$STATE_DIR" || return 1
  rm -rf "$stage" && install -d -m 0700 "$stage" || return 1
  if ! seen=$({ manifest | python3 -IS "$LAB_DIR/unpack.py" "$file" "$stage" "$ENGINE" && "$stage/bin/$ENGINE-cli" --version; } 2>&1); then
    log "refused $BUILD from the payload: $seen" >&2
    return 1
  fi
  install -m 0755 "$stage/bin/$ENGINE-cli" "$client" || return 1
  log "$ENGINE-cli $VERSION is installed from the payload"
}

# Every distribution has this one, and Redis and Valkey of all versions understand it.
from_package() {
  client=/usr/bin/redis-cli
  need_packages redis-tools
  log "redis-cli is installed from packages"
}

# 1. The firewall: whoever may enter a node may enter a client.
bash "$LAB_DIR/firewall.sh" || exit 1 # it has said why

# 2. The names of the other machines. What cloud-init writes there at each boot is a line of its own.
{ grep -v ' # redis-lab$' /etc/hosts || true; cat "$LAB_DIR/hosts"; } >/etc/hosts.redis-lab
cat /etc/hosts.redis-lab >/etc/hosts
rm /etc/hosts.redis-lab
log "the lab's machines are known by their names"

# 3. redis-cli, which goes by the engine's name as well.
from_payload || from_package
for name in redis-cli "$ENGINE-cli"; do
  [[ $client == */"$name" ]] || ln -sf "$client" "/usr/local/bin/$name"
done
log "redis-cli is $client"

# 4. A machine whose power is cut now comes back with all of this. A container shares its host's disk and power.
systemd-detect-virt --quiet --container || sync

log "$NODE_NAME is done"
