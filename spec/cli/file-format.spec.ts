/** What is written into a file is what its ending says, and the folders on the way to it are made. */
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { handout } from '../../lib/cli/commands/paper.js';
import { report, verify } from '../../lib/cli/commands/proof.js';
import { formatOf } from '../../lib/cli/file-format.js';
import { generate } from '../../lib/cli/generate.js';
import { savedFile } from '../report/support/saved.js';
import { redisLab } from '../support/cli.js';

const COMMANDS = { generate, handout, report, verify };

function refused(command: keyof typeof COMMANDS, argv: Record<string, unknown>): string[] {
  return (COMMANDS[command].pointless?.(argv) ?? []).flatMap(([isSo, what]) =>
    isSo ? [what] : [],
  );
}

describe('the format of a file', () => {
  it('follows its ending', () => {
    const formats = {
      'a.md': 'md',
      'A.MARKDOWN': 'md',
      'b.txt': 'md',
      'b.htm': 'html',
      'c.d.pdf': 'pdf',
      'd.xml': 'xml',
      'e.json': 'json',
      f: undefined,
      '.pdf': undefined,
      'g.2026': undefined,
    };
    for (const [file, format] of Object.entries(formats)) {
      expect(formatOf(file), file).to.equal(format);
    }
  });

  const WRONG: readonly (readonly [keyof typeof COMMANDS, Record<string, unknown>, string])[] = [
    ['handout', { file: 'x.pdf', format: 'md' }, 'name two formats'],
    ['handout', { file: 'x.html', format: 'pdf' }, 'name two formats'],
    [
      'handout',
      { file: 'x.docx' },
      'the paper is Markdown, HTML, PDF. Name a file that ends in .md, .html, .pdf.',
    ],
    ['handout', { file: 'x.json', format: 'md' }, 'the paper is Markdown'],
    ['handout', { record: 'x.md' }, 'a recording is JSON. Name a file that ends in .json.'],
    ['verify', { junit: 'x.html' }, 'what CI reads is XML'],
    ['verify', { junit: 'x.json' }, 'what CI reads is XML'],
    ['verify', { report: 'x.pdf' }, 'the page is HTML. Name a file that ends in .html.'],
    ['report', { file: 'x.svg' }, 'the page is HTML'],
    ['report', { file: 'x.MD' }, 'the page is HTML'],
    ['verify', { report: 'x.txt' }, 'the page is HTML'],
    ['verify', { junit: 'x.xml.gz' }, 'what CI reads is XML'],
    ['handout', { class: 'c.csv', file: 'x.zip' }, 'the paper is Markdown, HTML, PDF.'],
    ['handout', { class: 'c.csv', folder: 'x.pdf' }, 'without such an ending: --folder "x".'],
    ['report', { svg: 'a/slides.svg' }, 'for all drawings. Name one without such an ending'],
    ['generate', { out: 'lab.yaml' }, '--out "lab.yaml" names a folder'],
  ];
  for (const [command, argv, told] of WRONG) {
    it(`is not another one: ${command} ${JSON.stringify(argv)}`, () => {
      const all = refused(command, argv);
      expect(all).to.have.lengthOf(1);
      expect(all[0]).to.include(told);
    });
  }

  it('is free where the ending says nothing', () => {
    expect(refused('handout', { file: 'x', format: 'pdf' })).to.deep.equal([]);
    expect(refused('handout', { file: 'x.pdf' })).to.deep.equal([]);
    expect(refused('handout', { file: 'x.HTML', format: 'html' })).to.deep.equal([]);
    expect(refused('verify', { junit: '/dev/stdout', report: 'run.2026-11' })).to.deep.equal([]);
    expect(refused('verify', { junit: 'a.xml', report: 'a.htm' })).to.deep.equal([]);
    expect(refused('report', { svg: 'slides', file: 'a.html' })).to.deep.equal([]);
    expect(refused('generate', { out: 'lab-2026.11' })).to.deep.equal([]);
  });

  it('is written into folders that are made, and not where a file is in the way', async () => {
    const folder = fs.mkdtempSync(path.join(tmpdir(), 'redis-lab-formats-'));
    try {
      const written = (name: string) => fs.readFileSync(path.join(folder, name), 'utf8');
      const paper = await redisLab(folder, ['handout', '--file', 'a/b c/paper.html']);
      expect(paper, paper.stderr).to.include({ exitCode: 0, stdout: '' });
      expect(written('a/b c/paper.html')).to.match(/^<!doctype html>/i);
      const page = (file: string) =>
        redisLab(folder, ['report', savedFile('plain'), '--file', file]);
      expect(await page('a/d/run.html')).to.include({ exitCode: 0, stdout: '' });
      expect(written('a/d/run.html')).to.match(/^<!doctype html>/i);
      const inTheWay = await page('a/d/run.html/x/run.html');
      expect(inTheWay).to.include({ exitCode: 2, stdout: '' });
      expect(inTheWay.stderr).to.include('a/d/run.html');
    } finally {
      fs.rmSync(folder, { recursive: true, force: true });
    }
  });
});
