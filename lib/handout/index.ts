import type { LabModel } from '../model/model.js';
import { type HandoutOptions, handoutOf } from './handout.js';

export type { HandoutOptions } from './handout.js';

/**
 * The paper for the class, made from a lab (`buildLab()`): Markdown or HTML. Pure: no disk, no clock, no randomness.
 * Default: English unless the description says otherwise, the student's edition, Markdown.
 * @throws RedisLabError (2) for an unknown language, an empty name, or a recording that is none
 */
export function handout(lab: { readonly model: LabModel }, options: HandoutOptions = {}): string {
  return handoutOf(lab.model, options);
}
