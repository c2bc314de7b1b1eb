/** What Windows says of itself, in words that are not translated. */
import { message } from '../report/messages.js';
import type { Facts, Flaw } from './facts.js';
import { outputOf, saidBy } from './host.js';

export interface Windows {
  /** Hyper-V has the processor. */
  readonly hypervisor: boolean;
  /** Virtualisation is on in the firmware; false also where a hypervisor hides it. */
  readonly firmware: boolean;
}

const SCRIPT =
  "$ErrorActionPreference = 'Stop'; " +
  '@{ hypervisor = (Get-CimInstance Win32_ComputerSystem).HypervisorPresent; firmware = [bool](Get-CimInstance Win32_Processor | Select-Object -First 1).VirtualizationFirmwareEnabled } | ConvertTo-Json -Compress';

/** PowerShell takes seconds to start. */
const MS = 10_000;

// Called from PowerShell 7, the one of Windows would look for its own modules among those of the other.
const OWN_MODULES = "$env:PSModulePath = $PSHOME + '\\Modules'; ";

/** What Windows PowerShell prints for a script. */
export async function powershell(facts: Facts, script: string): Promise<string | Flaw> {
  const args = ['-NoProfile', '-NonInteractive', '-Command', OWN_MODULES + script];
  const answer = await facts.says('powershell', args, MS);
  if (answer === undefined) return { flaw: message('asked.no-program', { program: 'powershell' }) };
  return outputOf(answer) ?? { flaw: saidBy(answer) };
}

export async function aboutWindows(facts: Facts): Promise<Windows | Flaw> {
  const text = await powershell(facts, SCRIPT);
  if (typeof text !== 'string') return text;
  try {
    const { hypervisor, firmware } = JSON.parse(text) as Record<string, unknown>;
    return { hypervisor: hypervisor === true, firmware: firmware === true };
  } catch {
    const said = JSON.stringify(text.trim().slice(0, 100));
    return { flaw: message('asked.says', { said: `powershell: ${said}` }) };
  }
}
