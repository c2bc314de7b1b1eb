#!/usr/bin/env bash
# The firewall of a node, in place of the course's "ufw allow from ..." lines: only the lab's own machines
# get in, and those that its description allows.
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

# Others that keep rules would load theirs at the next boot, before ufw's or after them, and nftables flushes all there are.
for other in firewalld nftables; do
  if systemctl is-enabled --quiet "$other" 2>/dev/null; then
    systemctl disable --quiet --now "$other"
    log "$other is switched off: ufw is the firewall here"
  fi
done

# A kernel may have nftables alone. iptables comes in two kinds, and an image may have chosen the other one.
if ! iptables -w 5 -S INPUT >/dev/null 2>&1 && command -v iptables-nft >/dev/null; then
  for name in iptables ip6tables; do
    update-alternatives --quiet --set "$name" "$(command -v "$name-nft")"
  done
  log "this kernel filters by nftables: iptables is set to iptables-nft"
fi

# policy CHAIN WANTED WORDS: as a rule the distribution's own is the wanted one.
policy() { grep -qs "^DEFAULT_$1_POLICY=\"$2\"" /etc/default/ufw || lines+=("default $3"); }

policy INPUT DROP 'deny incoming'
policy OUTPUT ACCEPT 'allow outgoing'

# Every node, the host and machines that the description allows may talk to every port here. ALLOW is a list, so it is split on purpose.
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
# The kernel knows better than ufw, which reads its own files, and goes on without IPv6 where it cannot filter that.
# closed PROGRAM: whether what ufw does not let in is dropped, and no rule that an image brought along lets it in before:
# those may be for answers, for ICMP and for SSH. Leaves in $seen what is wrong.
closed() {
  local rules rule
  rules=$("$1" -w 5 -S INPUT 2>&1) || true
  seen=${rules%%$'\n'*}
  [[ $seen == '-P INPUT DROP' ]] || return 1
  while read -r rule; do
    case $rule in
      '-A INPUT -i lo -j ACCEPT' | *icmp*' -j ACCEPT' | *'--dport 22 -j ACCEPT') ;;
      *' --ctstate RELATED,ESTABLISHED -j ACCEPT' | *' --state RELATED,ESTABLISHED -j ACCEPT') ;;
      *' -j ACCEPT') seen=$rule && return 1 ;;
    esac
  done <<<"$rules"
}

# has_ipv6: whether this system speaks it, or would on a card that comes later.
has_ipv6() {
  local conf=/proc/sys/net/ipv6/conf
  [[ -d $conf ]] || return 1
  [[ $(cat "$conf/all/disable_ipv6") == 0 || $(cat "$conf/default/disable_ipv6") == 0 || -s /proc/net/if_inet6 ]]
}

# What was said to ufw, and the rules that it keeps: an image may have both, and then the kernel has them since it booted.
told() {
  printf '%s\n' "${lines[@]}"
  cat /etc/default/ufw /etc/ufw/{ufw.conf,user.rules,user6.rules} 2>/dev/null || true
}

if [[ $(told | sha256sum) != "$(cat "$STATE_DIR/firewall" 2>/dev/null)" ]] || ! closed iptables; then
  # Of what it says only what goes wrong is of interest.
  seen=$(python3 -c "$TELL_UFW" "$(command -v ufw)" "${lines[@]}" 2>&1) ||
    fail "the firewall's rules" "$seen" "look at: sudo ufw status verbose"
  install -d -m 0755 "$STATE_DIR"
  told | sha256sum >"$STATE_DIR/firewall"
fi
closed iptables || fail "the firewall is not active: iptables -S INPUT" "$seen" "look at: sudo ufw enable"
if closed ip6tables; then
  ipv6='closed to IPv6'
elif has_ipv6; then
  fail "the firewall does not filter IPv6: ip6tables -S INPUT" "$seen" \
    "set IPV6=yes in /etc/default/ufw and look at: sudo ufw reload; or switch IPv6 off (net.ipv6.conf.all.disable_ipv6)"
else
  ipv6='this system has no IPv6'
fi
log "firewall is on, open to $ALLOW; $ipv6"
