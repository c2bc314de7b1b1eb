/**
 * redis-lab: one description in, a complete Redis Sentinel lab out.
 *
 * @example
 * const lab = buildLab({ redis: { version: '8.2.8' } });
 * await lab.write('generated');
 */
export { type ExitCode, type Problem, RedisLabError, SpecError, WorkspaceError } from './errors.js';
export { buildLab, type Lab, type LoadOptions, loadLab } from './lab.js';
export type { LabModel, NodeModel } from './model/model.js';
export type { RenderedFile } from './render/file.js';
export type { LabSpec, NodeSpec } from './spec/lab-spec.js';
export type { Changes, Difference, WriteOptions } from './workspace/generate.js';
