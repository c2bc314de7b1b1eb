#!/usr/bin/env bash
# What a node does at its first boot, step by step. cloud-init starts it, and only it.
# Every step looks before it changes something, so running it again is harmless:
#     sudo bash /opt/redis-lab/bootstrap.sh
set -euo pipefail
((EUID == 0)) || { echo "redis-lab: FAILED: bootstrap.sh; it runs as $(id -un), not as root; use: sudo bash $0" >&2; exit 1; }
# shellcheck source-path=SCRIPTDIR source=common.sh
. /opt/redis-lab/common.sh

services=()
[[ $RUN_REDIS != 1 ]] || services+=(redis)
[[ $RUN_SENTINEL != 1 ]] || services+=(sentinel)

# A step that fails has already said why.
step() { bash "$LAB_DIR/$1" || exit 1; }

# 1. Redis runs as a user who owns nothing but its data and its configuration.
getent group redis >/dev/null || groupadd --system redis
getent passwd redis >/dev/null ||
  useradd --system --gid redis --home-dir "$DATA_DIR" --no-create-home --shell /usr/sbin/nologin redis
log "user redis is there"

# 2. Kernel settings. In a container some belong to the host, which refuses them; Redis then only warns.
install -m 0644 "$LAB_DIR/sysctl.conf" /etc/sysctl.d/60-redis-lab.conf
if refused=$(sysctl --quiet --load=/etc/sysctl.d/60-redis-lab.conf 2>&1); then
  log "kernel settings are applied"
else
  log "kernel settings are applied, except: ${refused//$'\n'/, }"
fi

# 3. The firewall comes before anything that listens.
step firewall.sh

# 4. Live configuration: copied once and never again. Redis and Sentinel keep what they learn in these
#    files (who is master now), and write them through a temporary file, so the folder is theirs as well.
install -d -o redis -g redis -m 0750 "$CONF_DIR" "$DATA_DIR"
for name in "${services[@]}"; do
  live=$CONF_DIR/$name.conf
  if [[ -e $live ]]; then
    log "$live is kept as it is"
  else
    install -o redis -g redis -m 0640 "$LAB_DIR/$name.conf" "$live.new"
    mv "$live.new" "$live"
    log "$live is written"
  fi
done

# 5. Units. A Redis that came with the image and already runs would hold the port: ours takes its name.
for unit in redis-server redis-sentinel; do
  [[ -e /etc/systemd/system/$unit.service ]] || ! systemctl is-active --quiet "$unit" || systemctl stop "$unit"
done
install -m 0644 "$LAB_DIR"/*.service /etc/systemd/system/
systemctl daemon-reload
log "units are in place"

# 6. The binaries: taken from the payload or from the builder, or built here.
step install.sh

# 7. Start, now and at every boot.
for name in "${services[@]}"; do
  unit=redis-server
  [[ $name == redis ]] || unit=redis-sentinel
  # The units are known since the reload above, and each takes its time.
  systemctl enable --no-reload --quiet "$unit"
  if [[ $name == sentinel ]]; then
    # It may wait for the master's machine (wait-for-master.sh), and nothing here waits for it.
    systemctl start --no-block "$unit"
    log "redis-sentinel is starting"
  else
    timeout 150 systemctl start "$unit" ||
      fail "$unit did not start" "$(journalctl --unit "$unit" --lines 5 --output cat --no-pager 2>&1)" "look at: systemctl status $unit"
    log "redis-server is running"
  fi
done

# 8. A machine whose power is cut now comes back with all of this. A container shares its host's disk and power.
systemd-detect-virt --quiet --container || sync

log "$NODE_NAME is done"
