/** How a check is tested: where it is looked at, and what it says there. */
import { expect } from 'chai';
import type { Check } from '../../../lib/doctor/check.js';
import { examine } from '../../../lib/doctor/examine.js';
import type { Host } from '../../../lib/doctor/host.js';
import { buildLab } from '../../../lib/lab/lab.js';
import { literal } from '../../../lib/literal.js';
import { type Coded, inEnglish, messageOf, sentenceIn } from '../../../lib/report/messages.js';
import { speechIn } from '../../../lib/report/speech.js';
import type { LabSpec } from '../../../lib/spec/types.generated.js';
import { englishWords } from '../../report/support/indonesian.js';
import { type Said, virtualBox } from './fake-host.js';
import * as recorded from './recorded.js';

type State = Check['state'];

interface Case {
  readonly where: string;
  readonly host: Host;
  readonly spec?: LabSpec;
  /** `left out`: there is no such check there. */
  readonly is: State | 'left out';
  readonly seen?: string | RegExp;
  readonly fix?: string | RegExp;
  readonly remedy?: string | RegExp;
}

/** What the checks of all cases said, by their codes. */
export const states = new Map<string, Set<State>>();

export function cases(code: string, all: readonly Case[]): void {
  describe(code, () => {
    for (const { where, host, spec = {}, is, seen, fix, remedy } of all) {
      it(`${is}: ${where}`, async () => {
        const found = (await examine(buildLab(spec).model, { host })).filter(
          (check) => check.code === code,
        );
        if (is === 'left out') {
          expect(found).to.deep.equal([]);
          return;
        }
        const [check] = found;
        expect(check?.state, JSON.stringify(found)).to.equal(is);
        if (!check) return;
        note(check);
        if (seen !== undefined) expect(check.seen.text).to.match(matcher(seen));
        if (fix !== undefined) expect(check.fix?.text).to.match(matcher(fix));
        if (remedy !== undefined) {
          expect(inEnglish(check.remedy?.describe ?? '')).to.match(matcher(remedy));
        }
        // What is not good has a way out.
        if (is !== 'good') expect(check.fix?.text, check.seen.text).to.be.a('string');
        expect(check.why.text).to.match(/\.$/);
        expectIndonesian(check);
      });
    }
  });
}

/** All that a check says by itself has a text in each language: what is not a program's is not English then. */
export function expectIndonesian({ name, seen, why, fix, remedy }: Check): void {
  const told = [name, seen, why, ...(fix ? [fix] : []), ...(remedy ? [remedy.describe] : [])];
  for (const each of told) {
    const text = sentenceIn(INDONESIAN, withoutWords(messageOf(each)));
    // Commands stand in lines of their own.
    expect(englishWords(text.replaceAll(/^ {2}.*$/gm, '')), inEnglish(each)).to.deep.equal([]);
  }
}

/** Words of programs, and what is found on a machine, may be English in any language. */
function withoutWords(said: Coded): Coded {
  const values = Object.entries(said.values).map(([name, value]) => {
    const isCoded = typeof value === 'object' && 'code' in value;
    return [name, isCoded ? withoutWords(value) : typeof value === 'string' ? '…' : value];
  });
  return { code: said.code, values: Object.fromEntries(values) };
}

const INDONESIAN = speechIn('id');

function note({ code, state }: Check): void {
  states.set(code, (states.get(code) ?? new Set()).add(state));
}

function matcher(text: string | RegExp): RegExp {
  return typeof text === 'string' ? new RegExp(literal(text)) : text;
}

export const vagrant = (more: Record<string, Said>) => ({
  vagrant: {
    '--version': 'Vagrant 2.4.9\n',
    'plugin list': recorded.NO_PLUGINS,
    'box list': recorded.BOXES,
    ...more,
  },
});
export const vbox = (said: Said, more: Record<string, Said> = {}) => ({
  VBoxManage: { ...virtualBox(said), ...more },
});
export const nothing = (...names: string[]) => ({
  program: (name: string) => (names.includes(name) ? `/usr/bin/${name}` : undefined),
});

export const failing = (failure: string) => ({
  reach: async () => ({ reached: false, code: failure, failure }) as const,
});
export const unreached = failing('ENOTFOUND');
export const ram = (totalMb: number, availableMb: number | undefined) => ({
  memory: () => ({ totalMb, availableMb }),
});
