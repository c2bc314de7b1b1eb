/** What all Sentinels of a lab publish, in one list. */
import { now } from '../clock.js';
import { type LabModel, sentinelsOf } from '../model/model.js';
import { sentinelEndpoint } from '../redis-view/endpoints.js';
import { listenTo, type SentinelEvent } from '../redis-view/sentinel-events.js';
import { type Message, message } from '../report/messages.js';
import { dated } from './dated.js';
import type { LogWatch } from './log-lines.js';
import type { Recorder } from './recorder.js';

export interface HeardEvent extends SentinelEvent {
  /** Node of the Sentinel that said it. */
  readonly node: string;
  /** The same in the timeline. */
  readonly told?: { at: number };
}

/** Listens to every Sentinel and tells the timeline. Close it. */
export class SentinelListener {
  events: HeardEvent[] = [];
  /** Connections that broke: the node of the Sentinel, and the moment of `now()`. */
  readonly losses: { readonly node: string; readonly at: number }[] = [];
  readonly #stop = new AbortController();
  /** Nodes whose Sentinel is not heard now. */
  readonly #silent = new Set<string>();

  /** Resolves when it hears all of them. */
  static async listen(lab: LabModel, recorder: Recorder): Promise<SentinelListener> {
    const listener = new SentinelListener();
    try {
      await Promise.all(
        sentinelsOf(lab).map((node) =>
          listenTo({
            endpoint: () => sentinelEndpoint(node),
            onEvent: (event) => {
              const { type, text, at } = event;
              const told = recorder.tell(`sentinel@${node.name}`, type, text, at);
              listener.events.push({ ...event, node: node.name, told });
            },
            signal: listener.#stop.signal,
            onConnection: (state) => {
              if (state === 'lost') {
                listener.#silent.add(node.name);
                listener.losses.push({ node: node.name, at: now() });
              } else listener.#silent.delete(node.name);
              const event = state === 'lost' ? 'connection lost' : 'connection back';
              recorder.tell(`sentinel@${node.name}`, event);
            },
          }),
        ),
      );
    } catch (error) {
      listener.close();
      throw error;
    }
    return listener;
  }

  /** Dates what was heard until now by the logs of the Sentinels. */
  async date(logs: LogWatch): Promise<void> {
    const heard = [...this.events];
    const ofEach = await Promise.all(
      [...new Set(heard.map(({ node }) => node))].map(async (node) => {
        const own = heard.filter((event) => event.node === node);
        const moments = dated(own, await logs.ofSentinel(node));
        return own.map((event, index) => ({ ...event, at: moments[index] ?? event.at }));
      }),
    );
    const since = this.events.slice(heard.length);
    this.events = [...ofEach.flat().toSorted((a, b) => a.at - b.at), ...since];
    for (const { told, at } of this.events) if (told) told.at = at;
  }

  /** The first event of a type since a moment, by any Sentinel. */
  first(type: string, since: number, about = ''): HeardEvent | undefined {
    return this.events.find(
      (each) => each.type === type && each.at >= since && each.text.startsWith(about),
    );
  }

  /** By epoch: the Sentinels that were elected since a moment. */
  leaders(since: number): ReadonlyMap<string, ReadonlySet<string>> {
    const leaders = new Map<string, Set<string>>();
    for (const { type, node, at } of this.events) {
      if (type !== '+elected-leader' || at < since) continue;
      const epoch = this.events.findLast(
        (each) => each.type === '+new-epoch' && each.node === node && each.at <= at,
      );
      const name = epoch?.text ?? '?';
      leaders.set(name, (leaders.get(name) ?? new Set()).add(node));
    }
    return leaders;
  }

  /** What was said since a moment, each type once, and who says nothing any more, for a message. */
  said(since: number): Message[] {
    const types = new Set(this.events.filter(({ at }) => at >= since).map(({ type }) => type));
    return [
      types.size === 0
        ? message('sentinels.quiet')
        : message('sentinels.said', { events: [...types].join(' ') }),
      ...(this.#silent.size === 0
        ? []
        : [message('sentinels.lost', { nodes: [...this.#silent].join(', ') })]),
    ];
  }

  close(): void {
    this.#stop.abort();
  }
}
