#!/usr/bin/env bash
# Puts the Redis (or Valkey) binaries in place. Compiling takes minutes, so the first of these that works is taken:
# what is installed already, a finished build in the payload, the builder's build, one made here.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
. /opt/redis-lab/common.sh

grace=${BUILDER_GRACE:-90}       # seconds that the builder may be silent before this node builds alone
deadline=${BUILD_DEADLINE:-5700} # seconds that the builder may take, which is silent only if it has ended
key_grace=${KEY_GRACE:-300}      # seconds until the key of the lab must be here
most=512000                      # KiB of a finished build
server=$BIN_DIR/$ENGINE-server
stage=$STATE_DIR/stage
policy=/usr/sbin/policy-rc.d

# A package is as new as the distribution has it, so only its major.minor can be asked for.
if [[ $INSTALL == package ]]; then wanted=${VERSION%.*}.; else wanted="$VERSION "; fi

# flaw BINARY: says why this is not the server that we want, and nothing if it is.
flaw() {
  local seen
  if ! seen=$("$1" --version 2>&1); then
    echo "it does not run here: $seen"
  elif [[ $seen != *" v=$wanted"* ]]; then
    echo "it is '$seen', not $ENGINE $VERSION"
  elif [[ $(ldd "$1" 2>&1) != *libsystemd* ]]; then
    echo "it was built without systemd support, so its unit would never be ready"
  fi
}

# --- The share: a folder that the builder serves to the other nodes, until each has its server (share.py)
# Its file `state` is one line: "building", "failed" or "ready SHA256 FILE SIGNATURE". mv makes each change whole.
#
# It is plain HTTP, in a network where any machine can take the builder's address. So the builder signs, by an HMAC, the
# digest and the name of what it gives, and a node that has no key, or sees another signature, builds its own. The digest
# itself cannot come with the user-data, which is made before the build is. The key can: redis-lab makes one for each lab
# that it brings up. `generate` must not, since its files are the same for everybody; there the Vagrantfile makes one, and
# `vagrant up` brings it to each machine by ssh, which may be a little later than this script.
signature() { printf 'build %s %s\n' "$1" "$2" | python3 -IS "$LAB_DIR/share.py" sign "$KEY_FILE"; }

tell() {
  echo "$*" >"$SHARE_DIR/.state"
  mv "$SHARE_DIR/.state" "$SHARE_DIR/state"
}

ready() { [[ -f $SHARE_DIR/$BUILD && $(cat "$SHARE_DIR/state" 2>&1) == "ready "*" $BUILD "* ]]; }

# Opened before anything is compiled, so that the others know that waiting is worth it. It is not enabled: once it has
# ended it stays so, until this script runs again.
open_share() {
  install -d -m 0755 "$STATE_DIR" "$SHARE_DIR"
  [[ $SHARE == 1 ]] || return 0
  ready || tell building
  # It runs as another user. Whoever put the payload there may have made this folder for itself alone.
  chmod 0755 "$LAB_DIR"
  if systemctl start redis-lab-share; then
    log "builds are shared on $NODE_IP:$SHARE_PORT"
  else
    log "builds are not shared (systemctl status redis-lab-share): the other nodes will build their own"
  fi
}

# What is kept here is offered to the others, or they are told not to wait (in `leave`).
offer() {
  local digest signed
  [[ -f $SHARE_DIR/$BUILD ]] || return 0
  until [[ -s $KEY_FILE ]]; do
    if ((SECONDS >= key_grace)); then
      log "no key of the lab has come within $key_grace s ($KEY_FILE): the other nodes will build their own"
      tell failed
      return 0
    fi
    sleep 1
  done
  digest=$(digest_of "$SHARE_DIR/$BUILD")
  if ! signed=$(signature "$BUILD" "$digest" 2>&1); then
    log "the build cannot be signed ($signed): the other nodes will build their own"
    tell failed
    return 0
  fi
  tell "ready $digest $BUILD $signed"
}

# However this script ends: let go of the seed and of apt's brake, and let nobody wait for a build in vain.
leave() {
  if mountpoint --quiet "$SEED_DIR"; then umount "$SEED_DIR"; fi
  if grep -qs redis-lab "$policy"; then
    rm "$policy"
    [[ ! -e $policy.saved ]] || mv "$policy.saved" "$policy"
  fi
  rm -rf "$stage"
  if [[ $SHARE == 1 && $INSTALL == source ]] && ! ready; then tell failed; fi
}

# --- The ways to the binaries
# take FILE SHA256 ORIGIN: installs a finished build if it is whole and runs here; else nothing of it is kept.
# (bash ignores "set -e" inside a condition, and this is one: hence the "|| return" at each step.)
take() {
  local seen
  seen=$(digest_of "$1") || return 1
  if [[ $seen != "$2" ]]; then
    log "refused $BUILD from $3: its SHA-256 is $seen, not $2" >&2
    return 1
  fi
  rm -rf "$stage" && install -d -m 0700 "$stage" || return 1
  if ! seen=$(manifest | python3 -IS "$LAB_DIR/unpack.py" "$1" "$stage" "$ENGINE" 2>&1); then
    log "refused $BUILD from $3: $seen" >&2
    return 1
  fi
  seen=$(flaw "$stage/bin/$ENGINE-server") || return 1
  if [[ -n $seen ]]; then
    log "refused $BUILD from $3: $seen" >&2
    return 1
  fi
  # Kept, it can be handed on: to the other nodes, and to the host's cache.
  if [[ $1 != "$SHARE_DIR/$BUILD" ]]; then
    cp "$1" "$SHARE_DIR/.taken" && mv "$SHARE_DIR/.taken" "$SHARE_DIR/$BUILD" || return 1
  fi
  echo "$2  $BUILD" >"$SHARE_DIR/$BUILD.sha256" || return 1
  # A running server keeps the file that it was started from; the new one takes only the name.
  cp -P --remove-destination "$stage"/bin/* "$BIN_DIR/" || return 1
  log "$ENGINE $VERSION is installed from $3"
}

from_payload() {
  local file digest="what $BUILD.sha256 says: there is no such file"
  file=$(payload "$BUILD") || return 1
  [[ ! -f $file.sha256 ]] || read -r digest _ <"$file.sha256"
  take "$file" "$digest" "the payload"
}

from_builder() {
  local url=http://$BUILDER_IP:$SHARE_PORT said told='' heard=$SECONDS end=$((SECONDS + deadline))
  [[ -n $BUILDER_IP && $BUILDER_IP != "$NODE_IP" ]] || return 1
  need_packages curl
  while ((SECONDS < end)); do
    # Whoever says something else is not the builder, which may come up yet.
    if said=$(ask "$url/state") && [[ $said =~ ^(building|failed|ready\ .*)$ ]]; then
      heard=$SECONDS
    elif ((SECONDS - heard >= grace)); then
      said=${said:0:200}
      log "the builder $BUILDER_IP has been silent for $grace s (${said//[^[:print:]]/?}): building here"
      return 1
    fi
    if [[ ! -s $KEY_FILE ]] && ((SECONDS >= key_grace)); then
      log "no key of the lab has come within $key_grace s ($KEY_FILE), so nobody can prove to be the builder: building here"
      return 1
    fi
    case $said in
      failed)
        log "the builder $BUILDER_IP has no build to give: building here"
        return 1
        ;;
      "ready "*)
        if [[ -s $KEY_FILE ]]; then
          if fetch_build "$said"; then return 0; fi
          log "what $BUILDER_IP offers cannot be used here: building here"
          return 1
        fi
        ;;
    esac
    [[ -n $told ]] || log "waiting for the builder $BUILDER_IP, at most $deadline s"
    told=1
    sleep 2
  done
  log "the builder $BUILDER_IP is not done after $deadline s: building here"
  return 1
}

# ask URL: a line of the share's, or why there is none; whoever answers in its place may never come to an end.
# Both go by one pipe, so that what came from there and curl's word on it are never mixed.
ask() { curl -fsS --noproxy '*' --proto '=http' --connect-timeout 2 --max-time 5 "$1" 2>&1 | head -c 1000; }

# fetch_build STATE: only a file of the name that fits this machine is asked for, and only if the builder signed it.
fetch_build() {
  local file=$STATE_DIR/fetched digest signed
  if [[ ! $1 =~ ^ready\ ([0-9a-f]{64})\ ([A-Za-z0-9._-]+)\ ([0-9a-f]{64})$ ]]; then
    log "refused what $BUILDER_IP offers: it is not signed"
    return 1
  fi
  digest=${BASH_REMATCH[1]} signed=${BASH_REMATCH[3]}
  if [[ ${BASH_REMATCH[2]} != "$BUILD" ]]; then
    log "the builder has ${BASH_REMATCH[2]}, and this node needs $BUILD"
    return 1
  fi
  if [[ $(signature "$BUILD" "$digest") != "$signed" ]]; then
    log "refused what $BUILDER_IP offers: it is not signed with the key of this lab"
    return 1
  fi
  (ulimit -f "$most" && exec curl -fsS --noproxy '*' --proto '=http' --connect-timeout 5 --max-time 300 --retry 2 \
    -o "$file" "http://$BUILDER_IP:$SHARE_PORT/$BUILD") &&
    take "$file" "$digest" "the builder $BUILDER_IP" && rm "$file" && return 0
  rm -f "$file"
  return 1
}

built_here() {
  bash "$LAB_DIR/build.sh" || exit 1 # it has said why
  take "$SHARE_DIR/$BUILD" "$(digest_of "$SHARE_DIR/$BUILD")" "a build made here" ||
    fail "the build made here is of no use" "see the line above" "look at /var/log/redis-lab-build.log"
}

# Debian starts a service as soon as its package is unpacked, unless policy-rc.d ends with 101 ("forbidden").
# Redis's own unit is ours by name, in /etc/systemd/system; Valkey's has another name and would come up at a reboot.
from_package() {
  if [[ -e $policy ]] && ! grep -q redis-lab "$policy"; then mv "$policy" "$policy.saved"; fi
  printf '#!/bin/sh\n# redis-lab, while it installs packages\nexit 101\n' >"$policy"
  chmod 0755 "$policy"
  need_packages "$ENGINE-server" "$ENGINE-tools"
  [[ $ENGINE != valkey ]] || systemctl mask --quiet --now valkey-server valkey-sentinel

  local seen
  seen=$(flaw "$server")
  [[ -z $seen ]] || fail "the package $ENGINE-server" "$seen" "ask for that version in the lab's spec, or for install: source"
  # An unattended upgrade would restart the server in the middle of class.
  apt-mark hold "$ENGINE-server" >/dev/null
  log "$ENGINE is installed from packages"
}

trap leave EXIT
if [[ $INSTALL == package ]]; then
  from_package
else
  open_share
  if [[ -x $server && -z $(flaw "$server") ]]; then
    log "$ENGINE $VERSION is installed already"
  else
    mount_seed
    from_payload || from_builder || built_here
  fi
  if [[ $SHARE == 1 ]]; then
    offer
  elif [[ $BUILDER_IP != "$NODE_IP" ]]; then
    python3 -IS "$LAB_DIR/share.py" have "$BUILDER_IP" "$SHARE_PORT"
  fi
fi
