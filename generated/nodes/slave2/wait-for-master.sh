#!/usr/bin/env bash
# Runs before the first start of this node's Sentinel, and waits until the master answers. Machines boot one after
# another: a Sentinel that wakes long before the master's machine would call the master dead, and elect another one
# before the lab has begun. Any later start must not wait: then the master may be dead in earnest.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
. /opt/redis-lab/common.sh

waited=$CONF_DIR/sentinel.waited # not "is sentinel.conf changed?": Sentinel may run for long without a reason to write it
[[ ! -e $waited ]] || exit 0

# "NOAUTH" is an answer as well: a master that wants a password.
answers() { [[ $(timeout 2 "$BIN_DIR/$ENGINE-cli" -h "$MASTER_IP" -p "$REDIS_PORT" ping 2>&1) =~ ^(PONG|NOAUTH) ]]; }

until answers; do
  if ((SECONDS >= 120)); then
    log "the master $MASTER_IP:$REDIS_PORT has not answered for 120 s: Sentinel starts without it"
    break
  fi
  # In the first seconds it is most likely about to answer; later it may need the CPU that asking costs.
  if ((SECONDS < 5)); then sleep 0.2; else sleep 1; fi
done
touch "$waited"
