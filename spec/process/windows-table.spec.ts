import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { EXIT } from '../../lib/errors.js';
import { windowsTable } from '../../lib/process/windows-table.js';
import { Programs } from '../support/programs.js';

/** What the real one prints: a line that ends as lines of Windows do. */
const prints = (json: string) => `printf '%s\\r\\n' '${json}'`;

const ONE =
  '{"ProcessId":4242,"Started":"133765432101234567","Command":"\\"C:\\\\Program Files\\\\Vagrant\\\\bin\\\\vagrant.exe\\" up"}';
const OTHER = '{"ProcessId":17,"Started":"133765432101234568","Command":""}';

describe('the processes of Windows', () => {
  const { PATH } = process.env;
  let scratch: string;
  let programs: Programs;

  beforeEach(() => {
    scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'redis-lab-windows-spec-'));
    programs = new Programs(scratch);
    process.env['PATH'] = [programs.folder, PATH].join(path.delimiter);
  });

  afterEach(() => {
    process.env['PATH'] = PATH;
    fs.rmSync(scratch, { recursive: true });
  });

  /** A PowerShell that notes down how it was called. */
  function powershell(body: string): void {
    programs.add('powershell.exe', `printf '%s\\n' "$@" >>'${scratch}/made'\n${body}`);
  }

  async function message(): Promise<string> {
    const error = await windowsTable.look([1]).catch((error: unknown) => error);
    expect(error).to.have.property('exitCode', EXIT.program);
    return (error as Error).message;
  }

  it('are asked for all at once, by one call', async () => {
    powershell(prints(`[${ONE},${OTHER}]`));
    expect([...(await windowsTable.look([4242, 17, 99])).values()]).to.deep.equal([
      {
        pid: 4242,
        started: '133765432101234567',
        halted: false,
        command: '"C:\\Program Files\\Vagrant\\bin\\vagrant.exe" up',
      },
      { pid: 17, started: '133765432101234568', halted: false, command: '' },
    ]);
    const [script = '', ...options] = programs.made.reverse();
    expect(options.reverse()).to.deep.equal(['-NoProfile', '-NonInteractive', '-Command']);
    expect(script).to.equal(
      "$ErrorActionPreference='Stop'; $env:PSModulePath=$PSHOME+'\\Modules'; " +
        "Get-CimInstance Win32_Process -Filter 'ProcessId=4242 OR ProcessId=17 OR ProcessId=99' | " +
        "Select-Object ProcessId,@{n='Started';e={$_.CreationDate.ToFileTimeUtc().ToString()}}," +
        "@{n='Command';e={$_.CommandLine -replace '[^ -~]','?'}} | ConvertTo-Json -Compress",
    );
  });

  it('are told apart by when they began, to the last digit, in words without a comma', async () => {
    powershell(prints(ONE));
    const one = (await windowsTable.look([4242])).get(4242);
    powershell(prints(ONE.replace('4567', '4568')));
    const next = (await windowsTable.look([4242])).get(4242);
    expect(one?.started).to.match(/^[0-9]+$/);
    expect(next?.started).not.to.equal(one?.started);
  });

  it('are gone where it prints nothing', async () => {
    powershell('');
    expect((await windowsTable.look([1])).size).to.equal(0);
  });

  it('are nobody’s where the system does not say when one began', async () => {
    powershell(prints(`[{"ProcessId":4,"Started":null,"Command":null},${OTHER}]`));
    expect([...(await windowsTable.look([4, 17])).keys()]).to.deep.equal([17]);
  });

  it('are not asked for where there is nothing to ask', async () => {
    powershell('exit 1');
    expect((await windowsTable.look([])).size).to.equal(0);
    expect((await windowsTable.look([0, -1, 1.5, Number.NaN])).size).to.equal(0);
    expect(programs.made).to.deep.equal([]);
  });

  it('are not gone because PowerShell fails', async () => {
    powershell("echo 'Get-CimInstance : Access denied' >&2; exit 1");
    expect(await message()).to.match(/which processes run: Get-CimInstance : Access denied\. /);
    powershell('exit 3');
    expect(await message()).to.contain('it ended with 3');
    powershell(prints('Das ist nicht JSON'));
    expect(await message()).to.contain('it said "Das ist nicht JSON"');
    powershell(prints('[null]'));
    expect(await message()).to.contain('it said "[null]"');
  });

  it('are not gone because there is no PowerShell', async () => {
    process.env['PATH'] = programs.folder;
    expect(await message()).to.contain('powershell.exe could not be started');
  });

  it('are no servers', async () => {
    const trace = {
      dataFolder: '/data',
      logFile: '/log',
      pidFile: '/data/pid',
      marks: ['127.0.0.1:6379'],
    };
    expect(await windowsTable.find([trace, trace])).to.deep.equal([[], []]);
  });
});
