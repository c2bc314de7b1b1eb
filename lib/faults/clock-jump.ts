/** The clock of a Sentinel jumps: it notices, and acts on nothing for half a minute (TILT). */
import type { Fault } from './fault.js';

/** More than a Sentinel takes for a delay (2 s) and than TILT lasts (30 s), less than what ends a replica's link (60 s). */
export const JUMP_S = 40;

export const clockJump: Fault = {
  kind: 'clock-jump',
  describe: `the clock jumps forward by ${JUMP_S} s: that of a virtual machine, elsewhere what its Sentinel sees of it, which is started again for that`,
  target: 'sentinel',
  needs: 'clock',
  done: `its Sentinel's clock has jumped forward by ${JUMP_S} s`,
  comesBack: 'tilt',
  lacks: ({ clock }, node) => clock.lack(node),
  inject: ({ clock }, node) => clock.move(node, JUMP_S),
  async undo({ clock }, node) {
    if (!node.runsSentinel || !(await clock.restore(node))) return undefined;
    return { code: 'mended.clock', values: { node: node.name } };
  },
};
