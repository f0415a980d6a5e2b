/**
 * Names and tags of what the self-test makes. Something is the self-test's own only if both say so: the name holds a run ID,
 * and the tag has that very run ID as its value. So everything is found again from AWS alone.
 */
import { randomBytes } from 'node:crypto';
import type { TagMap } from '../ownership.ts';

export const selfTestTag = 'cognito-migrate:self-test';
const prefix = 'cognito-migrate-self-test-';

/** Which pool of a migration. */
export type PoolSide = 'new' | 'old';

/** What a pool's name says. */
export interface ThrowAwayName {
  readonly run: string;
  readonly label: string;
  readonly side: PoolSide;
}

/** Random, so that two runs in one account do not meet. */
export const newRunId = (): string => randomBytes(4).toString('hex');

/** Stands for every name that any run gives, in a policy. */
export const allRuns = `${prefix}*`;

/** How everything of a run is named to begin with. */
export const runPrefix = (run: string): string => `${prefix}${run}-`;

export const tagsOf = (run: string): TagMap => ({ [selfTestTag]: run });

export const poolName = ({ run, label, side }: ThrowAwayName): string =>
  `${migrationName({ run, label })}-${side}`;

/** Name of role, policy, function and log group between the two pools of a label: at most 56 characters. */
export const migrationName = ({ run, label }: Pick<ThrowAwayName, 'run' | 'label'>): string =>
  `${runPrefix(run)}${label}`;

const pattern = new RegExp(`^${prefix}(?<run>[0-9a-f]{8})-(?<label>[a-z0-9-]{1,20})-(?<side>new|old)$`);

/** undefined: not a name that a self-test gives. */
export function readName(name: string): ThrowAwayName | undefined {
  const { run, label, side } = pattern.exec(name)?.groups ?? {};
  if (run === undefined || label === undefined) return undefined;
  return { run, label, side: side === 'old' ? 'old' : 'new' };
}

/** Whether both tag and name say that a self-test made it. */
export const isOwn = (run: string, tags: TagMap | undefined): boolean => tags?.[selfTestTag] === run;
