/** A scenario of a program: what it may use, and how it runs like a built-in one. */
import type { FaultKind } from '../backends/backend.js';
import { nodeIn } from '../backends/refusals.js';
import { faultNamed } from '../backends/registry.js';
import { now } from '../clock.js';
import { usage } from '../errors.js';
import { optionProblems } from '../faults/check-options.js';
import type { FaultOptions } from '../faults/options.js';
import type { LabModel, NodeModel } from '../model/model.js';
import { askOnce, type Reply } from '../redis-view/connection.js';
import { redisEndpoint, sentinelEndpoint } from '../redis-view/endpoints.js';
import { message } from '../report/messages.js';
import { readSections } from '../report/schema.js';
import type { ScenarioSections } from '../report/types.generated.js';
import type { Scenario, ScenarioNeeds } from '../verify/context.js';
import { agreedMaster } from '../verify/health.js';
import { waitReady } from '../verify/ready.js';
import type { Claim, Look, Seen } from '../verify/recorder.js';
import { claimWhole, wholeClaims } from '../verify/whole.js';
import { Client } from './client.js';

/** A scenario of a program. {@link registerScenario} adds one. */
export interface OwnScenario {
  /** As in `running.verify(['two-masters'])` and in the result. */
  readonly name: string;
  /** Without these it is skipped, with the reason. Default: it needs nothing. */
  readonly needs?: ScenarioNeeds;
  /** Everything that it will claim of this lab, in order, each with its texts. That the lab is whole is claimed before. */
  readonly claims: (lab: LabModel) => readonly Claim[];
  /** Makes its claims. What it broke by `inject` is mended afterwards, however it ended, and the lab waited for. */
  readonly run: (context: OwnContext) => Promise<void>;
}

/** What such a scenario has to work with. */
export interface OwnContext {
  /** The lab as it runs. */
  readonly lab: LabModel;
  /** The node that is master at the beginning. */
  readonly master: string;
  readonly signal: AbortSignal | undefined;
  /** A claim that was looked at. @throws what ends the scenario, if it does not hold: pass it on */
  found(claim: Claim, holds: boolean, seen: Seen): void;
  /**
   * Looks again and again until a claim holds. `withinMs` in milliseconds; `everyMs` between two looks, default 10.
   * @throws what ends the scenario, when the time is up: pass it on; what `look` throws; the signal's reason
   */
  eventually<T>(
    claim: Claim,
    options: { readonly withinMs: number; readonly everyMs?: number },
    look: () => Look<T> | Promise<Look<T>>,
  ): Promise<T>;
  /** Adds to the timeline. Never throws. */
  tell(source: string, event: string, detail?: string): void;
  /** One question to the Redis server of a node. @throws Error with what it refused, or why it did not answer */
  ask(node: string, command: string, ...args: readonly (string | number)[]): Promise<Reply>;
  /** One question to the Sentinel of a node. @throws as {@link ask} does */
  askSentinel(node: string, command: string, ...args: readonly (string | number)[]): Promise<Reply>;
  /** Breaks a node; it stays broken until {@link heal}. @throws RedisLabError (2) as `running.inject()` does */
  inject(fault: FaultKind, node: string, options?: FaultOptions): Promise<void>;
  /**
   * Starts a client that writes a numbered record each 10 ms, and finds the master as Sentinel's client guide says, until the
   * scenario is over. The result has an account of its writes then, and the outage of the first fault. Resolves when it writes.
   * @throws what ends the scenario, when no write succeeds in time; the signal's reason
   */
  startClient(): Promise<void>;
  /**
   * Adds sections to the result, which the report draws: what was measured in another way.
   * @throws TypeError for what is no section, with its path
   */
  measured(sections: Partial<ScenarioSections>): void;
  /** Undoes every fault; gives a sentence for each thing mended. @throws RedisLabError as `running.heal()` does */
  heal(): Promise<readonly string[]>;
}

/** A server that comes back is taken for a replica again after some ten seconds, milliseconds. */
const READY_MS = 120_000;

export function scenarioOf({ name, needs = {}, claims, run }: OwnScenario): Scenario {
  return {
    name,
    needs,
    measures: true,
    claims: (lab) => [...wholeClaims(lab), ...claims(lab)],
    async run(context, sections) {
      const { lab, backend, recorder, observer } = context;
      const master = agreedMaster(lab, await claimWhole(context)) as NodeModel;
      sections.master = master.name;
      let given: Partial<ScenarioSections> = {};
      let holder = master;
      let client: Client | undefined;
      let asked: number | undefined;
      let broken = false;
      const heal = async () => {
        const mended = await backend.heal({ signal: recorder.signal });
        for (const each of mended) recorder.tell('scenario', 'healed', [each]);
        broken = false;
        return mended.map(({ text }) => text);
      };
      try {
        await run({
          lab,
          master: master.name,
          signal: recorder.signal,
          found: (claim, holds, seen) => recorder.found(claim, holds, seen),
          eventually: (claim, options, look) => recorder.eventually(claim, options, look),
          tell: (source, event, detail) => recorder.tell(source, event, detail),
          ask: (node, ...question) => askOnce(redisEndpoint(nodeIn(lab, node)), question),
          askSentinel: (node, ...question) =>
            askOnce(sentinelEndpoint(nodeIn(lab, node)), question),
          async inject(kind, node, options = {}) {
            // A fault that is refused has not happened.
            const known = faultNamed(kind, backend.name);
            nodeIn(lab, node);
            const problems = optionProblems(known, [node], lab, options);
            if (problems.length > 0) throw usage(problems.join('\n'), 'fault.options');
            context.breaks();
            broken = true;
            const at = now();
            asked ??= at;
            if (!sections.fault) recorder.zero = at;
            sections.fault ??= { kind, node };
            recorder.tell('scenario', 'fault', [message('event.fault', { kind, node })], at);
            await backend.inject(kind, node, options);
          },
          async startClient() {
            client ??= await Client.start(context, master);
          },
          measured(found) {
            given = { ...given, ...readSections(found) };
          },
          heal,
        });
        if (sections.fault) {
          if (broken) await heal();
          // The next scenario must find a whole lab; Sentinel changes roles at its own pace.
          await waitReady(lab, { deadlineMs: READY_MS, signal: recorder.signal, backend });
          holder = agreedMaster(lab, await observer.look()) ?? master;
          if (holder !== master) sections.promotion = { from: master.name, to: holder.name };
        }
      } finally {
        await client?.stop(sections, holder, asked);
        Object.assign(sections, given);
      }
    },
  };
}
