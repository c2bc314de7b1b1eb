# frozen_string_literal: true

# Prints as JSON what depends on the processor of this machine, for libvirt: which edition of a box Vagrant takes of the catalogue
# on standard input once it has read a Vagrantfile, and what the machines have.
#
#   ruby vagrant-processor.rb FOLDER PROCESSOR   PROCESSOR is Ruby's word for it: x86_64, aarch64
require 'json'
require 'vagrant'

folder, processor = ARGV
RbConfig::CONFIG['host_cpu'] = processor
environment = Vagrant::Environment.new(cwd: folder, ui_class: Vagrant::UI::Silent)
name = environment.machine_names.first
machine = environment.vagrantfile.machine_config(name, :libvirt, environment.boxes)[:config].vm.get_provider_config(:libvirt)

puts JSON.generate(
  edition: Vagrant::BoxMetadata.new($stdin).version('>= 0', provider: :libvirt).provider(:libvirt).url,
  disks: [machine.disk_device, *machine.cdroms.map { |cdrom| "#{cdrom[:dev]} #{cdrom[:bus]}" }],
  controller: machine.disk_controller_model,
  features: machine.features,
  inputs: machine.inputs.map { |input| input[:bus] },
  cpu: [machine.cpu_mode, machine.cpu_model],
)
