/** Which services of a lab run, without a command on any node: by whether somebody listens where each should. */
import type { Duplex } from 'node:stream';
import type { LabModel, NodeModel } from '../../model/model.js';
import { servicesOf } from '../services.js';
import type { Power, Survey, Surveyed } from './survey.js';

/** How long a connection may take, milliseconds. */
const CONNECT_MS = 1000;

/**
 * A service whose node refuses the connection is stopped; any other runs, or seems to: whether it answers is for those who ask it. What only the
 * node itself could tell is not known: faults of its links, and whether a stopped service is about to come.
 * @param lab with a `via` in each node
 */
export async function probed(lab: LabModel, powerOf: (node: string) => Power): Promise<Survey> {
  const services = servicesOf(lab).map(async (each): Promise<Surveyed> => {
    const power = powerOf(each.node.name);
    const runs = power === 'running' && (await listens(each.node, each.port));
    const state = power === 'frozen' ? 'hung' : runs ? 'running' : 'stopped';
    return { ...each, state, pid: undefined, resting: true, failed: undefined, restarts: 0 };
  });
  return { services: await Promise.all(services), filtering: [], server: undefined };
}

async function listens({ ip, via }: NodeModel, port: number): Promise<boolean> {
  try {
    const connection = (await via?.(ip, port, CONNECT_MS)) as Duplex | undefined;
    connection?.destroy();
    return true;
  } catch (error) {
    return !/\bECONNREFUSED\b/.test((error as Error).message);
  }
}
