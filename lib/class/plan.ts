/** What machines and minutes a class takes, from measured figures. Pure: nothing is asked. */
import { FIGURES, type Figure, sizeOf } from '../backends/incus/figures.js';
import { settingsFor } from '../doctor/class/kernel.js';
import type { Setting } from '../doctor/class/sysctl.js';
import { type LabModel, machinesOf } from '../model/model.js';

export interface PlanOptions {
  /** From 1. */
  readonly students: number;
  /** Machines of the cluster, from 1. Default: some numbers to choose from. */
  readonly members?: number | undefined;
  /** Of each machine. Default: some numbers to choose from. */
  readonly processors?: number | undefined;
}

export interface ClassPlan {
  readonly students: number;
  /** Containers in all. */
  readonly containers: number;
  /** One for each number of machines. */
  readonly ways: readonly Way[];
  /** The figures that it was reckoned from, with where they come from. */
  readonly figures: readonly NamedFigure[];
  /** How far the engine goes, and how much of it the class takes. */
  readonly limits: readonly PlanLimit[];
}

export interface Way {
  readonly members: number;
  /** Labs on the machine that has most. */
  readonly labs: number;
  /** What each machine is to have, megabytes: as labs rest, and what disk they may fill at most. */
  readonly memoryMb: number;
  readonly diskMb: number;
  readonly fullDiskMb: number;
  /** For each number of processors of a machine. */
  readonly times: readonly Times[];
  /** Settings of the kernel of each machine. */
  readonly settings: readonly Setting[];
}

export interface Times {
  readonly processors: number;
  /** Minutes until all are ready, and until a failover in each is proven. */
  readonly upMinutes: number;
  readonly failoverMinutes: number;
}

export interface NamedFigure extends Figure {
  readonly name: FigureName;
}

export type FigureName =
  | 'memoryMb'
  | 'diskMb'
  | 'upCpuSeconds'
  | 'upSeconds'
  | 'failoverCpuSeconds'
  | 'failoverSeconds'
  | 'firstCpuSeconds'
  | 'ownMemoryMb'
  | 'ownDiskMb';

export interface PlanLimit {
  readonly name: keyof typeof FIGURES.limits;
  readonly takes: number;
  readonly most: number;
  readonly where: string;
}

const SOME_MEMBERS = [1, 2, 3, 5, 10];
const SOME_PROCESSORS = [4, 8, 16, 32];

/** @param lab as each student gets it */
export function planOf(lab: LabModel, options: PlanOptions): ClassPlan {
  const { students, members, processors } = options;
  const nodes = machinesOf(lab).length;
  const some = SOME_MEMBERS.filter((count) => count <= students);
  const counts = members === undefined ? some : [members];
  const ways = counts.map((count) =>
    wayOf(lab, students, count, processors === undefined ? SOME_PROCESSORS : [processors]),
  );
  const fewest = ways[0]?.labs ?? students;
  return {
    students,
    containers: students * nodes,
    ways,
    figures: figuresOf(lab),
    limits: limitsOf(students, nodes, fewest),
  };
}

function wayOf(
  lab: LabModel,
  students: number,
  members: number,
  processors: readonly number[],
): Way {
  const nodes = machinesOf(lab).length;
  const labs = Math.ceil(students / members);
  const { memoryMb, diskMb } = sizeOf(lab);
  const { member } = FIGURES;
  return {
    members,
    labs,
    memoryMb: member.memoryMb.value + member.spareMb.value + labs * memoryMb,
    diskMb: member.diskMb.value + FIGURES.class.diskMb.value + labs * diskMb,
    fullDiskMb: member.diskMb.value + labs * nodes * (lab.incus.diskGb ?? 0) * 1000,
    times: processors.map((each) => timesOf(labs, nodes, each)),
    settings: settingsFor(labs * nodes),
  };
}

/** Labs of other sizes than the measured one take as much more. */
const MEASURED_NODES = 3;

/** The processors are what all wait for; the last one takes as long as it takes alone. */
function timesOf(labs: number, nodes: number, processors: number): Times {
  const { upCpuSeconds, upSeconds, failoverCpuSeconds, failoverSeconds } = FIGURES.lab;
  const share = (cpuSeconds: Figure, least: Figure) =>
    Math.max(least.value, (labs * cpuSeconds.value * nodes) / MEASURED_NODES / processors);
  // What comes once is done by one machine, of which a build takes two processors.
  const once = FIGURES.class.upCpuSeconds.value / Math.min(2, processors);
  return {
    processors,
    upMinutes: (once + share(upCpuSeconds, upSeconds)) / 60,
    failoverMinutes: share(failoverCpuSeconds, failoverSeconds) / 60,
  };
}

function figuresOf(lab: LabModel): readonly NamedFigure[] {
  const { node, member } = FIGURES;
  const size = sizeOf(lab);
  return [
    { name: 'memoryMb', ...node.memoryMb, value: size.memoryMb },
    { name: 'diskMb', ...node.diskMb, value: size.diskMb },
    { name: 'upCpuSeconds', ...FIGURES.lab.upCpuSeconds },
    { name: 'upSeconds', ...FIGURES.lab.upSeconds },
    { name: 'failoverCpuSeconds', ...FIGURES.lab.failoverCpuSeconds },
    { name: 'failoverSeconds', ...FIGURES.lab.failoverSeconds },
    { name: 'firstCpuSeconds', ...FIGURES.class.upCpuSeconds },
    { name: 'ownMemoryMb', ...member.memoryMb },
    { name: 'ownDiskMb', ...member.diskMb },
  ];
}

/** @param labs on one member */
function limitsOf(students: number, nodes: number, labs: number): readonly PlanLimit[] {
  const takes = {
    bridgePorts: nodes + 1,
    processes: labs * nodes * FIGURES.node.processes.value,
    ports: students,
    instances: students * (nodes + 1),
  };
  return (Object.keys(takes) as (keyof typeof takes)[]).map((name) => {
    const { value: most, where } = FIGURES.limits[name];
    return { name, takes: takes[name], most, where };
  });
}
