/** Which servers of a lab live. */

import { WorkspaceError } from '../../errors.js';
import type { ProcessTable, SeenProcess, Trace } from '../../process/processes.js';
import { list } from '../../report/layout.js';
import { readIfAny } from '../../workspace/folder.js';
import type { Service, ServiceStatus } from '../backend.js';
import { type LabService, placeOf, servicesOf } from '../services.js';
import {
  at,
  configFile,
  dataFolder,
  logFile,
  NODES,
  nodeFolder,
  type Place,
  pidFile,
  reallyAt,
  STATE,
} from './place.js';
import { readState, type State, startAgain } from './state.js';

export interface Surveyed extends LabService {
  /** Undefined if it does not live. */
  readonly process: SeenProcess | undefined;
  readonly state: ServiceStatus['state'];
}

/**
 * Every service of a lab that was up, with its process: one that works in its folder, whether or not it was written
 * down. What was written down only says where to look first.
 */
export async function survey(place: Place, table: ProcessTable, state: State): Promise<Surveyed[]> {
  const services = servicesOf(state.lab);
  const found = await table.find(services.map((service) => traceIn(place, state, service)));
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
  place: Place,
  table: ProcessTable,
  state: State,
  service: LabService,
): Promise<SeenProcess | undefined> {
  return (await table.find([traceIn(place, state, service)]))[0]?.[0];
}

/**
 * What is remembered of a lab; undefined if it was never up, or was taken down.
 * @throws WorkspaceError for what no redis-lab of this format wrote, and where it is gone while servers live: they may
 * hold what somebody wants to keep
 */
export async function stateOf(place: Place, table: ProcessTable): Promise<State | undefined> {
  const state = readState(place);
  if (state) return state;
  const living = await strays(place, table);
  if (living.length === 0) return undefined;
  throw new WorkspaceError(
    `${at(place, STATE)} is gone, and of the lab there still run ${list(living.map(({ name }) => name))}. ${startAgain(place)}`,
  );
}

/** Servers that live in a lab's folder, whatever is written down about them, by `master redis`. */
export async function strays(
  place: Place,
  table: ProcessTable,
): Promise<{ readonly name: string; readonly process: SeenProcess }[]> {
  if (!place.folder.isOwn()) return [];
  const places = place.folder
    .list(NODES)
    .filter((node) => place.folder.list(nodeFolder(node)).length > 0)
    .flatMap((node) => (['sentinel', 'redis'] as const).map((service) => ({ node, service })));
  if (places.length === 0) return [];
  const found = await table.find(
    places.map(({ node, service }) => ({
      ...traceOf(place, node, service),
      marks: [at(place, configFile(node, service)), ...listening(place, node, service)],
    })),
  );
  return places.flatMap(({ node, service }, index) =>
    (found[index] ?? []).map((process) => ({ name: `${node} ${service}`, process })),
  );
}

/** Where a configuration makes its server listen, `127.0.0.1:20001`. */
function listening(place: Place, node: string, service: Service): string[] {
  const text = readIfAny(at(place, configFile(node, service))) ?? '';
  const [, ip] = /^bind "?([\d.]+)"?$/m.exec(text) ?? [];
  const [, port] = /^port (\d+)$/m.exec(text) ?? [];
  return ip && port ? [`${ip}:${port}`] : [];
}

/** Where a service of a lab is looked for, first where it was written down. */
function traceIn(place: Place, state: State, service: LabService): Trace {
  const { node } = service;
  return {
    ...traceOf(place, node.name, service.service),
    marks: [at(place, configFile(node.name, service.service)), placeOf(service)],
    pid: state.processes[service.name]?.pid,
  };
}

function traceOf(place: Place, node: string, service: Service): Omit<Trace, 'marks'> {
  return {
    dataFolder: reallyAt(place, dataFolder(node, service)),
    logFile: reallyAt(place, logFile(node, service)),
    pidFile: at(place, pidFile(node, service)),
  };
}
