# shellcheck shell=bash
# What .ci/prerequisites and spec/ground/prerequisites share: Debian's packages, without their services, and a way out
# that leaves nothing. It is sourced, never run: `. debian.sh NAME`, where NAME is how messages begin. Who sources it
# defines `give_up WHY`, for what cannot be had, and calls `begin` once it holds its lock on descriptor 9.
#
# Runs on macOS's bash 3.2 as well, as far as saying what is missing.

name=$1
policy=/usr/sbin/policy-rc.d
mark='of redis-lab, while it installs packages'

installed() {
  if command -v dpkg-query >/dev/null; then
    # The variable is dpkg-query's.
    # shellcheck disable=SC2016
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
  else
    command -v "$2" >/dev/null
  fi
}

# become_root SCRIPT ARGUMENT…: goes on as root, with the user's own cache, not root's.
become_root() {
  ((EUID != 0)) || return 0
  sudo -n true 2>/dev/null || give_up 'neither root nor sudo without a password'
  exec sudo -n env HOME="$HOME" XDG_CACHE_HOME="${XDG_CACHE_HOME:-}" CI="${CI:-}" bash "$@"
}

# begin: from here on, however this ends, nothing runs on and nothing half-made stays.
begin() {
  log=$(mktemp)
  making=''
  child=''
  installing='' # dpkg does not like to be interrupted: whoever comes next would have to repair
  trap leave EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
}

# However this ends: nothing runs on, nothing half-made stays, services may start again.
leave() {
  if [[ -n $child ]]; then
    if [[ -n $installing ]]; then echo "$name: ending when apt-get has" >&2; else kill -TERM "$child" || true; fi
    wait "$child" || true
  fi
  [[ -z $making ]] || rm -rf --one-file-system "$making"
  if grep -qs "$mark" "$policy"; then rm -f "$policy"; fi
  [[ ! -e $policy.redis-lab ]] || mv "$policy.redis-lab" "$policy"
  rm -f "$log"
}

# run SECONDS COMMAND…: in the background, because bash hears no signal before a foreground command ends.
run() {
  local status=0
  timeout --kill-after=10 "$@" >"$log" 2>&1 9>&- </dev/null &
  child=$!
  wait "$child" || status=$?
  child=''
  ((status == 0)) || tail -n 20 "$log" >&2
  return "$status"
}

apt_get() {
  DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 run "$1" apt-get --quiet --yes \
    -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3 "${@:2}"
}

# Debian starts a service as soon as its package is there, unless policy-rc.d ends with 101 ("forbidden").
forbid_services() {
  if [[ -e $policy ]] && ! grep -qs "$mark" "$policy"; then mv "$policy" "$policy.redis-lab"; fi
  printf '#!/bin/sh\n# %s\nexit 101\n' "$mark" >"$policy"
  chmod 0755 "$policy"
}

# install_packages PACKAGE…: those that this distribution has. Where it lacks one (Ubuntu has no vagrant) it has the others.
install_packages() {
  local package available=()
  echo "$name: installing $*" >&2
  apt_get 300 update || give_up 'apt-get update failed'
  for package; do
    if apt-cache show "$package" >/dev/null 2>&1; then available+=("$package"); fi
  done
  ((${#available[@]})) || return 0
  # cloud-init is here to read files, not to take this machine for a new one when it boots next.
  if [[ " ${available[*]} " == *' cloud-init '* ]]; then
    mkdir -p /etc/cloud
    touch /etc/cloud/cloud-init.disabled
  fi
  forbid_services
  installing=1
  apt_get 1200 install --no-install-recommends "${available[@]}" || give_up 'apt-get install failed'
  installing=''
}

# The mirror of this machine, if it is Debian.
mirror() {
  local own='' codename
  # shellcheck source=/dev/null
  codename=$(. /etc/os-release && echo "$ID-${VERSION_CODENAME:-}")
  if [[ $codename == debian-* ]]; then
    own=$(apt-get indextargets --format "\$(REPO_URI) \$(RELEASE) \$(COMPONENT)" 'Created-By: Packages' |
      awk -v codename="${codename#debian-}" '$2 == codename && $3 == "main" && !seen++ { print $1 }')
  fi
  echo "${own:-http://deb.debian.org/debian}"
}

# The way there (a proxy, say) is the machine's as well.
way() { apt-config dump | grep -E '^Acquire::(https?::|Check-|Retries|AllowInsecure)' || true; }
