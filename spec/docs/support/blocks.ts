/** The code blocks of README.md and docs/. Every one of them is run by some test: see `CHECKED_BY`. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../../support/cli.js';

export interface Block {
  /** Relative to the root: `docs/student.md`. */
  readonly file: string;
  /** Of its first fence, from 1. */
  readonly line: number;
  readonly language: string;
  readonly text: string;
}

export const FILES: readonly string[] = [
  'README.md',
  ...readdirSync(path.join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => `docs/${name}`),
];

export function textOf(file: string): string {
  return readFileSync(path.join(ROOT, file), 'utf8');
}

export const BLOCKS: readonly Block[] = FILES.flatMap((file) => {
  const text = textOf(file);
  return [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map((match) => ({
    file,
    line: text.slice(0, match.index).split('\n').length,
    language: match[1] ?? '',
    text: match[2] ?? '',
  }));
});

/** What is done with the blocks of each language; one that is not here has no test, and may not be used. */
export const CHECKED_BY: Readonly<Record<string, string>> = {
  sh: 'typed line by line, in order, on a real lab: spec/live/docs.thorough.spec.ts',
  ts: 'run, and what it prints compared with the text block that follows: spec/docs/docs.spec.ts, spec/live/docs.thorough.spec.ts',
  text: 'what the ts block before it prints',
  console: 'typed, and what comes out compared: spec/docs/docs.spec.ts',
  session: 'compared with a real run: spec/live/docs.thorough.spec.ts, spec/doctor/docs.spec.ts',
  yaml: 'read as a description: spec/docs/docs.spec.ts',
  conf: 'examples of rules: spec/redis-conf/rules.spec.ts, spec/readers/check.thorough.spec.ts',
  csv: 'read as the list of a class: spec/docs/docs.spec.ts',
  typescript: 'part of spec/live/example.spec.ts: spec/live/docs.thorough.spec.ts',
};

/**
 * Lines of `sh` blocks, without their comments, that are not typed as they stand, and why; `instead` is typed, and without it
 * the rest of the block is left out as well.
 */
export const NOT_TYPED: Readonly<
  Record<string, { readonly why: string; readonly instead?: string }>
> = {
  'npm ci && npx redis-lab up --yes': {
    why: 'npm ci has made the node_modules that the test runs with',
    instead: 'npx redis-lab up --yes',
  },
  'npm ci && npm test': { why: 'it runs this test; CI runs it as it stands, on a clean clone' },
  'cd generated && vagrant up': { why: 'needs Vagrant: spec/vagrant/plain.spec.ts' },
  'npx redis-lab up --backend incus': {
    why: 'needs Incus or LXD: spec/incus/contract.spec.ts, where the lines after it are done as well',
  },
  'npx redis-lab verify partition slow-link --backend local --own-network': {
    why: 'needs a packet filter: spec/live/own-network.thorough.spec.ts',
  },
  'npx redis-lab class up --roster class.csv': {
    why: 'needs Incus or LXD: spec/incus/class.spec.ts, where the lines after it are done as well',
  },
  'npx redis-lab class up --roster class.csv --backend local': {
    why: 'the list stands above it',
    instead:
      'printf "nama;NIM\\nAni;1\\nBudi;2\\n" > class.csv && npx redis-lab class up --roster class.csv --backend local',
  },
  'npx redis-lab doctor --backend incus --class 30': {
    why: 'needs Incus or LXD: spec/incus/members.spec.ts, spec/doctor/class.spec.ts',
  },
  'npx redis-lab class slips --roster class.csv --address labs.example.org --file slips.pdf': {
    why: 'needs labs that are up: spec/incus/class.spec.ts; the next line: spec/cli/class-papers.spec.ts',
  },
  'npx redis-lab up --backend vagrant': { why: 'needs Vagrant: spec/vagrant/story.spec.ts' },
  'npx redis-lab cache add /media/usb/redis-8.2.8.tar.gz': {
    why: 'needs that file: spec/cache/add.spec.ts',
  },
  'npx redis-lab handout --record mine.json': {
    why: 'takes minutes; spec/live/handout.thorough.spec.ts types all of it',
    instead: 'cp "$ROOT/templates/handout/recorded.json" mine.json',
  },
  'npx redis-lab handout --for "Ani, 05111" --file ani.pdf': {
    why: 'needs a browser: spec/browser/handout.spec.ts',
  },
  'npx redis-lab handout --class class.csv --folder papers': {
    why: 'the list stands above it',
    instead:
      'printf "nama;NIM\\nAni;1\\n" > class.csv && npx redis-lab handout --class class.csv --folder papers',
  },
  'npx redis-lab handout --class class.csv --format pdf --file class.pdf': {
    why: 'needs a browser: spec/browser/handout.spec.ts',
  },
  'npx redis-lab doctor --fix --yes': { why: 'changes the machine: spec/cli/doctor.spec.ts' },
};

/** Whether a program brings labs up. */
export function runsALab(text: string): boolean {
  return /\.up\(/.test(text);
}

/** The lines of a block of shell commands, without comments. */
export function commandsIn(text: string): string[] {
  return text.split('\n').flatMap((line) => line.replace(/ +# .*$/, '').trim() || []);
}
