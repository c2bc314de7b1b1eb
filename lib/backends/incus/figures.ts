/** What labs of a class take of a server: `figures.yaml`. */
import type { LabModel } from '../../model/model.js';
import { machinesOf } from '../../model/model.js';
import { data } from './figures.generated.js';

/** A number, and where it comes from. */
export interface Figure {
  readonly value: number;
  readonly by: 'measured' | 'documented' | 'estimated';
  /** Names and numbers, in no language. */
  readonly where: string;
}

type Table = {
  readonly [Part in keyof typeof data]: {
    readonly [Name in keyof (typeof data)[Part]]: Figure;
  };
};

export const FIGURES: Table = data;

/** What one lab takes of the member that has it, megabytes. */
export function sizeOf(lab: LabModel): { readonly memoryMb: number; readonly diskMb: number } {
  const machines = machinesOf(lab);
  const { memoryMb, diskMb } = FIGURES.node;
  return {
    // A virtual machine takes all that it is described with.
    memoryMb: lab.incus.vm
      ? machines.reduce((sum, machine) => sum + machine.memoryMb, 0)
      : memoryMb.value * machines.length,
    diskMb: diskMb.value * machines.length,
  };
}
