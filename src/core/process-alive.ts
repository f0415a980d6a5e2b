/** Which process this is, and whether another one still runs. */
import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';

/**
 * What tells a process from every other one. Containers share a machine but not its process IDs, and hosts may share a name, so
 * an ID means something only in the same PID namespace of the same boot. Only Linux has namespaces; macOS and Windows have one
 * list of processes, and their boots are not told apart.
 */
export interface ProcessFacts {
  readonly pid: number;
  readonly host: string;
  /** Linux: random_boot_id(4). */
  readonly boot?: string | undefined;
  /** Linux: namespaces(7), such as `pid:[4026531836]`. */
  readonly pidNamespace?: string | undefined;
  /** Linux: clock ticks from the boot to its start. IDs are given again, this pair is not. */
  readonly started?: string | undefined;
}

const absent = (): undefined => undefined;

/** The facts of this process. */
export async function thisProcess(): Promise<ProcessFacts> {
  const [boot, pidNamespace, started] = await Promise.all([
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').then((text) => text.trim(), absent),
    readlink('/proc/self/ns/pid').catch(absent),
    startOf(process.pid),
  ]);
  return { pid: process.pid, host: hostname(), boot, pidNamespace, started };
}

/** Whether a process ID of `other` means the same process here. */
export const isSamePlace = (one: ProcessFacts, other: ProcessFacts): boolean =>
  one.host === other.host && one.boot === other.boot && one.pidNamespace === other.pidNamespace;

/**
 * Whether a process of this machine still runs.
 * @param started of ProcessFacts: a process of that ID that started at another time is not the one.
 */
export async function isAlive(pid: number, started?: string): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    const isForeign = error instanceof Error && 'code' in error && error.code === 'EPERM';
    if (!isForeign) return false;
  }
  const fields = await statOf(pid);
  // A process that has ended keeps its ID, and takes signals, until its parent asks for its exit code: for ever, in a
  // container whose first process never asks. Where nothing tells, it counts as running.
  if (/^[ZX]/.test(fields[0] ?? '')) return false;
  const now = fields[startField];
  return started === undefined || now === undefined || now === started;
}

const startOf = async (pid: number): Promise<string | undefined> => (await statOf(pid))[startField];

/** proc_pid_stat(5), starttime: field 22, and the list begins with the state, field 3. */
const startField = 22 - 3;

/** The fields behind the name in brackets, which may hold brackets itself. */
async function statOf(pid: number): Promise<readonly string[]> {
  // With another namespace's /proc its numbers are of other processes.
  if (process.platform !== 'linux' || (await readlink('/proc/self').catch(absent)) !== String(process.pid))
    return [];
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat === '' ? [] : stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}
