# shellcheck shell=bash disable=SC2034,SC2154
# Vagrant with libvirt: virtual machines by software emulation, which needs nothing of the processor.
PACKAGES+=(
  dnsmasq-base:dnsmasq
  iptables:iptables
  libvirt-clients:virsh
  libvirt-daemon-driver-qemu:libvirtd
  libvirt-daemon-system:libvirtd
  libvirt-daemon-system-systemd:libvirtd
  openssh-client:ssh
  qemu-system-x86:qemu-system-x86_64
  qemu-utils:qemu-img
  redis-tools:redis-cli
  vagrant:vagrant
  vagrant-libvirt:vagrant
)
SERVICES=(
  libvirtd.service libvirtd.socket libvirtd-ro.socket libvirtd-admin.socket libvirt-guests.service
  virtlogd.service virtlogd.socket virtlogd-admin.socket virtlockd.service virtlockd.socket virtlockd-admin.socket
)
PARTS=(machine-12 sources build-12)
NEEDS=(tun memory)
machine=machine-12 disk_device=vda console=ttyS0
site=("$kind_folder/site.Vagrantfile")

# --- The daemon
program=libvirtd
daemon=(libvirtd --config /etc/libvirt/libvirtd.conf)
answers() { virsh --connect qemu:///system --readonly list >/dev/null 2>&1; }

# --- Inside of the ground
own_place() {
  local name
  for name in lib/libvirt cache/libvirt log/libvirt; do own "/var/$name"; done
  own /etc/libvirt
  cp "$kind_folder"/{libvirtd,qemu}.conf /etc/libvirt/
  mkdir -p "$place"/{home,pool,tmp,vagrant/boxes}
  # libvirt, QEMU and Vagrant get a home of their own.
  export HOME=$place/home VAGRANT_HOME=$place/vagrant
  export VAGRANT_DEFAULT_PROVIDER=libvirt VAGRANT_CHECKPOINT_DISABLE=1 LIBVIRT_DEFAULT_URI=qemu:///system
  cat "${site[@]}" >"$VAGRANT_HOME/Vagrantfile"
  echo -n 1.5 >"$VAGRANT_HOME/setup_version"
}

# Parameters of the kernel.
# mitigations=off: an emulated processor gains nothing from them, and they are slow.
# norandmaps: otherwise the emulator translates the same code again for each process, and a first boot takes a third longer.
# Not nokaslr, with which a second boot takes a minute longer: the kernel is unpacked over code that the emulator has translated.
# Not audit=0, with which each sudo looks for a missing module.
parameters='rw net.ifnames=0 quiet mitigations=off apparmor=0 norandmaps'

# box NAME [PARAMETER]: makes a box, with its disk where vagrant-libvirt would put it. All boxes share one disk, read-only.
box() {
  local name=${1/\//-VAGRANTSLASH-} version=12.0 folder file
  folder=$VAGRANT_HOME/boxes/$name/$version/libvirt
  mkdir -p "$folder"
  echo '{"provider": "libvirt", "format": "qcow2", "virtual_size": 4}' >"$folder/metadata.json"
  cat >"$folder/Vagrantfile" <<END
Vagrant.configure('2') do |config|
  config.vm.provider :libvirt do |libvirt|
    libvirt.kernel = '${part[$machine]}/kernel'
    libvirt.initrd = '${part[$machine]}/initrd'
    libvirt.cmd_line = 'root=/dev/$disk_device $parameters console=$console${2:+ $2}'
  end
end
END
  for file in "$folder/box.img" "$place/pool/${name}_vagrant_box_image_${version}_box.img"; do
    touch "$file"
    mount --bind "${part[$machine]}/disk.qcow2" "$file"
    mount -o remount,bind,ro "$file"
  done
}

make_pool() {
  virsh pool-define-as default dir --target "$place/pool"
  virsh pool-autostart default
  virsh pool-start default
} >/dev/null

fill() {
  box redis-lab/debian-12
  box redis-lab/no-cloud-init cloud-init=disabled
  start_daemon
  make_pool
}
