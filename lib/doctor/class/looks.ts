/** The checks before a class, in the order in which they are shown. */

import type { CheckCode } from '../check.js';
import type { Look } from '../look.js';
import { kernel, kernelsElsewhere, openFiles } from './kernel.js';
import { enforced, images, members, quorum, server, tokens } from './members.js';
import { diskOfClass, memoryOfClass } from './room.js';

const INCUS = ['incus'] as const;

export const CLASS_LOOKS: readonly Look<CheckCode>[] = [
  { code: 'class.server', about: INCUS, check: server },
  { code: 'class.members', about: INCUS, check: members },
  { code: 'class.quorum', about: INCUS, check: quorum },
  { code: 'class.memory', about: INCUS, check: memoryOfClass },
  { code: 'class.disk', about: INCUS, check: diskOfClass },
  { code: 'class.images', about: INCUS, check: images },
  { code: 'class.limits', about: INCUS, check: enforced },
  { code: 'class.tokens', about: INCUS, check: tokens },
  { code: 'class.inotify-instances', about: INCUS, check: kernel },
  { code: 'class.kernel', about: INCUS, check: kernelsElsewhere },
  { code: 'class.open-files', about: INCUS, check: openFiles },
];
