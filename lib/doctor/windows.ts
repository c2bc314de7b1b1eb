/** What Windows says of itself, in words that are not translated. */
import type { Sentence } from '../coded.js';
import { message } from '../report/messages.js';
import type { Facts } from './facts.js';
import { outputOf, saidBy } from './host.js';

export interface Windows {
  /** Hyper-V has the processor. */
  readonly hypervisor: boolean;
  /** Virtualisation is on in the firmware; false also where a hypervisor hides it. */
  readonly firmware: boolean;
}

// Called from PowerShell 7, the one of Windows would look for its own modules among those of the other.
const SCRIPT =
  "$ErrorActionPreference = 'Stop'; $env:PSModulePath = $PSHOME + '\\Modules'; " +
  '@{ hypervisor = (Get-CimInstance Win32_ComputerSystem).HypervisorPresent; firmware = [bool](Get-CimInstance Win32_Processor | Select-Object -First 1).VirtualizationFirmwareEnabled } | ConvertTo-Json -Compress';

/** PowerShell takes seconds to start. */
const MS = 10_000;

export async function aboutWindows(facts: Facts): Promise<Windows | { readonly flaw: Sentence }> {
  const args = ['-NoProfile', '-NonInteractive', '-Command', SCRIPT];
  const answer = await facts.says('powershell', args, MS);
  if (answer === undefined) return { flaw: message('asked.no-program', { program: 'powershell' }) };
  const text = outputOf(answer);
  if (text === undefined) return { flaw: saidBy(answer) };
  try {
    const { hypervisor, firmware } = JSON.parse(text) as Record<string, unknown>;
    return { hypervisor: hypervisor === true, firmware: firmware === true };
  } catch {
    const said = JSON.stringify(text.trim().slice(0, 100));
    return { flaw: message('asked.says', { said: `powershell: ${said}` }) };
  }
}
