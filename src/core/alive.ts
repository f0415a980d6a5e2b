/** Whether a process of this machine still runs. */
import { readFile } from 'node:fs/promises';

export async function isAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    const isForeign = error instanceof Error && 'code' in error && error.code === 'EPERM';
    if (!isForeign) return false;
  }
  return !(await hasEnded(pid));
}

/**
 * A process that has ended keeps its ID, and takes signals, until its parent asks for its exit code: for ever, in a
 * container whose first process never asks. Linux tells (proc_pid_stat(5): the state, behind the name in brackets, which
 * may hold brackets itself); where nothing tells, it counts as running.
 */
async function hasEnded(pid: number): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return /^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
}
