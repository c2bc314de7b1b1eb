#!/usr/bin/env bash
# Compiles Redis (or Valkey) from its source, which is checked before it is unpacked, and leaves a finished build in
# /var/lib/redis-lab/share. The same source gives the same build, byte for byte, so builds can be compared.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
. /opt/redis-lab/common.sh

source_name=$ENGINE-$VERSION.tar.gz
work=$STATE_DIR/build # a fixed place: the debug information of the binaries names it
swap=$STATE_DIR/swap
build_log=/var/log/redis-lab-build.log
watcher=''
read -ra flags <<<"$BUILD_FLAGS"
# Not build-essential, which brings what packages are made with.
packages=(gcc libc6-dev make libsystemd-dev)
((${VERSION%%.*} < 8)) || packages+=(g++) # a part of Redis 8 is C++
[[ $MAKE_TEST != 1 ]] || packages+=(tcl)

# Not by a signal that it could take for its own end, and tidy up after the build.
stop_telling() {
  [[ -z $watcher ]] || kill -KILL "$watcher" 2>/dev/null || true
  watcher=''
}

leave() {
  stop_telling
  rm -rf "$work"
  [[ ! -e $swap ]] || { swapoff "$swap" 2>/dev/null || true; rm -f "$swap"; }
}

# genuine FILE ORIGIN: whether it is the very source that the lab asks for.
genuine() {
  local digest
  digest=$(digest_of "$1")
  [[ $digest != "$SOURCE_SHA256" ]] || return 0
  seen="$2: its SHA-256 is $digest, not $SOURCE_SHA256"
  log "refused $source_name from $seen" >&2
  return 1
}

# download URL OPTION...: 60 is a certificate that does not hold, which a wrong clock is enough for.
download() {
  local url=$1 code=0
  shift
  curl -fsSL --proto '=http,https' --connect-timeout 10 --max-time 300 --retry 2 --retry-max-time 400 \
    "$@" -o "$tarball" "$url" || code=$?
  ((code == 60)) || return "$code"
  on_time >/dev/null || { echo "the certificate does not hold at $(date -u '+%F %H:%M') UTC, the time of this node's clock"; return 60; }
  curl -fsSL --proto '=http,https' --connect-timeout 10 --max-time 300 "$@" -o "$tarball" "$url"
}

# Leaves the path of the source in $tarball: from the payload, else from the first address that has it.
find_source() {
  local url seen='' all_seen='' proxy
  if tarball=$(payload "$source_name"); then
    ! genuine "$tarball" "the payload" || return 0
    all_seen=$seen
  fi
  need_packages "${packages[@]}" ca-certificates curl
  ways_out
  # Where only apt was given a proxy, it is the second way.
  proxy=$(apt-config dump --format '%v%n' Acquire::https::Proxy Acquire::http::Proxy 2>/dev/null | grep -m 1 '^http' || true)
  tarball=$work/$source_name
  for url in $SOURCE_URLS; do
    log "downloading $url"
    if seen=$(download "$url" 2>&1) || { [[ -n $proxy ]] && seen=$(download "$url" --proxy "$proxy" 2>&1); }; then
      ! genuine "$tarball" "$url" || return 0
    else
      seen="$url: ${seen##*$'\n'}"
    fi
    all_seen+="${all_seen:+, }$seen"
  done
  fail "no source of $ENGINE $VERSION" "${all_seen:-SOURCE_URLS is empty}" \
    "put $source_name into the lab's payload, or give this node a way to one of its addresses"
}

megabytes() { awk -v key="$1:" '$1 == key { print int($2 / 1024) }' /proc/meminfo; }

# The course warned that "memory may run out" in make. A container may not add swap: then it tries without.
make_room() {
  local free=$(($(megabytes MemAvailable) + $(megabytes SwapFree))) seen
  ((free < 600)) || return 0
  if seen=$({ fallocate -l 1G "$swap" && chmod 0600 "$swap" && mkswap "$swap" && swapon "$swap"; } 2>&1); then
    log "only $free MB of memory are free: 1 GB of swap is added for the build"
  else
    rm -f "$swap"
    log "only $free MB of memory are free, and no swap can be added (${seen##*$'\n'}): trying without"
  fi
}

# One compiler needs up to 300 MB.
jobs_here() {
  local jobs=$(($(megabytes MemAvailable) / 300)) cores
  cores=$(nproc)
  ((jobs <= cores)) || jobs=$cores
  ((jobs >= 1)) || jobs=1
  echo "$jobs"
}

# run_make ARGUMENT...: thousands of lines of output go to a file; its end is shown only if make fails.
run_make() {
  # SOURCE_DATE_EPOCH: otherwise Redis writes the host's name and the time into the binary.
  SOURCE_DATE_EPOCH=0 timeout 90m make -C "$work/source/src" "$@" "${flags[@]}" >>"$build_log" 2>&1 </dev/null && return
  local status=$?
  tail -n 30 "$build_log" >&2
  fail "make $1" "status $status; the last lines are above, all of them in $build_log" \
    "if a process was killed, give the node more memory; else read the first error in that file"
}

# tell_make: says every ten seconds how far make is. The libraries come first, which is half of the time: jemalloc looks at
# the system for a while, and compiles each file twice. Some files are for what nobody asks of make.
tell_make() {
  local source=$work/source all made idle
  shopt -s nullglob
  all=("$source"/src/*.c "$source"/deps/*/{,src/}*.c "$source"/deps/jemalloc/src/*.c)
  # A pipe that nobody writes to: waiting for it is no process of its own, which would outlive this one.
  mkfifo "$work/idle"
  exec {idle}<>"$work/idle"
  until read -r -t "${TELL_EVERY:-10}" -u "$idle"; do
    made=("$source"/src/*.o "$source"/deps/*/{,src/}*.o)
    log "building $ENGINE $VERSION: ${#made[@]} of about ${#all[@]} files are compiled"
  done
}

trap leave EXIT
leave
mkdir -p "$work/source" "$work/stage"
install -d -m 0755 "$SHARE_DIR"

find_source
need_packages "${packages[@]}"
make_room
jobs=$(jobs_here)
log "building $ENGINE $VERSION with $jobs job(s), which takes minutes; to watch: tail -f $build_log"
began=$SECONDS

# The folder in the archive is called differently everywhere, so it is left out.
tar -xzf "$tarball" -C "$work/source" --strip-components=1 --no-same-owner
: >"$build_log"
tell_make &
watcher=$!
disown
run_make all -j"$jobs"
stop_telling
if [[ $MAKE_TEST == 1 ]]; then run_make test; fi
run_make install PREFIX="$work/stage"

manifest >"$work/stage/BUILD"
tar --format=gnu --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -C "$work/stage" -cf - BUILD bin |
  gzip -n >"$work/$BUILD"
(cd "$work" && sha256sum "$BUILD" >"$BUILD.sha256")
mv "$work/$BUILD.sha256" "$work/$BUILD" "$SHARE_DIR/"
log "built $ENGINE $VERSION in $((SECONDS - began)) s"
