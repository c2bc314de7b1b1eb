#!/usr/bin/env bash
# The firewall of a node, in place of the course's "ufw allow from ..." lines: only the lab's own machines get in.
# To see it: sudo ufw status verbose
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
. /opt/redis-lab/common.sh

# ufw is a program in Python, and each start of Python takes its time, seconds on an emulated machine: one start runs
# it for all that is to be said to it, word for word as it would be typed.
TELL_UFW='
import runpy, sys
program, *lines = sys.argv[1:]
for line in lines:
    sys.argv = [program, *line.split()]
    try:
        runpy.run_path(program, run_name="__main__")
    except SystemExit as end:
        if end.code:
            sys.exit(f"ufw {line} ended with {end.code}")
'
lines=()

need_packages ufw

# policy CHAIN WANTED WORDS: as a rule the distribution's own is the wanted one.
policy() { grep -qs "^DEFAULT_$1_POLICY=\"$2\"" /etc/default/ufw || lines+=("default $3"); }

policy INPUT DROP 'deny incoming'
policy OUTPUT ACCEPT 'allow outgoing'

# Every node and the host may talk to every port here. ALLOW is a list, so it is split on purpose.
for address in $ALLOW; do
  lines+=("allow from $address")
done

# `vagrant ssh` comes in through the management card. A container has none and needs none; a virtual machine
# whose card goes by another name must not lock its user out.
if [[ -e /sys/class/net/uplink0 ]]; then
  lines+=('allow in on uplink0 to any port 22 proto tcp')
elif ! systemd-detect-virt --quiet --container; then
  log "no interface uplink0: SSH is allowed on every interface"
  lines+=('allow 22/tcp')
fi

# Without "enable" nothing is filtered at all. Connections that exist are kept, this ssh session included.
lines+=('logging off' '--force enable')
# Of what it says only what goes wrong is of interest.
seen=$(python3 -c "$TELL_UFW" "$(command -v ufw)" "${lines[@]}" 2>&1) ||
  fail "the firewall's rules" "$seen" "look at: sudo ufw status verbose"
# The kernel knows better than ufw, which reads its own files.
seen=$(iptables -w 5 -S INPUT 2>&1) || true
[[ $seen == "-P INPUT DROP"* ]] ||
  fail "the firewall is not active: iptables -S INPUT" "${seen%%$'\n'*}" "look at: sudo ufw enable"
log "firewall is on, open to $ALLOW"
