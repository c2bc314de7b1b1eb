import { expect } from 'chai';
import { failed } from '../../../lib/backends/vagrant/failure.js';
import {
  errorIn,
  messageIn,
  messagesIn,
  spokenIn,
} from '../../../lib/backends/vagrant/messages.js';

/** As Vagrant 2.3.4 says it. */
const NO_ENVIRONMENT =
  '1795601548,,error-exit,Vagrant::Errors::NoEnvironmentError,A Vagrant environment or target machine is required to run this\\ncommand. Run `vagrant init` to create a new Vagrant environment. Or%!(VAGRANT_COMMA)\\nget an ID.';

describe('what vagrant --machine-readable prints', () => {
  it('is read with its commas and ends of lines', () => {
    expect(
      messageIn('1795601549,,ui,info,vagrant-libvirt (0.11.2%!(VAGRANT_COMMA) system)'),
    ).to.deep.equal({
      target: '',
      type: 'ui',
      data: ['info', 'vagrant-libvirt (0.11.2, system)'],
    });
    expect(errorIn(messagesIn(NO_ENVIRONMENT))?.text.split('\n')).to.have.lengthOf(3);
  });

  it('is left where it is none', () => {
    for (const line of ['', 'Host master', 'warning: parser/current', '  User vagrant']) {
      expect(messageIn(line), line).to.equal(undefined);
    }
  });

  it('is told without its marks', () => {
    const said = (line: string) => spokenIn(messageIn(line) ?? { target: '', type: '', data: [] });
    expect(said('1,master,ui,info,==> master: Booting VM...')).to.equal('Booting VM...');
    expect(said('1,master,ui,detail,    master: SSH address: 127.0.0.1:2222')).to.equal(
      'SSH address: 127.0.0.1:2222',
    );
    expect(said('1,master,ui,output,Creating image')).to.equal('Creating image');
    expect(said('1,master,ui,info, -- Cpus:              1')).to.equal(undefined);
    expect(said('1,master,state,running')).to.equal(undefined);
    expect(said('1,,ui,detail,Progress: 9%')).to.equal('Progress: 9%');
  });
});

describe('a call of Vagrant that failed', () => {
  const call = { command: 'vagrant up', code: 1, stdout: '', stderr: '' };

  it('says which error it was, in what words, and the way out', () => {
    const messages = messagesIn(
      '1,master,error-exit,Vagrant::Errors::VirtualBoxInvalidHostSubnet,The IP address configured for the host-only network is not within the\\nallowed ranges.',
    );
    const error = failed({ ...call, messages });
    expect(error.exitCode).to.equal(4);
    expect(error.message)
      .to.contain('(VirtualBoxInvalidHostSubnet)')
      .and.contain('/etc/vbox/networks.conf');
  });

  it('is known by its words where the provider has no class for it', () => {
    const messages = messagesIn(
      '1,,error-exit,Fog::Errors::Error,Call to virNetworkCreate failed: internal error: Network is already in use by interface br0',
    );
    expect(failed({ ...call, messages }).message).to.contain('--set network=10.20.0.0/24');
  });

  it('says once what went wrong with several machines, and with which', () => {
    const of = (machine: string, words: string) =>
      `An error occurred while executing the action on the '${machine}'\\nmachine. Please handle this error then try again:\\n\\n${words}\\n\\n`;
    const full = 'Call to virStorageVolCreate failed: No space left on device';
    const messages = messagesIn(
      `1,,error-exit,Vagrant::Errors::BatchMultiError,An error occurred while executing multiple actions in parallel.\\n\\n${of('master', full)}${of('slave1', 'Something else')}${of('slave2', full)}`,
    );
    expect(failed({ ...call, messages }).message).to.equal(
      [
        'Vagrant failed:',
        `  master, slave2: ${full}`,
        '  slave1: Something else',
        'Make room on that disk, then run the same command again.',
      ].join('\n'),
    );
  });

  it('tells a KVM that is in the way from a processor that cannot', () => {
    const fix = (text: string) =>
      failed({ ...call, messages: messagesIn(`1,,error-exit,X,${text}`) }).message;
    expect(fix('VT-x is being used by another hypervisor (VERR_VMX_IN_VMX_ROOT_MODE)')).to.contain(
      'modprobe -r kvm_intel',
    );
    expect(fix('VT-x is not available (VERR_VMX_NO_VMX)')).to.contain('in the firmware');
  });

  it('asks for the kernel module of VirtualBox where its absence is what VirtualBox means', () => {
    for (const words of [
      'VBoxManage: error: VBoxNetAdpCtl: Error while adding new interface: failed to open /dev/vboxnetctl: No such file or directory',
      "VBoxManage: error: The virtual machine 'lab-master' has terminated unexpectedly during startup with exit code 1 (0x1)",
    ]) {
      const messages = messagesIn(`1,,error-exit,Vagrant::Errors::VBoxManageError,${words}`);
      expect(failed({ ...call, messages }).message).to.match(
        /kernel module loaded\? redis-lab doctor --backend vagrant/,
      );
    }
  });

  it('leads on from a box for another processor', () => {
    const words =
      'VBoxManage: error: Cannot run the machine because its platform architecture x86 is not supported on ARM';
    const messages = messagesIn(`1,,error-exit,Vagrant::Errors::VBoxManageError,${words}`);
    expect(failed({ ...call, messages }).message).to.contain('The box is for another processor.');
  });

  it('says at least what came last', () => {
    const error = failed({ ...call, messages: [], stderr: 'ruby: cannot load such file\n' });
    expect(error.message).to.contain('ruby: cannot load such file');
  });
});
