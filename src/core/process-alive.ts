/** Identifies this process, and tells whether another one still runs. */
import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';

/**
 * Facts that tell a process from every other one.
 * Containers share a machine but not its process IDs, and hosts may share a name.
 * An ID has a meaning only in the same PID namespace of the same boot. Only Linux has namespaces.
 * macOS and Windows have one list of processes, and we cannot tell their boots apart.
 */
export interface ProcessFacts {
  readonly pid: number;
  readonly host: string;
  /** Linux: random_boot_id(4). */
  readonly boot?: string | undefined;
  /** Linux: namespaces(7), such as `pid:[4026531836]`. */
  readonly pidNamespace?: string | undefined;
  /** Linux: clock ticks from the boot to its start. IDs are reused, this pair is not. */
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
 * @param started as in ProcessFacts. A process with this ID but another start time is a different one.
 */
export async function isAlive(pid: number, started?: string): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    const isForeign = error instanceof Error && 'code' in error && error.code === 'EPERM';
    if (!isForeign) return false;
  }
  const fields = await statOf(pid);
  // An ended process keeps its ID and accepts signals until its parent reads its exit code.
  // In a container whose first process never reads it, that lasts forever.
  // A process counts as running if nothing shows otherwise.
  if (/^[ZX]/.test(fields[0] ?? '')) return false;
  const now = fields[startField];
  return started === undefined || now === undefined || now === started;
}

const startOf = async (pid: number): Promise<string | undefined> => (await statOf(pid))[startField];

/** proc_pid_stat(5): starttime is field 22. The list begins with the state, field 3. */
const startField = 22 - 3;

/** The fields after the name in parentheses. The name may contain parentheses itself. */
async function statOf(pid: number): Promise<readonly string[]> {
  // In another namespace's /proc, the numbers belong to other processes.
  if (process.platform !== 'linux' || (await readlink('/proc/self').catch(absent)) !== String(process.pid))
    return [];
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat === '' ? [] : stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}
