import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { stories } from '../../.ci/stories.js';
import { isOnNode, outputPoints, type Task } from '../../lib/handout/block.js';
import { plainLine, redisLabLine } from '../../lib/handout/command-line.js';
import { configurationsOf } from '../../lib/handout/directives.js';
import { piecesOf } from '../../lib/handout/document.js';
import { courseRecording, handoutsOf } from '../../lib/handout/handout.js';
import { handout } from '../../lib/handout/index.js';
import { checkLine } from '../../lib/handout/parts/old-files.js';
import { familyOf } from '../../lib/handout/parts/task.js';
import { patternOf } from '../../lib/handout/rehearse.js';
import { blocksOf, tasksOf } from '../../lib/handout/tasks.js';
import { buildLab } from '../../lib/lab/lab.js';
import { masterOf } from '../../lib/model/model.js';
import { languagesOf } from '../../lib/render/languages.js';
import { textsOf } from '../../lib/render/texts.js';
import type { LabSpec } from '../../lib/spec/types.generated.js';
import { ROOT } from '../support/cli.js';

const LABS: Record<string, LabSpec> = {
  'the default lab': {},
  'Valkey with an append-only file': {
    redis: { engine: 'valkey', persistence: 'aof', minReplicasToWrite: 1 },
  },
  'packages, nothing on disk, DEBUG for nobody, another port': {
    redis: { install: 'package', persistence: 'none', debugCommand: 'no', port: 7000 },
  },
  'witnesses and lines of its own': {
    name: 'five',
    network: '10.20.0.0/24',
    nodes: [
      { name: 'one', role: 'master' },
      { name: 'two' },
      { name: 'three', priority: 0 },
      { name: 'w1', role: 'sentinel', memory: '512M' },
      { name: 'w2', role: 'sentinel', memory: '512M' },
    ],
    redis: { config: ['maxmemory 200mb'] },
    sentinel: { quorum: 3, downAfter: '2s', masterName: 'cache' },
  },
};
const ONE_REPLICA: LabSpec = {
  nodes: [
    { name: 'alpha', role: 'master', sentinel: false },
    { name: 'beta' },
    { name: 'w1', role: 'sentinel' },
    { name: 'w2', role: 'sentinel' },
  ],
  redis: { minReplicasToWrite: 1, restart: '15s' },
  sentinel: { quorum: 1, failoverTimeout: '1m' },
};
LABS['one replica, a quorum of one, a systemd that restarts'] = ONE_REPLICA;
LABS['clients beside its nodes'] = {
  nodes: [{ role: 'master' }, {}, {}, { name: 'shop', role: 'client' }, { role: 'client' }],
};
const LANGUAGES = languagesOf('handout');
const onFirstOfMay = () => JSON.stringify({ ...courseRecording(), date: '2026-05-01' });
const EDITIONS = ['student', 'instructor'] as const;

for (const [name, spec] of Object.entries(LABS)) {
  describe(`the handout of ${name}`, () => {
    const lab = buildLab(spec);

    for (const language of LANGUAGES) {
      it(`is printed in every edition and format (${language})`, () => {
        for (const edition of EDITIONS) {
          for (const format of ['md', 'html'] as const) {
            const text = handout(lab, { language, edition, format });
            expect(text).to.not.match(/undefined|\[object|NaN/);
            // Only letters of a pattern stand in braces, and those are not printed.
            expect(text.replace(/<style>[\s\S]*<\/style>/, '')).to.not.match(/\{\w+\}/);
          }
        }
      });

      it(`has every command of the list, as it is typed, and no other (${language})`, () => {
        const text = handout(lab, { language });
        const lines = blocksOf(lab.model).flatMap((block) =>
          [redisLabLine(block), plainLine(block)].filter((line) => line !== undefined),
        );
        // Typed by spec/handout/old-files.spec.ts, which has the files.
        lines.push(checkLine(language));
        for (const line of lines) expect(text).to.include(`\`${line}\``);
        const shown = [
          ...text.matchAll(/^\| `((?:redis-lab|vagrant) [^`]*)` \| (?:`(vagrant [^`]*)`)?/gm),
        ];
        expect(shown.length).to.be.greaterThan(30);
        for (const [, left, right] of shown) {
          expect(lines).to.include(left);
          if (right !== undefined) expect(lines).to.include(right);
        }
      });

      it(`explains every line that a node gets (${language})`, () => {
        const { directives } = textsOf('handout', language);
        const lines = configurationsOf(lab.model).flatMap(({ file, lines: all }) =>
          all.map((line) => ({ file, ...line })),
        );
        expect(lines.length).to.be.greaterThan(20);
        for (const { file, directive, own } of lines) {
          if (own) continue;
          const known = file === 'redis.conf' ? directives.redis : directives.sentinel;
          expect(known, `${file}: ${directive}`).to.have.property(directive);
        }
      });
    }

    it('has steps that all have a text, ids that are all different, patterns that can be read', () => {
      const blocks = blocksOf(lab.model);
      const ids = blocks.map(({ id }) => id);
      expect(new Set(ids).size).to.equal(ids.length);
      for (const block of blocks) {
        expect(textsOf('handout', 'en').steps).to.have.property(familyOf(block));
        expect(() => patternOf(block, lab.model, {})).to.not.throw();
      }
    });

    it('has commands that every shell reads alike', () => {
      for (const block of blocksOf(lab.model)) {
        for (const command of [block.redisLab, block.plain]) {
          const words = command === null ? [] : isOnNode(command) ? command.argv : command;
          for (const word of words) expect(word).to.match(/^[\w ./:=,+@-]+$/);
        }
      }
    });

    it('knows the status of its own lab, and not that of another', () => {
      const status = blocksOf(lab.model).find(({ id }) => id === 'start.status');
      const pattern = patternOf(status ?? { looks: '^$' }, lab.model, {});
      const says = (name: string) =>
        `Lab x (local), redis 8.2.8: ready\nmaster is ${name}, quorum 2`;
      expect(says(masterOf(lab.model).name)).to.match(pattern);
      expect(says('another')).to.not.match(pattern);
    });

    it('gives a hundred points, and more beyond, each of them for a question or for output', () => {
      const tasks = tasksOf(lab.model);
      const required = tasks.filter(({ extra }) => !extra);
      expect(required.reduce((sum, { points }) => sum + points, 0)).to.equal(100);
      for (const task of tasks) {
        // The rows of the last table count as output.
        expect(outputPoints(task) > 0, task.id).to.equal(task.blocks.length > 0);
        for (const language of LANGUAGES) {
          const { questions } = textsOf('handout', language).tasks[task.id];
          expect(
            questions.map(({ rubric }) => rubric.length),
            `${task.id}, ${language}`,
          ).to.deep.equal(task.questions);
        }
      }
    });
  });
}

describe('the handout', () => {
  const lab = buildLab();

  it('changes with the lab', () => {
    const text = handout(buildLab(LABS['witnesses and lines of its own']));
    expect(text).to.include('10.20.0.11').and.include('maxmemory 200mb').and.include('w2');
    expect(text).to.not.include('slave1 --');
    expect(text).to.include("that of the course's lab (");
    expect(handout(lab)).to.not.include("that of the course's lab (");
  });

  it('crashes by a signal where nobody may use DEBUG', () => {
    const text = handout(buildLab({ redis: { debugCommand: 'no' } }));
    expect(text).to.not.match(/`[^`]*debug segfault/);
    expect(text.match(/`redis-lab fault crash A`/g)).to.have.length(3);
    expect(
      text.match(/`vagrant ssh A -c "sudo systemctl kill --signal=SEGV redis-server"`/g),
    ).to.have.length(3);
    expect(text).to.include('enable-debug-command no');
    expect(handout(lab).match(/`redis-lab exec A -- redis-cli debug segfault`/g)).to.have.length(3);
  });

  it('says what a systemd that restarts changes, and asks no Sentinel where there is none', () => {
    const text = handout(buildLab(ONE_REPLICA), { edition: 'instructor' });
    expect(text).to.include('starts a crashed server again after 15 s');
    expect(text).to.include('systemctl is-active redis-server`').and.include('within 60 s');
    expect(text).to.not.include('A crashed server stays down');
    expect(handout(lab)).to.include('A crashed server stays down').and.include('within 10 s');
  });

  it('lets the new master write where too few replicas are left for it', () => {
    const ids = (spec: LabSpec) => blocksOf(buildLab(spec).model).map(({ id }) => id);
    expect(ids(ONE_REPLICA)).to.include('crash.lenient');
    expect(ids({ redis: { minReplicasToWrite: 2 } })).to.include('crash.lenient');
    expect(ids({ redis: { minReplicasToWrite: 1 } })).to.not.include('crash.lenient');
  });

  it('counts seconds only from what the task itself has broken, and shows an empty answer', () => {
    const parts = handout(lab, { edition: 'instructor' }).split(/^### Task /m);
    const task = (title: string) => parts.find((part) => part.includes(title)) ?? '';
    expect(task('A write arrives')).to.not.include('Seen ');
    // Only where waiting is the point: not at what was there at once, such as a write of the next step.
    expect(task('Crash the master').match(/Seen \d+(?:\.\d)? s after/g)).to.have.length(1);
    expect(task('Refuse rather than lose').match(/Seen \d+(?:\.\d)? s after/g)).to.have.length(1);
    expect(task('Lose an acknowledged write').match(/An empty line/g)).to.have.length(2);
  });

  it('counts the votes that a leader needs: a majority, or the quorum if that is more', () => {
    const nodes = [{ role: 'master' as const }, {}, {}, {}, {}];
    const votes = (quorum: number) =>
      /elected with at least (\d of 5) votes/.exec(
        handout(buildLab({ nodes, sentinel: { quorum } })),
      )?.[1];
    expect([votes(2), votes(3), votes(4)]).to.deep.equal(['3 of 5', '3 of 5', '4 of 5']);
  });

  it('has a letter for every node with data, or says for how many it has', () => {
    const of = (count: number) => {
      const nodes = Array.from({ length: count }, (_, i) => (i ? {} : { role: 'master' as const }));
      return buildLab({ nodes });
    };
    const cut = blocksOf(of(25).model).filter((block) => familyOf(block) === 'lost.cut');
    expect(cut).to.have.lengthOf(24);
    expect(new Set(cut.map((block) => redisLabLine(block))).size).to.equal(24);
    expect(() => handout(of(26))).to.throw('letters for 25 nodes');
  });

  it("compares with the master's configuration, wherever the description has it", () => {
    const nodes = [{ name: 'r1' }, { name: 'm', role: 'master' as const }, { name: 'r2' }];
    const text = handout(buildLab({ nodes }));
    expect(text).to.include('`redis.conf` of `m`').and.include('`sentinel.conf` of `m`');
  });

  it('writes decimals as its language does', () => {
    const said = (language: string) => handout(lab, { language, edition: 'instructor' });
    expect(said('en')).to.include('after about 5.5 s');
    expect(said('id'))
      .to.include('setelah sekitar 5,5 detik')
      .and.not.match(/\d\.\d (?:s|detik) /);
  });

  it('compares no digest of a package, and names the documentation of its engine', () => {
    const text = handout(buildLab({ redis: { engine: 'valkey', install: 'package' } }), {
      edition: 'instructor',
    });
    expect(text).to.include('whose signature `apt` verifies');
    expect(text).to.include('https://valkey.io/topics/sentinel/');
    expect(text).to.not.include('https://redis.io/docs');
  });

  it('asks for a prediction first, with room for it, and beyond the hundred points for more', () => {
    for (const language of LANGUAGES) {
      const { page, tasks } = textsOf('handout', language);
      const student = handout(lab, { language });
      for (const id of ['hang', 'quorum', 'partition', 'partition-safe', 'disk'] as const) {
        const [question] = tasks[id].predict.split('`');
        const at = student.indexOf(`**${page.predict}:** ${question}`);
        expect(at, id).to.be.greaterThan(0);
        expect(student.slice(at, at + 700), id).to.include(`${page.prediction}:`);
      }
      const instructor = handout(lab, { language, edition: 'instructor' });
      expect(instructor).to.not.include(`${page.prediction}:`);
      expect(instructor).to.match(/^\| \*\*\D+\*\* \| +\| +\| \*\*16\*\* \|/m);
    }
  });

  it('does a partition again without its commands, and shows what is other then', () => {
    const of = (edition: 'student' | 'instructor') =>
      handout(lab, { edition }).split(/^### Task 1[45]/m)[1] ?? '';
    expect(of('student')).to.include('Do task 13 once more').and.not.include('incr counter');
    expect(of('instructor')).to.include('NOREPLICAS');
  });

  it('leaves out what a lab cannot do', () => {
    const ids = (spec: LabSpec) => tasksOf(buildLab(spec).model).map(({ id }) => id);
    expect(ids({})).to.include.members(['partition', 'partition-safe', 'disk']);
    // Two of two Sentinels that are left would have to agree; and letters do not tell who has one.
    expect(ids({ sentinel: { quorum: 3 } })).to.not.include('partition');
    expect(ids(ONE_REPLICA)).to.not.include('partition').and.not.include('partition-safe');
    expect(ids({ redis: { persistence: 'aof' } }))
      .to.include('partition')
      .and.not.include('disk');
  });

  it('shows the instructor each story as the report draws it, from a kept run', () => {
    const file = path.join(ROOT, 'templates/handout/stories.json');
    expect(readFileSync(file, 'utf8'), 'npm run docs:stories').to.equal(stories());
    const html = (edition: 'student' | 'instructor') => handout(lab, { edition, format: 'html' });
    const drawn = html('instructor').match(/<svg[^>]* class="wide"/g);
    expect(drawn).to.have.lengthOf(4);
    expect(html('instructor')).to.include('data-state="vain"').and.include('quorum-lost');
    expect(html('student')).to.not.include('data-state=');
    expect(handout(lab, { edition: 'instructor' })).to.match(/^ *0\.000 +scenario +fault$/m);
  });

  it('says what each question is worth, and to the instructor what for', () => {
    expect(handout(lab))
      .to.include('**Question (4 points):** In the log of the Sentinel')
      .and.include('Question (1 point)');
    expect(handout(lab)).to.not.include('all seven in the order of the leader');
    const instructor = handout(lab, { edition: 'instructor', language: 'id' });
    expect(instructor).to.include(
      '**Rubrik:** **4 poin:** ketujuhnya menurut urutan pada pemimpin',
    );
    expect(instructor).to.include('| Poin maksimum | Poin diperoleh |');
    expect(instructor).to.include('| 7. Mematikan master | 5 | 4 + 2 + 4 | 15 |');
  });

  it('leaves out the configurations where it is short', () => {
    const [long, short] = [handout(lab), handout(lab, { short: true })];
    expect(long).to.include('`replica-announce-ip 192.168.100.11`');
    expect(short).to.not.include('replica-announce-ip 192.168').and.not.include('sentinel myid');
    expect(short).to.include('`generated/nodes`').and.include('Task 3');
    const shown = (text: string) => text.match(/`redis-lab exec [^`]+`/g) ?? [];
    const extra = tasksOf(lab.model).filter((task) => task.extra);
    expect(extra.map(({ id }) => id)).to.deep.equal(['partition', 'partition-safe', 'disk']);
    const required = tasksOf(lab.model).filter((task) => !task.extra);
    const commands = (tasks: readonly Task[]) =>
      tasks.flatMap(({ blocks }) => blocks.map(redisLabLine)).map((line) => `\`${line}\``);
    expect(shown(long).slice(0, shown(short).length - 1)).to.deep.equal(shown(short).slice(0, -1));
    expect(commands(required)).to.include.members(shown(short));
    expect(commands(extra)).to.include.members(shown(long).slice(shown(short).length - 1, -1));
  });

  it('has a number of its own for each seed, in every command that writes it', () => {
    const number = (seed?: string) =>
      [...handout(lab, { seed }).matchAll(/redis-cli set receipt (\d+)`/g)].map(([, it]) =>
        Number(it),
      );
    const everybody = 4711;
    expect(number()).to.deep.equal([everybody, everybody + 1, everybody + 2]);
    const [first = 0, ...others] = number('05111');
    expect(others).to.deep.equal([first + 1, first + 2]);
    expect(number('05111')[0]).to.equal(first).and.not.equal(number('05112')[0]);
    expect(handout(lab, { seed: '05111' })).to.include(`Your own number is **${first}**`);
    // What was recorded is everybody's.
    const instructor = handout(lab, { seed: '05111', edition: 'instructor' });
    expect(instructor.replaceAll(/^```[\s\S]*?^```/gm, ''))
      .to.include(`another value (${first + 3}), since every node has ${first}`)
      .and.not.include('4711');
  });

  it('says which version it was recorded with, and which the lab is described with', () => {
    const { version } = courseRecording().server;
    expect(handout(lab)).to.match(
      new RegExp(
        `Redis ${version}, on the backend .*Your lab is described with Redis ${lab.model.redis.version}`,
      ),
    );
    const same = buildLab({ redis: { install: 'package', version } });
    expect(handout(same)).to.not.include('Your lab is described with');
    expect(handout(buildLab({ redis: { engine: 'valkey' } }))).to.match(
      /recorded on .*Redis .* described with Valkey/,
    );
  });

  it('writes dates as its readers do', () => {
    const date = (language: string) =>
      /\d+ \w+ 20\d\d/.exec(handout(lab, { language, recorded: onFirstOfMay() }))?.[0];
    expect([date('en'), date('id')]).to.deep.equal(['1 May 2026', '1 Mei 2026']);
  });

  it('has a pipe in a table behind a backslash, and elsewhere as it is', () => {
    const text = handout(lab, { edition: 'instructor' });
    expect(text).to.match(/^> .*`ps aux \| grep redis`/m);
    expect(text).to.match(/^\| `ps aux \\\| grep redis` \|/m);
  });

  it('has no ditto: each row of a table says what it means', () => {
    for (const language of LANGUAGES) {
      const text = handout(lab, { language });
      expect(text)
        .to.not.include('″')
        .and.not.match(/as above|seperti di atas/);
    }
    const text = handout(lab);
    expect(text).to.match(
      /^\| `sentinel known-replica [^|]*<br>`sentinel known-replica [^|]*\| A replica of the master/m,
    );
    expect(text).to.include('| `slave2` | `replicaof 192.168.100.11 6379` | as for `slave1` |');
  });

  it('gives each of several readers a paper, with ids of its own', () => {
    const readers = [{ owner: 'Ani' }, { owner: 'Budi \\"}</style>' }];
    const html = handoutsOf(lab.model, readers, { format: 'html' });
    expect(html.match(/<main/g)).to.have.length(2);
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).to.equal(ids.length);
    const labels = [...html.matchAll(/ aria-labelledby="([^"]+)"/g)].flatMap(([, all = '']) =>
      all.split(' '),
    );
    expect(ids).to.include.members(labels);
    // What stands at the foot of each page cannot leave its string.
    expect(html).to.include('content: "Budi \\5c \\22 \\7d \\3c \\2f style\\3e "');
    const md = handoutsOf(lab.model, readers);
    expect(md.match(/^For: /gm)).to.have.length(2);
  });

  it('takes the language of the description', () => {
    expect(handout(buildLab({ language: 'id' }))).to.include('Edisi mahasiswa');
  });

  it('has answers, errata and marks for the instructor only', () => {
    const student = handout(lab);
    const instructor = handout(lab, { edition: 'instructor' });
    for (const { answer } of textsOf('handout', 'en').tasks.comeback.questions) {
      const start = piecesOf(answer)[0]?.text ?? '';
      expect(instructor).to.include(start);
      expect(student).to.not.include(start);
    }
    expect(instructor).to.include('## Errata').and.include('| **100** |');
    expect(student).to.not.include('## Errata').and.not.include('| **100** |');
    expect(student).to.include('_'.repeat(72));
  });

  it('prints a name as it is, whatever it is', () => {
    const owner = '<b>*Ani* & `Budi`</b> | 05 _x_ \u001b[31m';
    const html = handout(lab, { owner, format: 'html' });
    expect(html).to.include('&lt;b&gt;*Ani* &amp; &#x60;Budi&#x60;&lt;/b&gt;');
    expect(html).to.not.include('<b>*Ani*').and.not.include('\u001b');
    const md = handout(lab, { owner });
    expect(md).to.include('For: \\<b\\>\\*Ani\\* &amp; \\`Budi\\`\\</b\\> \\| 05');
    expect(() => handout(lab, { owner: ' ' })).to.throw('is empty');
  });

  it('refuses a language and a recording that are none', () => {
    expect(() => handout(lab, { language: 'xx' })).to.throw('no handout in the language');
    expect(() => handout(lab, { recorded: '{}' })).to.throw('the recording has');
    expect(() => handout(lab, { recorded: 'no' })).to.throw('is not JSON');
  });

  it('keeps each step on one page with its commands and a short output', () => {
    const page = handout(buildLab(), { edition: 'instructor', format: 'html' });
    const steps = page.split('<p class="step">');
    const before = steps.slice(0, -1);
    expect(before.length).to.be.at.least(30);
    for (const each of before) expect(each.trimEnd()).to.match(/<div class="together">$/);
    const outputs = page.match(
      /<div class="together">\n<p class="step">(?:(?!<\/div>\n<).)*<\/div>\n<figure class="output">/gs,
    );
    expect(outputs).to.have.length.at.least(20);
  });

  it('is well-formed HTML: every element that is opened is closed, in order', () => {
    const html = handout(lab, { format: 'html', edition: 'instructor' });
    const open: string[] = [];
    const empty = ['meta', '!doctype', 'rect', 'circle', 'br'];
    for (const [whole, slash, tag = ''] of html
      .replace(/<style>[\s\S]*?<\/style>/, '')
      .matchAll(/<(\/?)([!\w]+)[^>]*>/g)) {
      if (empty.includes(tag.toLowerCase()) || whole.endsWith('/>')) continue;
      if (slash === '') open.push(tag);
      else expect(open.pop(), whole).to.equal(tag);
    }
    expect(open).to.deep.equal([]);
    expect([...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)).to.satisfy(
      (ids: string[]) => new Set(ids).size === ids.length,
    );
    expect(html).to.not.match(/<(?:script|link|img|iframe)\b/);
  });
});

describe('the recording of the course lab', () => {
  const recording = courseRecording();
  const { model } = buildLab();

  it('is of the default lab, and its output looks as it must', () => {
    const blocks = new Map(blocksOf(model).map((block) => [block.id, block]));
    const recorded = Object.entries(recording.outputs);
    expect(Object.keys(recording.outputs)).to.have.members(
      [...blocks.values()].filter(({ redisLab }) => redisLab !== null).map(({ id }) => id),
    );
    for (const [id, { output }] of recorded) {
      const block = blocks.get(id);
      expect(block, id).not.to.equal(undefined);
      // Letters had their meaning then; lines that are not worth printing are gone.
      if (!block || block.show !== undefined || block.looks.includes('{')) continue;
      expect(output, id).to.match(patternOf(block, model, {}));
    }
  });

  it('tells nothing of the machine that it was made on', () => {
    expect(JSON.stringify(recording)).to.not.match(/\/(?:root|home|tmp|work|Users)\//);
    expect(JSON.stringify(recording.outputs)).to.not.match(/127\.\d+\.100\./);
  });

  it('has lines in the order in which they came', () => {
    for (const id of ['comeback.start', 'hang.continue', 'quorum.heal', 'lost.start']) {
      const said = recording.outputs[id]?.output ?? '';
      expect(said.indexOf('ready: after'), id).to.be.within(0, said.indexOf('Lab redis-lab'));
    }
  });
});
