import type { Fault } from './fault.js';

export const powerOff: Fault = {
  kind: 'power-off',
  describe: 'the whole node is gone at once, as when its plug is pulled',
  target: 'node',
  needs: 'power',
  done: 'its power is gone',
  comesBack: 'started',
  inject: (host, node) => host.cutPower(node),
};
