/** The scenarios, what each teaches and where it can be run, for people. */
import { say } from '../render/texts.js';
import { item } from './layout.js';
import { speechIn } from './speech.js';
import { PLAIN, type Style } from './style.js';
import type { ScenarioList } from './types.generated.js';

/** Lines joined by newlines, none at the end. */
export function scenariosReport(
  { scenarios }: ScenarioList,
  style: Style = PLAIN,
  lang?: string,
): string {
  const t = speechIn(lang).t.scenarios;
  const taught: Readonly<Record<string, string>> = t.of;
  return scenarios
    .flatMap(({ name, inUp, needs, backends, ownNetwork = [] }) => {
      const isolated = ownNetwork
        .filter((backend) => !backends.includes(backend))
        .map((backend) => `${backend} --own-network`);
      const all = [...backends, ...isolated];
      const where = all.length === 0 ? t.nowhere : all.join(', ');
      const told = taught[name];
      const least = (['replicas', 'sentinels', 'quorum'] as const).flatMap((key) =>
        needs[key] > 0 ? [say(t.needs[key], { count: needs[key] })] : [],
      );
      return [
        `${style.strong(name)} (${where}${inUp ? `; ${t.inUp}` : ''})`,
        ...(told === undefined ? [] : item('  ', told, style.width)),
        ...(least.length === 0 ? [] : [say(t.needed, { what: least.join(', ') })]),
      ];
    })
    .join('\n');
}
