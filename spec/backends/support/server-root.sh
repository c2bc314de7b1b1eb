#!/usr/bin/env bash
# A Debian 12 root without a Redis, for tests that install one.
#
#   server-root.sh make ROOT
#     Makes it where it is missing; it is kept for the next run.
#   server-root.sh enter ROOT PROJECT NODE USER PROGRAM [ARGUMENT]...
#     Runs a program in it as that user, with the project and Node; nothing of what it writes stays.
#     Wants mount and process namespaces of its own.
set -euo pipefail

suite=bookworm

# The mirror of this machine, if it has this Debian.
mirror() {
  local own
  own=$(apt-get indextargets --format "\$(REPO_URI) \$(RELEASE) \$(COMPONENT)" 'Created-By: Packages' |
    awk -v suite="$suite" '$2 == suite && $3 == "main" && !seen++ { print $1 }')
  echo "${own:-http://deb.debian.org/debian}"
}

# The way there: a proxy, say.
way() { apt-config dump | grep -E '^Acquire::(https?::|Check-|Retries|AllowInsecure)' || true; }

make_root() {
  local root=$1 cache making
  cache=$(dirname "$root")
  mkdir -p "$cache"
  exec 9>"$cache/.lock" # the one of .ci/prerequisites, which tidies up in there
  flock --wait 600 9
  [[ ! -d $root ]] || return 0
  making=$(mktemp -d "$cache/.making-XXXXXX")
  # shellcheck disable=SC2064
  trap "rm -rf --one-file-system '$making'" EXIT
  trap 'exit 143' HUP INT TERM
  way >"$making/apt.conf"
  timeout --kill-after=10 300 unshare --mount --pid --fork --kill-child \
    mmdebstrap --mode=root --variant=apt --include=sudo --aptopt="$making/apt.conf" \
    --aptopt='APT::Sandbox::User "root"' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' "$suite" "$making/root" "$(mirror)" 9>&- </dev/null
  mv -T "$making/root" "$root"
}

# show FOLDER PLACE: what the machine has there, to be read.
show() {
  mkdir "$2"
  mount --bind "$1" "$2"
  mount -o remount,bind,ro "$2"
}

enter() {
  local root=$1 project=$2 node=$3 user=$4 here=/run
  shift 4
  mount -t tmpfs tmpfs "$here"
  mkdir "$here/upper" "$here/work" "$here/merged"
  way >"$here/apt.conf"
  mount -t overlay -o "lowerdir=$root,upperdir=$here/upper,workdir=$here/work" overlay "$here/merged"
  cd "$here/merged"
  mount -t proc proc proc
  cp "$here/apt.conf" etc/apt/apt.conf.d/99of-this-machine
  cp --dereference /etc/resolv.conf /etc/hosts etc/
  show "$project" mnt/project
  # Node looks here where the project's own folder of packages is a link, which leads nowhere in this root.
  show "$(realpath "$project/node_modules")" mnt/node_modules
  cp "$node" usr/local/bin/node
  local home=/root
  if [[ $user != root ]]; then
    home=/home/$user
    chroot . useradd --create-home "$user"
    echo "$user ALL=(ALL) NOPASSWD: ALL" >"etc/sudoers.d/$user"
  fi
  exec chroot --userspec="$user" . /usr/bin/env -i -C /mnt/project HOME="$home" LC_ALL=C.UTF-8 \
    PATH=/usr/local/bin:/usr/bin:/bin "$@"
}

case $1 in
make) make_root "$2" ;;
enter) enter "${@:2}" ;;
esac
