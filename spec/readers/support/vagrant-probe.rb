# frozen_string_literal: true

# Prints as JSON what Vagrant knows of the machines of a Vagrantfile:  ruby vagrant-probe.rb FOLDER PROVIDER
require 'json'
require 'vagrant'

NETWORK = %i[ip netmask mac auto_config libvirt__network_name libvirt__forward_mode libvirt__dhcp_enabled].freeze

folder, name = ARGV
provider = name.to_sym
environment = Vagrant::Environment.new(cwd: folder, ui_class: Vagrant::UI::Silent)

# VirtualBox's memory and processors are arguments of VBoxManage.
def customized(settings, option)
  settings.customizations.filter_map { |_, command| Integer(command.last) if command[2] == option }.last
end

machines = environment.machine_names.map do |machine|
  vm = environment.vagrantfile.machine_config(machine, provider, environment.boxes)[:config].vm
  settings = vm.get_provider_config(provider)
  common = {
    name: machine,
    primary: environment.primary_machine_name == machine,
    box: vm.box,
    boxVersion: vm.box_version,
    provisioners: vm.provisioners.map(&:name),
    network: vm.networks.find { |type, _| type == :private_network }.last.slice(*NETWORK),
  }
  common.merge(
    if provider == :libvirt
      {
        memory: settings.memory,
        cpus: settings.cpus,
        prefix: settings.default_prefix,
        driver: settings.driver,
        managementMac: settings.management_network_mac,
        managementMode: settings.management_network_mode,
        cache: settings.disk_driver_opts[:cache],
      }
    else
      {
        memory: customized(settings, '--memory'),
        cpus: customized(settings, '--cpus'),
        gui: settings.gui,
        linkedClone: settings.linked_clone,
        machine: settings.name,
        baseMac: vm.base_mac,
        disks: vm.disks.map { |disk| [disk.type, disk.file] },
      }
    end,
  )
end

puts JSON.generate(machines)
