import { descriptorOf } from '../../backends/registry.js';
import { now, sleep } from '../../clock.js';
import { run } from '../../command/run.js';
import { EXIT, RedisLabError } from '../../errors.js';
import { isOnNode, type OnNode, type Words } from '../../handout/block.js';
import { redisLabWords } from '../../handout/command-line.js';
import { type HandoutOptions, handoutOf } from '../../handout/handout.js';
import { recordingOf } from '../../handout/recording.js';
import { rehearse, type Typed } from '../../handout/rehearse.js';
import { blocksOf } from '../../handout/tasks.js';
import { languagesOf } from '../../render/languages.js';
import { version } from '../../version.js';
import { checkWritable, MOST, readText, writeText } from '../../workspace/named-file.js';
import { cacheHome, stateHome } from '../../workspace/xdg.js';
import { calledAs } from '../called.js';
import { computing } from '../computing.js';
import { formatOf } from '../file-format.js';
import { labOf } from '../load.js';
import { printAside, printRaw, printResult } from '../output.js';
import { oneOf, UsageError } from '../usage.js';
import { commandLine } from '../words.js';
import { attachedLab } from './lab.js';
import { printClass } from './papers.js';
import { printPdf } from './print-pdf.js';

/** Deadline of one command of the handout, on a slow machine. Milliseconds. */
const COMMAND_MS = 300_000;

export async function handout(argv: Record<string, unknown>, signal: AbortSignal): Promise<number> {
  const record = argv['record'] as string | undefined;
  if (record !== undefined) return recordHandout(argv, record, signal);
  const file = argv['file'] as string | undefined;
  const recordedFile = argv['recorded'] as string | undefined;
  const format = (argv['format'] ?? formatOf(file) ?? 'md') as 'md' | 'html' | 'pdf';
  const named = argv['lang'] as string | undefined;
  const language = named && oneOf('language', named, languagesOf('handout'));
  const isForOne = argv['class'] === undefined;
  if (format === 'pdf' && isForOne && file === undefined && process.stdout.isTTY) {
    throw new UsageError('A PDF is no text for a terminal: name a file with --file.');
  }
  if (file !== undefined) checkWritable(file);
  const lab = await labOf(argv);
  const recorded =
    recordedFile === undefined
      ? undefined
      : await computing(() => readText(recordedFile, MOST.recording));
  const options: HandoutOptions = {
    language,
    edition: argv['edition'] as 'student' | 'instructor' | undefined,
    format: format === 'md' ? 'md' : 'html',
    owner: argv['for'] as string | undefined,
    short: argv['short'] === true,
    recorded,
    recordedName: recordedFile,
  };
  if (!isForOne) {
    return printClass(argv, { lab: lab.model, options, format }, signal);
  }
  const text = await computing(() => handoutOf(lab.model, options));
  const content = format === 'pdf' ? await printPdf(text, signal) : text;
  if (file !== undefined) {
    await writeText(file, content);
    printAside(`${file} is written.`);
  } else if (typeof content === 'string') printRaw(content);
  else process.stdout.write(content);
  return EXIT.ok;
}

/** Types every command of the handout, from the one that brings the lab up, and keeps what it printed. The lab is down afterwards. */
async function recordHandout(
  argv: Record<string, unknown>,
  file: string,
  signal: AbortSignal,
): Promise<number> {
  checkWritable(file);
  const { lab, running } = await attachedLab(argv);
  const [first] = blocksOf(lab.model);
  // The first command brings the lab up; its addresses are known only then.
  const up = await typed(argv, running.backend, first?.redisLab ?? [], signal);
  const [model, server] = [await running.model(), await running.server()];
  if (up.exitCode !== EXIT.ok || !model || !server) {
    throw new RedisLabError(
      `There is nothing to record: the lab ${lab.model.name} does not come up.\n${up.output}\nLook at: ${commandLine(argv, 'doctor')}`,
      { exitCode: EXIT.program },
    );
  }
  const machines = descriptorOf(running.backend)?.nodes === 'machines';
  const date = new Date().toISOString().slice(0, 10);
  const performed = await rehearse(
    blocksOf(model),
    (block) => ((block.systemd || block.filter) && !machines ? null : block.redisLab),
    {
      lab: model,
      type: async (command) =>
        !isOnNode(command) && command[1] === 'up'
          ? up
          : typed(argv, running.backend, command, signal),
      sleep: (ms) => sleep(ms, signal),
      now,
    },
    ({ id }) => printAside(`${id}: as it must be`),
  );
  const recording = recordingOf(performed, {
    date,
    redisLab: version,
    backend: running.backend,
    server: { engine: server.engine, version: server.version },
    described: lab.model,
    lab: model,
    secrets: {
      // Hints must not show how the command was called here.
      [calledAs()]: 'redis-lab',
      // A reader's commands name no backend.
      [` --backend ${running.backend}`]: '',
      [stateHome()]: '~/.local/state/redis-lab',
      [cacheHome()]: '~/.cache/redis-lab',
      [process.cwd()]: '~',
      [process.env['HOME'] ?? '']: '~',
    },
  });
  await writeText(file, `${JSON.stringify(recording, null, 2)}\n`);
  printResult(
    `${file}: ${performed.length} commands recorded; the lab was taken down by the last.`,
  );
  return EXIT.ok;
}

/** This same command again, as a user would type it. */
async function typed(
  argv: Record<string, unknown>,
  backend: string,
  command: Words | OnNode,
  signal: AbortSignal,
): Promise<Typed> {
  const [, name = '', ...words] = redisLabWords(command);
  const { spec, set = [] } = argv as { spec?: string; set?: string[] };
  const options = [
    ...(spec === undefined ? [] : ['--spec', spec]),
    ...set.flatMap((each) => ['--set', each]),
    '--backend',
    backend,
  ];
  const script = process.argv[1] ?? '';
  const lines: string[] = [];
  const { code } = await run(
    {
      program: process.execPath,
      args: [...process.execArgv, script, name, ...options, ...words],
      env: { NO_COLOR: '1' },
    },
    { deadlineMs: COMMAND_MS, signal, onLine: (line) => lines.push(line) },
  );
  return { exitCode: code, output: lines.join('\n').trimEnd() };
}
