import type { Suite } from './suites.mjs';

export interface SuiteResult {
  readonly name: string;
  readonly allowedShare: number;
  readonly cases: number;
  readonly failed: number;
  readonly skipped: number;
  readonly seconds: number;
  /** Reasons why the suite fails the run. */
  readonly faults: readonly string[];
}

export interface RunOptions {
  /** Programs that this machine lacks: the only accepted reason for a skipped test. */
  readonly missing: readonly string[];
  readonly strict: boolean;
  readonly print: (text: string, end?: string) => void;
  /** Returns the time in milliseconds. */
  readonly now?: () => number;
}

export function runSuites(
  suites: readonly Suite[],
  options: RunOptions,
): Promise<{ results: readonly SuiteResult[]; failed: boolean }>;
export function tableOf(results: readonly SuiteResult[]): string;
