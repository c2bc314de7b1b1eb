/** Vagrant finds mistakes in the Vagrantfile: that it accepts ours, in ../vagrant.thorough.spec.ts, says something. */
import { LABS, plant, textOf, withVagrantfile } from '../support/labs.js';
import { program, readers } from '../support/readers.js';
import { expectRefused } from '../support/run.js';
import { provides, vagrant } from '../support/vagrant.js';

/** A mistake for each block of the Vagrantfile; Vagrant reads that of the asked provider only. */
const MISTAKES = {
  libvirt: {
    'among the settings of libvirt': ['libvirt.graphics_type', 'libvirt.graphic_type'],
    'among those of every machine': ['config.vm.boot_timeout', 'config.vm.boot_timeouts'],
  },
  virtualbox: {
    'among the settings of VirtualBox': ['virtualbox.linked_clone', 'virtualbox.linked_klone'],
    'among those of the disc': ['file: seed', 'file: seed, fille: 1'],
  },
} as const;

for (const provider of ['libvirt', 'virtualbox'] as const) {
  readers(`vagrant validate for ${provider}`, [program('vagrant'), provides(provider)], () => {
    for (const [where, [right, wrong]] of Object.entries(MISTAKES[provider])) {
      it(`finds a misspelt name ${where}`, async () => {
        const folder = await withVagrantfile(plant(course(), right, wrong));
        const ran = await vagrant(folder, ['validate'], { provider });
        expectRefused(ran, /settings shouldn't exist/);
      });
    }

    if (provider === 'virtualbox') {
      it('finds a seed that is not where the Vagrantfile says', async () => {
        const folder = await withVagrantfile(plant(course(), "'seed.iso'", "'sead.iso'"));
        expectRefused(await vagrant(folder, ['validate'], { provider }), /does not exist/);
      });
    }
  });
}

function course(): string {
  return textOf(LABS.course, 'Vagrantfile');
}
