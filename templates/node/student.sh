#!/usr/bin/env bash
# Lets the student of a class into this node by SSH, as the user "student", who may become root: the lab is the student's own.
# redis-lab runs it as root on a lab that is up, and gives it a line on standard input for each thing that it needs, since
# everybody may read the arguments of a program:
#     key KEY             a public key that gets in
#     password WORD       a password that gets in; without one, none does
#     node ADDRESS NAME   a node to go on to from here; a key for that is made
# It prints "host-key KEY", by which this node is known, and "own-key KEY", by which others know who goes on from here.
# Every step looks before it changes something, so running it again is harmless.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
. /opt/redis-lab/common.sh

user=student home=/home/student
host_key=/etc/ssh/ssh_host_ed25519_key
own_key=$home/.ssh/id_ed25519

keys='' password='' passwords=no nodes=()
while read -r word value; do
  case $word in
    key) keys+=$value$'\n' ;;
    password) password=$value passwords=yes ;;
    node) nodes+=("$value") ;;
  esac
done

# put MODE FILE: writes standard input, in one step.
put() {
  install -m "$1" /dev/stdin "$2.redis-lab"
  mv -f "$2.redis-lab" "$2"
}

need_packages openssh-server sudo

# 1. The user. The groups are those that may read the journal and the logs.
getent passwd "$user" >/dev/null || useradd --create-home --shell /bin/bash --groups adm,systemd-journal "$user"
echo "$user ALL=(ALL) NOPASSWD: ALL" | put 0440 /etc/sudoers.d/redis-lab-student
printf '%s' "$keys" | put 0644 /etc/ssh/redis-lab-student.keys
if [[ -n $password ]]; then printf '%s:%s\n' "$user" "$password" | chpasswd; fi

# 2. The server. It has one key, so that everybody compares the same fingerprint; it is made once, and an image that brings
#    along a key brings the same to every lab.
mkdir -p /run/sshd
if [[ ! -e /etc/ssh/redis-lab-student.host ]]; then
  rm -f "$host_key" "$host_key.pub"
  ssh-keygen -q -t ed25519 -N '' -C "$NODE_NAME" -f "$host_key"
  touch /etc/ssh/redis-lab-student.host
fi
{
  echo '# redis-lab: the student of this lab gets in, and nobody else.'
  echo "AllowUsers $user"
  echo 'PermitRootLogin no'
  echo "HostKey $host_key"
  echo "AuthorizedKeysFile .ssh/authorized_keys /etc/ssh/redis-lab-student.keys"
  echo "PasswordAuthentication $passwords"
  echo 'KbdInteractiveAuthentication no'
  # Everybody comes from one address, and must not be shut out for what somebody else has tried. (OpenSSH 9.8)
  [[ $(sshd -T 2>/dev/null) != *persourcepenalties* ]] || echo 'PerSourcePenalties no'
} | put 0644 /etc/ssh/sshd_config.d/10-redis-lab.conf
seen=$(sshd -t 2>&1) || fail "the configuration of the SSH server" "$seen" "look at: sudo sshd -t"
systemctl is-enabled --quiet ssh 2>/dev/null || systemctl enable --quiet ssh 2>/dev/null
timeout 60 systemctl reload-or-restart ssh ||
  fail "ssh did not start" "$(journalctl --unit ssh --lines 5 --output cat --no-pager 2>&1)" "look at: systemctl status ssh"

# 3. The way on to the other nodes, by their names.
if ((${#nodes[@]})); then
  { grep -v ' # redis-lab$' /etc/hosts || true; printf '%s # redis-lab\n' "${nodes[@]}"; } | put 0644 /etc/hosts
  {
    echo '# redis-lab: nobody else is on the network of this lab, and a node that is made again has another key.'
    echo "Host ${nodes[*]}"
    printf '  %s\n' 'StrictHostKeyChecking no' 'UserKnownHostsFile /dev/null' 'LogLevel ERROR'
  } | put 0644 /etc/ssh/ssh_config.d/redis-lab.conf
  install -d -o "$user" -g "$user" -m 0700 "$home/.ssh"
  [[ -e $own_key ]] || runuser -u "$user" -- ssh-keygen -q -t ed25519 -N '' -C "$user@$NODE_NAME" -f "$own_key"
  echo "own-key $(runuser -u "$user" -- ssh-keygen -y -f "$own_key")"
fi

echo "host-key $(cut -d ' ' -f 1,2 "$host_key.pub")"
