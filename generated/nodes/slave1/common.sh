# shellcheck shell=bash disable=SC2034
# What the scripts in this folder share. It is sourced, never run.

LAB_DIR=/opt/redis-lab     # as cloud-init wrote it; nothing here changes afterwards
CONF_DIR=/etc/redis-lab    # the live configuration, which Redis and Sentinel rewrite themselves
DATA_DIR=/var/lib/redis
STATE_DIR=/var/lib/redis-lab
SHARE_DIR=$STATE_DIR/share # finished builds; the builder serves this folder to the other nodes
SEED_DIR=/run/redis-lab/seed
KEY_FILE=$LAB_DIR/share.key # of this lab alone, by which a node knows the builder's build: see install.sh

# cloud-init starts programs with a bare environment; tools answer in English everywhere.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8
umask 022

log() { echo "redis-lab: $*"; }

# fail WHAT SEEN NEXT: the one line that a failure leaves behind.
fail() {
  echo "redis-lab: FAILED: $1; ${2//$'\n'/ }; $3" >&2
  exit 1
}

# What nobody foresaw ends in the same kind of line. A subshell leaves the report to its parent.
unforeseen() {
  ((BASH_SUBSHELL == 0)) || exit "$1"
  fail "${0##*/}, line $2" "'$3' ended with status $1" "read the lines above, then run: sudo bash $LAB_DIR/bootstrap.sh"
}
set -o errtrace
trap 'unforeseen "$?" "$LINENO" "$BASH_COMMAND"' ERR

[[ -r $LAB_DIR/lab.env ]] || fail "no description of this node" "$LAB_DIR/lab.env cannot be read" "look at: cloud-init status --long"
# shellcheck source=/dev/null
. "$LAB_DIR/lab.env"
for key in NODE_NAME NODE_IP RUN_REDIS RUN_SENTINEL MASTER_IP ENGINE VERSION INSTALL SOURCE_URLS SOURCE_SHA256 \
  BUILD_FLAGS MAKE_TEST BUILDER_IP SHARE SHARE_PORT REDIS_PORT ALLOW; do
  [[ -v $key ]] || fail "lab.env is incomplete" "$key is missing" "generate the lab's files again"
done

# Debian's packages live in /usr/bin; what we build stays apart from them.
if [[ $INSTALL == package ]]; then BIN_DIR=/usr/bin; else BIN_DIR=/usr/local/bin; fi

# A build fits only the distribution and the processor that it was made on, so its name says both.
os_release() { sed -n "s/^$1=//p" /etc/os-release | tr -d '"'; }
BUILD=$ENGINE-$VERSION-$(os_release ID)-$(os_release VERSION_ID)-$(uname -m).build.tar.gz

# mount_seed: the disc that carried the user-data may carry a payload as well; a container has none.
mount_seed() {
  local device=/dev/disk/by-label/cidata
  [[ -b $device ]] || device=$(timeout 20 blkid -L cidata || true)
  [[ -b $device ]] || return 0
  mkdir -p "$SEED_DIR"
  mountpoint --quiet "$SEED_DIR" || mount -o ro,nosuid,nodev,noexec "$device" "$SEED_DIR" ||
    log "$device is labelled cidata but cannot be mounted: going on without it"
}

# payload NAME: where a file that came along with the node lies, if it did.
payload() {
  local folder
  for folder in "$LAB_DIR/payload" "$SEED_DIR" "$SEED_DIR/payload"; do
    if [[ -f $folder/$1 ]]; then
      echo "$folder/$1"
      return 0
    fi
  done
  return 1
}

# What a finished build says of itself, in its file BUILD.
manifest() {
  cat <<END
engine=$ENGINE
version=$VERSION
source_sha256=$SOURCE_SHA256
flags=$BUILD_FLAGS
distribution=$(os_release ID)-$(os_release VERSION_ID)
architecture=$(uname -m)
END
}

digest_of() { sha256sum <"$1" | cut -d ' ' -f 1; }

# need_packages NAME...: installs what is missing. With nothing missing it needs no network.
need_packages() {
  local name missing=()
  for name; do
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null) == installed ]] || missing+=("$name")
  done
  ((${#missing[@]})) || return 0
  log "installing ${missing[*]}"
  ways_out
  [[ -e /run/redis-lab/apt-works ]] || apt_get 300 update
  apt_get 1200 install --yes --no-install-recommends "${missing[@]}"
  mkdir -p /run/redis-lab && touch /run/redis-lab/apt-works # so once a boot is enough for "update"
}

# apt_get SECONDS ARGUMENT...: meets what a first boot may bring along: an update of the distribution's own that holds
# a lock (Lock::Timeout waits for dpkg's alone, not for those of the package lists and of downloads), one that was cut
# off, and a clock that is wrong until a time server has answered. Of the lists, those that only people read are left
# out: a third of all there is to fetch.
apt_get() {
  local seconds=$1 apt_log=/var/log/redis-lab-apt.log waited=0 began seen mended='' in_time=''
  shift
  while began=$SECONDS; ! DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 timeout "$((seconds + 60))" apt-get --quiet \
    -o Acquire::Retries=3 -o Acquire::http::Timeout=30 -o Acquire::https::Timeout=30 -o Acquire::Languages=none \
    -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false -o Acquire::IndexTargets::deb::CNF::DefaultEnabled=false \
    -o DPkg::Lock::Timeout=60 -o APT::Status-Fd=3 "$@" 3>&1 >"$apt_log" 2>&1 </dev/null | tell_apt "$1"; do
    seen=$(grep -m 1 '^E: ' "$apt_log" || tail -n 1 "$apt_log")
    if [[ $seen =~ ^'E: '('Could not get lock'|'Unable to acquire the dpkg frontend lock'|'Unable to lock ') ]] && ((waited < 900)); then
      ((waited)) || log "waiting for another program to be done with packages: ${seen#E: }"
      sleep 5
      ((waited += SECONDS - began > 5 ? SECONDS - began : 5))
    elif [[ $seen == 'E: dpkg was interrupted'* && -z $mended ]]; then
      log "going on with packages that were left half installed"
      mended=1
      DEBIAN_FRONTEND=noninteractive timeout 1200 dpkg --force-confdef --force-confold --configure -a \
        >>"$apt_log" 2>&1 </dev/null || true
    elif [[ -z $in_time ]] && grep -qE 'not valid yet|is expired|not yet valid|expired certificate' "$apt_log"; then
      in_time=1
      on_time || fail "apt-get $*" "$seen (this node's clock says $(date -u '+%F %H:%M') UTC, and no time server has set it)" \
        "set the clock of its host, or here: sudo date --set TIME; then run: sudo bash $LAB_DIR/bootstrap.sh"
    else
      fail "apt-get $*" "$seen" "give this node a way to a package mirror (a proxy: in /etc/environment), or use an \
image that has these packages ($apt_log has the rest)"
    fi
  done
}

# tell_apt update|install: says every ten seconds how far apt is, by what it tells of itself (APT::Status-Fd):
# "dlstatus:FILE:PERCENT:Retrieving file 3 of 12 (8s remaining)" or "pmstatus:PACKAGE:PERCENT:WORDS".
tell_apt() {
  local kind percent words size last=$SECONDS
  while IFS=: read -r kind _ percent words; do
    ((SECONDS - last >= ${TELL_EVERY:-10})) || continue
    last=$SECONDS percent="${percent%%.*} %" words=${words#Retrieving }
    if [[ $kind == pmstatus ]]; then
      log "packages: $percent installed"
    elif [[ $1 == update ]]; then
      log "package lists: $percent fetched, $words"
    else
      size=$(sed -n 's/^Need to get \(.*\) of archives.*/ of \1/p' /var/log/redis-lab-apt.log)
      log "packages: $percent$size fetched, $words"
    fi
  done
}

# on_time: whether a time server has set the clock, which takes some seconds after the network is up.
on_time() {
  local tries
  for ((tries = 0; tries < 60; tries++)); do
    [[ $(timedatectl show --property=NTPSynchronized --value 2>/dev/null) != yes ]] || return 0
    ((tries)) || log "waiting for a time server: the clock says $(date -u '+%F %H:%M') UTC"
    sleep 1
  done
  return 1
}

# ways_out: what apt and curl need to get out of this node, and may lack.
ways_out() {
  local name value
  # Those who log in have the proxy of /etc/environment; what cloud-init starts has not. It is read, never run.
  for name in http_proxy https_proxy no_proxy; do
    [[ -z ${!name:-} && -r /etc/environment ]] || continue
    value=$(sed -nE "s/[[:space:]]+\$//; s/^(export +)?$name=[\"']?([^\"']*)[\"']?\$/\2/Ip" /etc/environment | tail -n 1)
    [[ -z $value ]] || export "$name=$value"
  done
  grep -qs '^nameserver' /etc/resolv.conf || find_name_servers
}

# find_name_servers: where nobody writes resolv.conf (netplan without systemd-resolved), what DHCP has told.
find_name_servers() {
  local lines
  lines=$(cat /run/systemd/resolve/resolv.conf /run/NetworkManager/no-stub-resolv.conf 2>/dev/null | grep '^nameserver' || true)
  [[ -n $lines ]] || lines=$({
    sed -n 's/^DNS=//p' /run/systemd/netif/leases/* | tr ' ' '\n'
    sed -nE 's/^ *option domain-name-servers (.*);/\1/p' /var/lib/dhcp/*.leases | tr -d ' ' | tr ',' '\n'
  } 2>/dev/null | awk 'NF && !seen[$1]++ { print "nameserver " $1 }' || true)
  if [[ -z $lines ]]; then
    log "this node knows no name server: /etc/resolv.conf names none, and DHCP told none"
    return 0
  fi
  # In place of a link that leads nowhere, too.
  printf '%s\n' '# redis-lab: there was none' "$lines" >/etc/resolv.conf.redis-lab
  if ! mv -fT /etc/resolv.conf.redis-lab /etc/resolv.conf; then
    log "/etc/resolv.conf names no server, and cannot be replaced"
    return 0
  fi
  log "/etc/resolv.conf named no server, and now has: ${lines//$'\n'/, }"
}
