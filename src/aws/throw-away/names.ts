/**
 * Names and tags of what the self-test makes. Something is the self-test's own only if both say so: the name holds a run ID,
 * and the tag has that very run ID as its value. So everything is found again from AWS alone.
 */
import { randomBytes } from 'node:crypto';
import { selfTestTag } from '../../core/tags.ts';
import type { TagMap } from '../ownership.ts';

/** How everything is named to begin with. */
export const selfTestPrefix = 'cognito-migrate-self-test-';

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
export const allRuns = `${selfTestPrefix}*`;

/** How everything of a run is named to begin with. */
export const runPrefix = (run: string): string => `${selfTestPrefix}${run}-`;

export const tagsOf = (run: string): TagMap => ({ [selfTestTag]: run });

export const poolName = ({ run, label, side }: ThrowAwayName): string =>
  `${migrationName({ run, label })}-${side}`;

/** Name of role, policy, function and log group between the two pools of a label: at most 56 characters. */
export const migrationName = ({ run, label }: MigrationName): string => `${runPrefix(run)}${label}`;

/** What stands between two pools, by its name. */
export type MigrationName = Pick<ThrowAwayName, 'run' | 'label'>;

const pattern = new RegExp(`^${selfTestPrefix}(?<run>[0-9a-f]{8})-(?<label>[a-z0-9-]{1,20})$`);

/** undefined: not a name that a self-test gives to role, policy, function and log group. */
export function readMigrationName(name: string): MigrationName | undefined {
  const { run, label } = pattern.exec(name)?.groups ?? {};
  return run === undefined || label === undefined ? undefined : { run, label };
}

/** undefined: not a name that a self-test gives to a pool. */
export function readName(name: string): ThrowAwayName | undefined {
  const { of = '', side } = /^(?<of>.*)-(?<side>new|old)$/.exec(name)?.groups ?? {};
  const read = readMigrationName(of);
  return read && { ...read, side: side === 'old' ? 'old' : 'new' };
}

/** Whether both tag and name say that a self-test made it. */
export const isOwn = (run: string, tags: TagMap | undefined): boolean => tags?.[selfTestTag] === run;

/** Name of a function's log group. */
export const logGroupOf = (functionName: string): string => `/aws/lambda/${functionName}`;
