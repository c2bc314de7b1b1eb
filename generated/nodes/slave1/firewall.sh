#!/usr/bin/env bash
# The firewall of a node, in place of the course's "ufw allow from ..." lines: only the lab's own machines get in.
# To see it: sudo ufw status verbose
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
. /opt/redis-lab/common.sh

# ufw prints a line for each rule, also for one that is there already; only what goes wrong is of interest.
rule() {
  local seen
  seen=$(ufw "$@" 2>&1) || fail "ufw $*" "$seen" "look at: sudo ufw status verbose"
}

need_packages ufw

# policy CHAIN WANTED COMMAND...: as a rule the distribution's own is the wanted one.
policy() { grep -qs "^DEFAULT_$1_POLICY=\"$2\"" /etc/default/ufw || rule default "${@:3}"; }

policy INPUT DROP deny incoming
policy OUTPUT ACCEPT allow outgoing

# Every node and the host may talk to every port here. ALLOW is a list, so it is split on purpose.
for address in $ALLOW; do
  rule allow from "$address"
done

# `vagrant ssh` comes in through the management card. A container has none and needs none; a virtual machine
# whose card goes by another name must not lock its user out.
if [[ -e /sys/class/net/uplink0 ]]; then
  rule allow in on uplink0 to any port 22 proto tcp
elif ! systemd-detect-virt --quiet --container; then
  log "no interface uplink0: SSH is allowed on every interface"
  rule allow 22/tcp
fi

# Without "enable" nothing is filtered at all. Connections that exist are kept, this ssh session included.
# What enabling reads of the log level is in this file; each call of ufw takes its tenths of a second.
sed -i 's/^LOGLEVEL=.*/LOGLEVEL=off/' /etc/ufw/ufw.conf
rule --force enable
# The kernel knows better than ufw, which reads its own files.
seen=$(iptables -w 5 -S INPUT 2>&1) || true
[[ $seen == "-P INPUT DROP"* ]] ||
  fail "the firewall is not active: iptables -S INPUT" "${seen%%$'\n'*}" "look at: sudo ufw enable"
log "firewall is on, open to $ALLOW"
