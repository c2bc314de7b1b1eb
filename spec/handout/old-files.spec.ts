/** The exercise that ends in `redis-lab check`: what the paper shows is what the command says. */
import path from 'node:path';
import { expect } from 'chai';
import type { Part } from '../../lib/handout/document.js';
import { mendFiles, oldFiles } from '../../lib/handout/parts/old-files.js';
import { writingOf } from '../../lib/handout/writing.js';
import { buildLab } from '../../lib/lab/lab.js';
import type { LabSpec } from '../../lib/spec/types.generated.js';
import { scratchFiles } from '../readers/support/scratch.js';
import { redisLab } from '../support/cli.js';

function writing(language: string, edition: 'student' | 'instructor', spec: LabSpec = {}) {
  const options = { language, edition, owner: undefined, short: false, receipt: undefined };
  const recording = { outputs: {} } as unknown as Parameters<typeof writingOf>[1]['recording'];
  return writingOf(buildLab(spec).model, { ...options, recording });
}

const outputs = (parts: readonly Part[]) =>
  parts.flatMap((part) => (part.kind === 'output' ? [part.text.replace(/^…\n/, '')] : []));

describe('the files of the old page', () => {
  for (const language of ['en', 'id']) {
    it(`end in check as the paper says, wrong and mended (${language})`, async () => {
      const own = writing(language, 'student');
      const { old, mended } = oldFiles(own);
      const parts = mendFiles(own);
      const [command] = parts.flatMap((part) => (part.kind === 'commands' ? part.commands : []));
      const words = command?.redisLab?.split(' ').slice(1) ?? [];
      const said = outputs(parts);
      for (const [at, files] of [old, mended].entries()) {
        const folder = scratchFiles('old', files);
        const { exitCode, stdout } = await redisLab(folder, words);
        expect(exitCode).to.equal(at === 0 ? 1 : 0);
        expect(stdout.endsWith(said[at] ?? 'nothing was said'), stdout).to.equal(true);
      }
    });
  }

  it('have every mistake of the page that is in files', async () => {
    const { old } = oldFiles(writing('en', 'student'));
    const folder = scratchFiles('old', old);
    const { stdout } = await redisLab(folder, ['check', 'old', '--json']);
    const codes = JSON.parse(stdout).findings.map(({ code }: { code: string }) => code);
    expect(codes).to.include.members([
      'line.comment-behind',
      'port.cut-short',
      'sentinel.time-unit',
      'sentinel.other-master',
      'open.everybody',
    ]);
    expect(
      Object.keys(old)
        .map((file) => path.basename(file))
        .sort(),
    ).to.include('sentinel.conf');
  });

  it('have their solution in the edition for instructors only, for any lab', async () => {
    const shown = (edition: 'student' | 'instructor') =>
      JSON.stringify(mendFiles(writing('en', edition)));
    expect(shown('instructor')).to.include('replicaof 192.168.100.11 6379');
    expect(shown('student')).not.to.include('replicaof');
    const spec: LabSpec = {
      nodes: [{ role: 'master' }, {}, { role: 'sentinel' }],
      redis: { port: 7000 },
      sentinel: { masterName: 'cache' },
    };
    const { mended } = oldFiles(writing('en', 'student', spec));
    const { exitCode, stdout } = await redisLab(scratchFiles('old', mended), ['check', 'old']);
    expect(exitCode, stdout).to.equal(0);
  });
});
