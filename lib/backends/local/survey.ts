/** Which servers of a lab live. */

import type { ProcessTable, SeenProcess, Trace } from '../../process/processes.js';
import { readIfAny } from '../../workspace/folder.js';
import type { Service, ServiceStatus } from '../backend.js';
import { type LabService, placeOf, servicesOf } from '../services.js';
import {
  at,
  configFile,
  dataFolder,
  NODES,
  nodeFolder,
  type Place,
  pidFile,
  reallyAt,
} from './place.js';
import type { State } from './state.js';

export interface Surveyed extends LabService {
  /** Undefined if it does not live. */
  readonly process: SeenProcess | undefined;
  readonly state: ServiceStatus['state'];
}

/**
 * Every service of a lab that was up, with its process. One that nobody wrote down, because whoever
 * started it was killed before, is found by the folder that it works in.
 */
export async function survey(place: Place, table: ProcessTable, state: State): Promise<Surveyed[]> {
  const services = servicesOf(state.lab);
  const recorded = services.map(({ name }) => state.processes[name] ?? undefined);
  const seen = await table.look(recorded.flatMap((identity) => identity?.pid ?? []));
  const processes = recorded.map((identity) => {
    const process = identity && seen.get(identity.pid);
    return process?.started === identity?.started ? process : undefined;
  });
  const missing = services.filter((_, index) => !processes[index]);
  const found =
    missing.length === 0 ? [] : await table.find(missing.map((each) => traceOf(place, each)));
  return services.map((service, index) => {
    const process = processes[index] ?? found[missing.indexOf(service)]?.[0];
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
  const recorded = state.processes[service.name];
  const seen = recorded && (await table.look([recorded.pid])).get(recorded.pid);
  if (seen && seen.started === recorded.started) return seen;
  return (await table.find([traceOf(place, service)]))[0]?.[0];
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
      dataFolder: reallyAt(place, dataFolder(node, service)),
      pidFile: at(place, pidFile(node, service)),
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

function traceOf(place: Place, service: LabService): Trace {
  const { node } = service;
  return {
    dataFolder: reallyAt(place, dataFolder(node.name, service.service)),
    pidFile: at(place, pidFile(node.name, service.service)),
    marks: [at(place, configFile(node.name, service.service)), placeOf(service)],
  };
}
