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
export type {
  Backend,
  BackendStatus,
  FaultKind,
  HealOptions as BackendHealOptions,
  Lack,
  LogOptions,
  LookedAt,
  Remedy,
  RunningServer,
  Service,
  ServiceOf,
  ServiceStatus,
  Stuck,
  UpOptions as BackendUpOptions,
  UpResult,
} from './backends/backend.js';
export type { ClassGround, MemberGround } from './backends/class-ground.js';
export type {
  BackendDescriptor,
  ClassesOfBackend,
  DoctorOfBackend,
  LabsOfBackend,
  ListOfBackend,
  Named,
  Placed,
  Room,
} from './backends/descriptor.js';
export type {
  Admission,
  ClientWay,
  Entrance,
  EntriesOfBackend,
  LabOfClass,
} from './backends/entries.js';
export { type BackendName, registerBackend } from './backends/registry.js';
export type { ClassCall, ClassDownCall, LabClass, StudentOutcome } from './class/class.js';
export type { Outcome as ClassOutcome } from './class/each.js';
export type { EntryOptions } from './class/entries.js';
export type { ClassModel, StudentLab } from './class/labs.js';
export {
  buildClass,
  type ClassFiles,
  type ClassOptions,
  type ClassSpec,
  loadClass,
} from './class/load.js';
export type { Student, StudentSpec } from './class/students.js';
export type { ClassEvent, ClassWatchOptions } from './class/watch.js';
export type { Invocation } from './command/call.js';
export {
  type ErrorCode,
  type ExitCode,
  type Lacking,
  NotReadyHereError,
  type Problem,
  type ProblemCode,
  RedisLabError,
  SpecError,
  WorkspaceError,
} from './errors.js';
export { experiment } from './experiment/index.js';
export type { ExperimentPlan } from './experiment/plan.js';
export type { ExperimentOptions } from './experiment/run.js';
export type {
  ExperimentBand,
  ExperimentCell,
  ExperimentClientSummary,
  ExperimentHistory,
  ExperimentLateWrites,
  ExperimentMachine,
  ExperimentPhase,
  ExperimentProgram,
  ExperimentResult,
  ExperimentRun,
  ExperimentServer,
  ExperimentSpread,
  ExperimentSummary,
  ExperimentWrites,
} from './experiment/types.generated.js';
export type {
  Clock as FaultClock,
  Fault,
  FaultHost,
  Offer as FaultOffer,
  Places as FaultPlaces,
} from './faults/fault.js';
export type { FaultOptions, InjectOptions } from './faults/options.js';
export type { Filtering } from './faults/packet-filter.js';
export { type BackendFaults, registerFault } from './faults/registry.js';
export { type HandoutOptions, handout } from './handout/index.js';
export {
  type CheckOptions,
  type ConfigurationFile,
  checkConfiguration,
} from './lab/check-configuration.js';
export {
  buildLab,
  type Lab,
  type LoadOptions,
  listLabs,
  listScenarios,
  loadLab,
  type Written,
} from './lab/lab.js';
export type { ListOptions } from './lab/labs.js';
export type {
  BackendOptions,
  ExecOptions,
  ExecResult,
  ReadyOptions,
  UpOptions,
} from './lab/options.js';
export type { RunningLab } from './lab/running.js';
export type { Call, Change, Happening, LabEvent } from './live/events.js';
export type { WatchOptions } from './live/watch.js';
export type { Network } from './model/ipv4.js';
export type { Language } from './model/languages.js';
export type {
  ClientModel,
  IncusModel,
  LabModel,
  Machine,
  MachineModel,
  NodeModel,
  RedisModel,
  Role,
  SentinelModel,
  VagrantModel,
} from './model/model.js';
export type { Tls, Via } from './model/reach.js';
export type { Engine } from './model/releases.js';
export type { Guard, Secret } from './model/secret.js';
export type { OnProgress, Phase, ProgressEvent } from './progress.js';
export type { Reply } from './redis-view/connection.js';
export type { RenderedFile } from './render/file.js';
export type { ClaimTexts } from './report/claims.js';
export type { LabConnection, LabEndpoint, SentinelClientOptions } from './report/connection.js';
export { type ReportOptions, reportDrawings, type SlideOptions } from './report/drawings.js';
export {
  type Coded,
  type Message,
  type MessageItem,
  type MessageValues,
  messageOf,
  type Sentence,
} from './report/messages.js';
export { reportPage } from './report/page/page.js';
export type {
  Assertion,
  CheckedFile,
  CheckResult,
  CheckTarget,
  ClientStatus,
  Finding,
  FindingEdit,
  FixedFile,
  FoundLab,
  FoundProblem,
  HistoryFinding,
  HistoryOperation,
  HistoryResult,
  LabList,
  LabStatus,
  LedgerResult,
  LedgerStretch,
  LibraryClientResult,
  ListedIncident,
  ListedLab,
  ListedScenario,
  MoreFindings,
  NodeStatus,
  Phase as FailoverPhase,
  PhaseName as FailoverPhaseName,
  RandomResult,
  RandomRound,
  RandomStep,
  RedisStatus,
  ResultClient,
  ResultLab,
  ResultNode,
  RunResult,
  ScenarioList,
  ScenarioResult,
  ScenarioSections,
  ScenarioSummary,
  SentinelStatus,
  SilentBackend,
  Statistics,
  TimelineEntry,
  Verdict,
  VerifyResult,
} from './report/types.generated.js';
export type { OwnContext, OwnScenario } from './scenarios/own.js';
export type { RandomOptions } from './scenarios/random/hunt.js';
export { registerScenario } from './scenarios/registry.js';
export type * from './spec/types.generated.js';
export type { ScenarioNeeds } from './verify/context.js';
export type { Limits } from './verify/limits.js';
export type { ScenarioName, VerifyOptions } from './verify/options.js';
export type { Claim, Look, Seen } from './verify/recorder.js';
export type { NodeRole, NodeTarget } from './verify/role.js';
export type { Changes, Difference, WriteOptions } from './workspace/generate.js';
export type { LabNote } from './workspace/lab-notes.js';
