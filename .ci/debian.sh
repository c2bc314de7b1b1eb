# shellcheck shell=bash
# Shared by .ci/prerequisites and spec/ground/prerequisites: installs Debian's packages without starting services, and cleans
# up. To be sourced: `. debian.sh NAME`, where messages begin with NAME. The script that sources it defines `give_up WHY`, for
# what cannot be had, and calls `begin` once it holds its lock on descriptor 9.
#
# Also runs on macOS's bash 3.2, as far as naming what is missing.

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

# become_root SCRIPT ARGUMENT…: runs the script again as root, with the user's cache.
become_root() {
  ((EUID != 0)) || return 0
  sudo -n true 2>/dev/null || give_up 'neither root nor sudo without a password'
  exec sudo -n env HOME="$HOME" XDG_CACHE_HOME="${XDG_CACHE_HOME:-}" CI="${CI:-}" bash "$@"
}

# begin: sets the traps for `leave`.
begin() {
  log=$(mktemp)
  making=''
  child=''
  installing='' # dpkg must not be interrupted: its database would need repair
  trap leave EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
}

# leave: ends what runs, removes what is half made, and allows services again.
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

# run SECONDS COMMAND…: in the background, because bash handles signals only after a foreground command.
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

# Debian starts a service when its package is installed, unless policy-rc.d exits with 101 ("forbidden").
forbid_services() {
  if [[ -e $policy ]] && ! grep -qs "$mark" "$policy"; then mv "$policy" "$policy.redis-lab"; fi
  printf '#!/bin/sh\n# %s\nexit 101\n' "$mark" >"$policy"
  chmod 0755 "$policy"
}

# install_packages PACKAGE…: installs those that this distribution has (Ubuntu has no vagrant).
install_packages() {
  local package available=()
  echo "$name: installing $*" >&2
  apt_get 300 update || give_up 'apt-get update failed'
  for package; do
    if apt-cache show "$package" >/dev/null 2>&1; then available+=("$package"); fi
  done
  ((${#available[@]})) || return 0
  # cloud-init is only needed to check files; it must not take this machine for a new one at its next boot.
  if [[ " ${available[*]} " == *' cloud-init '* ]]; then
    mkdir -p /etc/cloud
    touch /etc/cloud/cloud-init.disabled
  fi
  forbid_services
  installing=1
  apt_get 1200 install --no-install-recommends "${available[@]}" || give_up 'apt-get install failed'
  installing=''
}

# mirror: that of this machine if it is Debian, else the default.
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

# way: apt's settings of this machine for connections, such as a proxy.
way() { apt-config dump | grep -E '^Acquire::(https?::|Check-|Retries|AllowInsecure)' || true; }
