import type { LabModel } from '../../model/model.js';
import { type Survey, survey } from '../machine/survey.js';
import type { Powers } from './machines.js';
import type { Ssh } from './ssh.js';

/** What runs on the machines. Without `powers` all are asked; one that does not answer by ssh runs nothing. */
export async function surveyed(ssh: Ssh, lab: LabModel, powers?: Powers): Promise<Survey> {
  return survey(ssh, lab, (node) => (powers ? (powers.get(node) ?? 'stopped') : 'running'));
}
