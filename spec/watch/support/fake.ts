/** A lab that is watched, played: what looks show, what its Sentinels say, and who still listens. */
import type { Happening, LabEvent } from '../../../lib/live/events.js';
import type { Look, Watchable } from '../../../lib/live/watch.js';
import type { Listening } from '../../../lib/redis-view/sentinel-events.js';
import type { LabStatus } from '../../../lib/report/types.generated.js';
import { status as labStatus } from '../../report/support/status.js';

export class FakeLab implements Watchable {
  readonly lab = 'fake';
  readonly backend = 'local';
  /** What the next look shows, or throws. */
  shows: Look | Error = { status: labStatus(), sentinels: [] };
  looks = 0;
  closed = 0;
  renewed: string[] = [];
  readonly listened: (Listening & { readonly node: string })[] = [];
  readonly callers = new Set<(event: Happening) => void>();

  show(status: Partial<LabStatus>, ports: Readonly<Record<string, number>> = {}): void {
    const sentinels = Object.entries(ports).map(([node, port]) => ({
      node,
      endpoint: { host: node, port },
    }));
    this.shows = { status: labStatus(status), sentinels };
  }

  readonly look = async () => {
    this.looks++;
    if (this.shows instanceof Error) throw this.shows;
    return this.shows;
  };

  readonly listen = (listening: Listening) => {
    const node = listening.endpoint().host;
    this.listened.push({ ...listening, node });
    const over = new Promise<void>((resolve) => {
      listening.signal.addEventListener('abort', () => resolve());
    });
    return { over, renew: () => void this.renewed.push(node) };
  };

  readonly hearCalls = (hear: (event: Happening) => void) => {
    this.callers.add(hear);
    return () => void this.callers.delete(hear);
  };

  readonly close = () => {
    this.closed++;
  };

  /** Nodes whose Sentinel is listened to now. */
  get heard(): string[] {
    return this.listened.flatMap(({ node, signal }) => (signal.aborted ? [] : [node]));
  }
}

/** The next event, without what is the same in all. */
export async function next(events: AsyncIterator<LabEvent>): Promise<Happening> {
  const { value } = await events.next();
  const { lab: _, at: __, time: ___, ...event } = value as LabEvent;
  return event as Happening;
}
