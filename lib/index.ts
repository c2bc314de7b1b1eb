/**
 * redis-lab: one description in, a complete Redis Sentinel lab out, running if you like.
 *
 * @example
 * const lab = buildLab({ redis: { version: '8.2.8' } });
 * await lab.write('generated');
 *
 * await using running = await lab.up({ install: true });
 * const { verdict } = await running.verify(['replication', 'failover']);
 */
export type { FaultKind, LogOptions, Service } from './backends/backend.js';
export {
  type ExitCode,
  type Lacking,
  NotReadyHereError,
  type Problem,
  RedisLabError,
  SpecError,
  WorkspaceError,
} from './errors.js';
export { type HandoutOptions, handout } from './handout/index.js';
export { buildLab, type Lab, type LoadOptions, listLabs, loadLab } from './lab.js';
export type { ListOptions } from './labs.js';
export type { LabModel, NodeModel } from './model/model.js';
export type { Guard, Secret } from './model/secret.js';
export type { OnProgress, ProgressEvent } from './progress.js';
export type { RenderedFile } from './render/file.js';
export type { LabConnection, LabEndpoint } from './report/connection.js';
export { type ReportOptions, reportDrawings } from './report/drawings.js';
export type { LabList, ListedLab, SilentBackend } from './report/labs.js';
export { reportPage } from './report/page/page.js';
export type { ScenarioResult, VerifyResult } from './report/result.js';
export type { LabStatus } from './report/status.js';
export type { BackendOptions, ReadyOptions, RunningLab, UpOptions } from './running.js';
export type { LabSpec, NodeSpec } from './spec/lab-spec.js';
export type { ScenarioName, VerifyOptions } from './verify/options.js';
export type { NodeRole, NodeTarget } from './verify/role.js';
export type { Changes, Difference, WriteOptions } from './workspace/generate.js';
