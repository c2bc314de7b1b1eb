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
  [[ -e /run/redis-lab/apt-works ]] || apt_get 300 update
  apt_get 1200 install --yes --no-install-recommends "${missing[@]}"
  mkdir -p /run/redis-lab && touch /run/redis-lab/apt-works # so once a boot is enough for "update"
}

# apt_get SECONDS ARGUMENT...: on a first boot the daily update may hold apt's locks. Lock::Timeout waits
# for dpkg's lock only, not for the one of the package lists, hence the second wait around it.
apt_get() {
  local seconds=$1 apt_log=/var/log/redis-lab-apt.log deadline=$((SECONDS + 120))
  shift
  until DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 timeout "$seconds" apt-get --quiet \
    -o Acquire::Retries=3 -o Acquire::http::Timeout=30 -o Acquire::https::Timeout=30 \
    -o DPkg::Lock::Timeout=120 "$@" >"$apt_log" 2>&1 </dev/null; do
    if ((SECONDS >= deadline)) || ! grep -q '^E: Could not get lock' "$apt_log"; then
      fail "apt-get $*" "$(grep -m 1 '^E: ' "$apt_log" || tail -n 1 "$apt_log")" \
        "give this node a way to a package mirror, or use an image that has these packages ($apt_log has the rest)"
    fi
    sleep 5
  done
}
