import { servicesOn } from '../model/services.js';
import { suspend } from './by-signal.js';
import type { Fault } from './fault.js';

export const freeze: Fault = {
  kind: 'freeze',
  describe:
    'the whole node stands still: its Redis server and its Sentinel are suspended by SIGSTOP',
  target: 'node',
  needs: 'signals',
  done: 'it stands still: its servers keep their connections and answer nobody',
  comesBack: 'woken',
  async inject(host, node) {
    for (const service of servicesOn(node)) await suspend(host, node, service);
  },
};
