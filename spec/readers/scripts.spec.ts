/** Shells and ShellCheck read the scripts and lab.env. */
import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { documentFile } from '../../lib/render/documents.js';
import { shellQuote } from '../../lib/render/shell-quote.js';
import { verbatim } from '../../lib/render/template.js';
import { aClient, allNodes, folderOf, LABS, type LabNode, plant, textOf } from './support/labs.js';
import { PROJECT, runNewer } from './support/newer.js';
import { newer, PYTHON, program, readers, systemPython } from './support/readers.js';
import { expectRefused, expectSilence, type Ran, run } from './support/run.js';
import { scratchFiles } from './support/scratch.js';

const [first] = allNodes() as [LabNode];

/** They are the same on every node. */
const SCRIPTS = first.lab
  .files()
  .map((file) => file.path)
  .filter((file) => file.startsWith(`nodes/${first.node.name}/`) && file.endsWith('.sh'))
  .map((file) => path.basename(file));

/** So are these. */
const PYTHONS = ['share.py', 'unpack.py'];

/** `shellcheck` of one version; the folder is where the script finds what it sources. */
type ShellCheck = (folder: string, args: readonly string[]) => Promise<Ran>;

function suite(check: ShellCheck): void {
  for (const script of SCRIPTS) {
    it(`has no objection to ${script}`, async () => {
      expectSilence(await check(await kit(), ['-x', script]));
    });
  }

  it('has no objection to what a client does', async () => {
    const { lab, node } = aClient();
    const folder = path.join(await folderOf(lab), 'nodes', node.name);
    expectSilence(await check(folder, ['-x', 'bootstrap.sh']));
    expectSilence(await checkEnv(textOf(lab, `nodes/${node.name}/lab.env`)));
  });

  it('has no objection to any lab.env', async () => {
    for (const each of allNodes()) expectSilence(await checkEnv(labEnv(each)));
  });

  it('finds what is no assignment in lab.env', async () => {
    expectRefused(await checkEnv(plant(labEnv(first), 'ALLOW=', 'ALLOW = ')), /SC2283/);
  });

  it('finds a variable without quotes in a script, and one that is never set', async () => {
    const text = `${script('install.sh')}rm $BUILD $biuld\n`;
    const ran = await check(scratchFiles('script', { ...kitScripts(), 'install.sh': text }), [
      '-x',
      'install.sh',
    ]);
    expectRefused(ran, /SC2086[\s\S]*SC2154/);
  });

  /** Nothing is used in lab.env itself, which is what SC2034 is about. */
  async function checkEnv(text: string): Promise<Ran> {
    return check(scratchFiles('env', { 'lab.env': text }), [
      '-s',
      'bash',
      '-e',
      'SC2034',
      'lab.env',
    ]);
  }
}

/** The system suites' grounds: what bash runs or sources, whatever its name. */
function groundScripts(): string[] {
  const files = fs.readdirSync(path.join(PROJECT, 'spec/ground'), { recursive: true });
  return files
    .map((name) => path.join('spec/ground', String(name)))
    .filter((name) => fs.statSync(path.join(PROJECT, name)).isFile())
    .filter((name) => /^#.*\bbash\b/.test(fs.readFileSync(path.join(PROJECT, name), 'utf8')));
}

readers('shellcheck', [program('shellcheck')], () => {
  suite((cwd, args) => run('shellcheck', args, { cwd }));

  it('has no objection to the scripts of these tests', async () => {
    const scripts = ['.ci/prerequisites', 'spec/readers/support/enter.sh', ...groundScripts()];
    expectSilence(await run('shellcheck', ['-x', ...scripts], { cwd: PROJECT }));
  });
});

readers('shellcheck of Debian 13', [newer], () => {
  suite((folder, args) => {
    const file = args.at(-1) ?? '';
    return runNewer({ '/mnt': folder }, 'shellcheck', [...args.slice(0, -1), `/mnt/${file}`]);
  });
});

readers('bash', [program('bash')], () => {
  for (const name of SCRIPTS) {
    it(`can parse ${name}`, async () => {
      expectSilence(await run('bash', ['-n'], { input: script(name) }));
    });
  }

  it('finds a block that is left open', async () => {
    expectRefused(
      await run('bash', ['-n'], { input: `${script('build.sh')}if true; then\n` }),
      /end of file/,
    );
  });

  for (const each of allNodes()) {
    it(`finds in lab.env what the model says of ${each.title}`, async () => {
      expect(await sourced(labEnv(each))).to.deep.equal(expected(each));
    });
  }

  it('does not find in lab.env a list that has lost its quotes', async () => {
    const text = plant(labEnv(first), /^ALLOW='(.*)'$/m, 'ALLOW=$1');
    const seen = await sourced(text).catch((error: Error) => error.message);
    expect(seen).to.include('command not found');
  });

  it('reads every text back that shellQuote quotes', async () => {
    const texts = [
      "it's",
      `'"'"'`,
      '$HOME `id` $(id) \\',
      'a\nb\n',
      ' x ',
      '*',
      '~',
      '#',
      'é 😀',
      '',
    ];
    const lines = texts.map((text, index) => `TEXT_${index}=${shellQuote(text)}\n`);
    const seen = await sourced(lines.join(''));
    expect(Object.values(seen).sort()).to.deep.equal([...texts].sort());
  });
});

/** Python of the nodes compiles what is written in it, without a warning. */
const COMPILE = 'import sys; compile(sys.stdin.read(), "script", "exec")';

function pythonSuite(python: (input: string) => Promise<Ran>): void {
  for (const name of PYTHONS) {
    it(`has no objection to ${name}`, async () => {
      expectSilence(await python(script(name)));
    });
  }

  for (const name of ['relay.py', 'slow.py'] as const) {
    it(`has no objection to ${name}, which is handed to a node when it is needed`, async () => {
      expectSilence(await python(verbatim(`node/${name}`)));
    });
  }

  it('has no objection to the client that writes by redis-py', async () => {
    expectSilence(await python(documentFile('workload/client.py')));
  });

  it('finds a bracket that is left open, and an escape that is none', async () => {
    expectRefused(await python(`${script('share.py')}print(\n`), /SyntaxError/);
    expectRefused(await python(`${script('share.py')}print('\\d')\n`), /invalid escape/);
  });
}

readers('python', [systemPython], () => {
  pythonSuite((input) => run(PYTHON, ['-W', 'error', '-c', COMPILE], { input }));
});

readers('python of Debian 13', [newer], () => {
  pythonSuite((input) =>
    runNewer({}, '/usr/bin/python3', ['-W', 'error', '-c', COMPILE], { input }),
  );
});

/** The variables that a shell has after it has read a file, beside those that it always has. */
async function sourced(text: string): Promise<Record<string, string>> {
  const folder = scratchFiles('env', { 'lab.env': text });
  const reader = 'set -a; . "$1"; exec env -0';
  // Without an environment: what is seen comes from the file.
  const ran = await run('env', ['-i', '/bin/bash', '-c', reader, 'reader', `${folder}/lab.env`]);
  expect(ran.stderr, ran.stderr).to.equal('');
  const variables = ran.stdout.split('\0').filter((variable) => variable !== '');
  const pairs = variables.map((variable) => {
    const [, name = '', value = ''] = /^([^=]*)=([\s\S]*)$/.exec(variable) ?? [];
    return [name, value] as const;
  });
  return Object.fromEntries(pairs.filter(([name]) => !['PWD', 'SHLVL', '_'].includes(name)));
}

function expected({ lab: { model }, node }: LabNode): Record<string, string> {
  const flag = (value: boolean) => (value ? '1' : '0');
  const ip = (wanted: (each: typeof node) => boolean) => model.nodes.find(wanted)?.ip ?? '';
  return {
    NODE_NAME: node.name,
    NODE_IP: node.ip,
    RUN_REDIS: flag(node.runsRedis),
    RUN_SENTINEL: flag(node.runsSentinel),
    MASTER_IP: ip(({ role }) => role === 'master'),
    ENGINE: model.redis.engine,
    VERSION: model.redis.version,
    INSTALL: model.redis.install,
    SOURCE_URLS: model.redis.source.urls.join(' '),
    SOURCE_SHA256: model.redis.source.sha256,
    BUILD_FLAGS: 'MALLOC=jemalloc USE_SYSTEMD=yes BUILD_TLS=no OPTIMIZATION=-O2',
    MAKE_TEST: flag(model.redis.source.test),
    BUILDER_IP: ip(({ builds }) => builds),
    SHARE: flag(node.builds && model.redis.install === 'source'),
    SHARE_PORT: '8637',
    REDIS_PORT: String(model.redis.port),
    ALLOW: [model.network.host, ...model.nodes.map((each) => each.ip)].join(' '),
  };
}

function labEnv({ lab, node }: LabNode): string {
  return textOf(lab, `nodes/${node.name}/lab.env`);
}

function script(name: string): string {
  return textOf(LABS.course, `nodes/${first.node.name}/${name}`);
}

function kitScripts(): Record<string, string> {
  return Object.fromEntries(SCRIPTS.map((name) => [name, script(name)]));
}

async function kit(): Promise<string> {
  return path.join(await folderOf(LABS.course), 'nodes', first.node.name);
}
