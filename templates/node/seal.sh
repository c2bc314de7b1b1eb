#!/usr/bin/env bash
# Makes of a node the image that the nodes of a class are made of: what is installed stays, and what one node alone may
# have goes. Its next boot is a first boot.
set -euo pipefail
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8
units=(redis-server.service redis-sentinel.service redis-lab-share.service)

# By it the student of a lab enters (student.sh): this node may have a way to packages, which a lab has not.
if [[ -n $(ip route show default && ip -6 route show default) ]]; then
  # shellcheck source-path=SCRIPTDIR source=common.sh
  (. /opt/redis-lab/common.sh && need_packages openssh-server sudo) || echo 'redis-lab: there is no SSH server to be had'
fi

systemctl stop "${units[@]}" 2>/dev/null || true
for unit in "${units[@]}"; do
  [[ -e /etc/systemd/system/$unit ]] || continue
  systemctl disable --quiet "$unit"
  rm "/etc/systemd/system/$unit"
done
rm -rf /opt/redis-lab /etc/redis-lab /var/lib/redis /var/log/redis-lab-*.log

# What would make two machines one and the same.
rm -f /etc/ssh/ssh_host_*_key /etc/ssh/ssh_host_*_key.pub /var/lib/dbus/machine-id
: >/etc/machine-id
rm -rf /var/lib/cloud /etc/netplan/50-cloud-init.yaml /etc/network/interfaces.d/50-cloud-init \
  /etc/systemd/network/10-cloud-init-*.network
rm -rf /var/log/cloud-init*.log /var/log/journal/* /var/cache/apt/archives/*.deb /tmp/* /var/tmp/*
