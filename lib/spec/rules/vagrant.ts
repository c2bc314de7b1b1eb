import type { Rule } from './rule.js';

/** bento/ubuntu-24.04 does not apply user-data (bento#1655); generic/* has no cloud-init (robox#272). */
const NO_CLOUD_INIT = /^(?:bento|generic)\//;

const boxAppliesUserData: Rule = function* ({ lab }) {
  if (!NO_CLOUD_INIT.test(lab.vagrant.box)) return;
  yield {
    code: 'spec.box.no-cloud-init',
    path: ['vagrant', 'box'],
    seen: lab.vagrant.box,
    message: 'does not apply cloud-init user-data: nothing would be installed',
    fix: 'use cloud-image/ubuntu-24.04, cloud-image/ubuntu-22.04 or cloud-image/debian-12',
  };
};

export const vagrantRules: readonly Rule[] = [boxAppliesUserData];
