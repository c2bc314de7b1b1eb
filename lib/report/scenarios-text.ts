/** The scenarios, what each teaches and where it can be run, for people. The incidents come last, with what was reported. */
import { say, textsOf } from '../render/texts.js';
import { item } from './layout.js';
import { speechIn } from './speech.js';
import { PLAIN, type Style } from './style.js';
import type { ListedScenario, ScenarioList } from './types.generated.js';

/** Lines joined by newlines, none at the end. */
export function scenariosReport(
  { scenarios, incidents }: ScenarioList,
  style: Style = PLAIN,
  lang?: string,
): string {
  const speech = speechIn(lang);
  const t = speech.t.scenarios;
  const taught: Readonly<Record<string, string>> = t.of;
  const messages: Readonly<Record<string, string>> = textsOf('messages', speech.lang);
  const block = (
    { name, inUp, needs, backends, ownNetwork = [] }: ListedScenario,
    told: readonly string[],
  ) => {
    const isolated = ownNetwork
      .filter((backend) => !backends.includes(backend))
      .map((backend) => `${backend} --own-network`);
    const all = [...backends, ...isolated];
    const where = all.length === 0 ? t.nowhere : all.join(', ');
    const least = (['replicas', 'sentinels', 'quorum'] as const).flatMap((key) =>
      needs[key] > 0 ? [say(t.needs[key], { count: needs[key] })] : [],
    );
    return [
      `${style.strong(name)} (${where}${inUp ? `; ${t.inUp}` : ''})`,
      ...told.flatMap((text) => item('  ', text, style.width)),
      ...(least.length === 0 ? [] : [say(t.needed, { what: least.join(', ') })]),
    ];
  };
  return [
    ...scenarios.flatMap((each) => block(each, [taught[each.name] ?? []].flat())),
    ...(incidents.length === 0 ? [] : ['', style.strong(t.incidents)]),
    ...incidents.flatMap(({ link, reported, ...each }) =>
      block(each, [messages[`reported.${each.name}`] ?? reported, link]),
    ),
  ].join('\n');
}
