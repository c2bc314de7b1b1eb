/** A client that writes while a scenario of a program runs, and what its writes tell. */
import { now, sleep } from '../clock.js';
import { EXIT, RedisLabError } from '../errors.js';
import type { NodeModel } from '../model/model.js';
import type { ScenarioContext, Sections } from '../verify/context.js';
import { SentinelListener } from '../verify/sentinel-listener.js';
import { WRITE_EVERY_MS, type Writer } from '../verify/writer.js';
import { followingClient } from './following-client.js';
import { measure, storedRecords } from './measure.js';

const WRITES_WITHIN_MS = 10_000;
const LOOK_EVERY_MS = 10;

export class Client {
  private constructor(
    readonly context: ScenarioContext,
    readonly master: NodeModel,
    readonly listener: SentinelListener,
    readonly writer: Writer,
  ) {}

  /**
   * Resolves when its first write was acknowledged.
   * @throws RedisLabError (5) where none is
   */
  static async start(context: ScenarioContext, master: NodeModel): Promise<Client> {
    const { lab, recorder, keys } = context;
    await keys.choose(master);
    const listener = await SentinelListener.listen(lab, recorder);
    const writer = followingClient(context);
    writer.start();
    const end = now() + WRITES_WITHIN_MS;
    try {
      while (!writer.ledger.lastAcknowledgedBefore(end)) {
        if (now() >= end) {
          const last = writer.ledger.entries.at(-1)?.reason?.text ?? 'it was not answered';
          throw new RedisLabError(
            `The client could not write within ${WRITES_WITHIN_MS / 1000} s: ${last}. See redis-lab status and redis-lab logs.`,
            { exitCode: EXIT.deadline },
          );
        }
        await sleep(LOOK_EVERY_MS, recorder.signal);
      }
      await context.clients.begin();
    } catch (error) {
      listener.close();
      await writer.stop();
      throw error;
    }
    return new Client(context, master, listener, writer);
  }

  /**
   * Ends it, and fills in what it shows.
   * @param holder the node that is asked which records there are
   * @param asked when the fault was asked for; undefined without one
   */
  async stop(sections: Sections, holder: NodeModel, asked: number | undefined): Promise<void> {
    const { context, master, listener, writer } = this;
    const { lab, recorder, keys, clients } = context;
    listener.close();
    await Promise.all([writer.stop(), clients.stop()]);
    const ofLibraries = await clients.results(holder, asked ?? recorder.zero);
    if (ofLibraries) sections.clients = ofLibraries;
    const stored = await storedRecords(holder, keys).catch(() => undefined);
    const last = asked === undefined ? undefined : writer.ledger.lastBeforeOutage(asked);
    if (asked === undefined || !last) {
      if (stored) sections.ledger = writer.ledger.result(stored, WRITE_EVERY_MS, recorder.zero);
      return;
    }
    // Until the fault took effect, writes still succeeded.
    const fault = Math.max(asked, last.settledAt);
    recorder.zero = fault;
    await listener.date(context.logs);
    measure({ lab, sections, master, listener, writer, probe: undefined, fault }, stored);
    if (sections.fault?.node === master.name) return;
    sections.phases = [];
    sections.writableMs = null;
  }
}
