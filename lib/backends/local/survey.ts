/** Which servers of a lab run. */
import { WorkspaceError } from '../../errors.js';
import type { ProcessTable, SeenProcess, Trace } from '../../process/processes.js';
import { list } from '../../report/layout.js';
import { readIfAny } from '../../workspace/inspect.js';
import type { Service, ServiceStatus } from '../backend.js';
import { type LabService, listenAddress, servicesOf } from '../services.js';
import {
  at,
  configFile,
  dataFolder,
  type LabPaths,
  logFile,
  NODES,
  nodeFolder,
  pidFile,
  reallyAt,
  STATE,
} from './paths.js';
import { readState, type State, startAgain } from './state.js';

export interface Surveyed extends LabService {
  /** Undefined if it does not run. */
  readonly process: SeenProcess | undefined;
  readonly state: ServiceStatus['state'];
}

/**
 * Every service of a lab, with its process, which is recognised by its working directory. The process id in the state only
 * tells where to look first.
 */
export async function survey(
  paths: LabPaths,
  table: ProcessTable,
  state: State,
): Promise<Surveyed[]> {
  const services = servicesOf(state.lab);
  const found = await table.find(services.map((service) => traceIn(paths, state, service)));
  return services.map((service, index) => {
    const process = found[index]?.[0];
    return {
      ...service,
      process,
      state: !process ? 'stopped' : process.halted ? 'hung' : 'running',
    };
  });
}

/** The process of one service, as {@link survey} finds it. */
export async function processOf(
  paths: LabPaths,
  table: ProcessTable,
  state: State,
  service: LabService,
): Promise<SeenProcess | undefined> {
  return (await table.find([traceIn(paths, state, service)]))[0]?.[0];
}

/**
 * The state of a lab; undefined if it is not up.
 * @throws WorkspaceError if the state is damaged or of a newer format, or is gone while servers run: they may hold data that
 * the user wants to keep
 */
export async function stateOf(paths: LabPaths, table: ProcessTable): Promise<State | undefined> {
  const state = readState(paths);
  if (state) return state;
  const living = await strays(paths, table);
  if (living.length === 0) return undefined;
  throw new WorkspaceError(
    `${at(paths, STATE)} is gone, and of the lab there still run ${list(living.map(({ name }) => name))}. ${startAgain(paths)}`,
  );
}

/** Servers that run in a lab's folder, whatever the state says. */
export async function strays(
  paths: LabPaths,
  table: ProcessTable,
): Promise<{ readonly name: string; readonly process: SeenProcess }[]> {
  if (!paths.folder.isOwn()) return [];
  const serviceFolders = paths.folder
    .list(NODES)
    .filter((node) => paths.folder.list(nodeFolder(node)).length > 0)
    .flatMap((node) => (['sentinel', 'redis'] as const).map((service) => ({ node, service })));
  if (serviceFolders.length === 0) return [];
  const found = await table.find(
    serviceFolders.map(({ node, service }) => ({
      ...traceOf(paths, node, service),
      marks: [at(paths, configFile(node, service)), ...listening(paths, node, service)],
    })),
  );
  return serviceFolders.flatMap(({ node, service }, index) =>
    (found[index] ?? []).map((process) => ({ name: `${node} ${service}`, process })),
  );
}

/** The address in a server's configuration: `127.0.0.1:20001`. */
function listening(paths: LabPaths, node: string, service: Service): string[] {
  const text = readIfAny(at(paths, configFile(node, service))) ?? '';
  const [, ip] = /^bind "?([\d.]+)"?$/m.exec(text) ?? [];
  const [, port] = /^port (\d+)$/m.exec(text) ?? [];
  return ip && port ? [`${ip}:${port}`] : [];
}

/** How a service of a lab is recognised. */
function traceIn(paths: LabPaths, state: State, service: LabService): Trace {
  const { node } = service;
  return {
    ...traceOf(paths, node.name, service.service),
    marks: [at(paths, configFile(node.name, service.service)), listenAddress(service)],
    pid: state.processes[service.name]?.pid,
  };
}

function traceOf(paths: LabPaths, node: string, service: Service): Omit<Trace, 'marks'> {
  return {
    dataFolder: reallyAt(paths, dataFolder(node, service)),
    logFile: reallyAt(paths, logFile(node, service)),
    pidFile: at(paths, pidFile(node, service)),
  };
}
