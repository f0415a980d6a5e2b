/** The options of sync, and the file of users for whom work is still missing. */
import type { Command } from 'commander';
import { type SyncPart, syncParts } from '../../../aws/function/undo-tags.ts';
import { UsageError } from '../../../core/errors.ts';
import { type Format, formatByEnding, type LineWriter, lineWriter } from '../../../users/rows.ts';
import type { Lacking, LackingReason } from '../../../users/sync/repair.ts';
import { type OwnValue, ownValueOf } from '../../inputs/options.ts';
import { parseRate } from '../../inputs/rate.ts';
import type { Io } from '../../terminal/io.ts';

export interface SyncOptions {
  /** The one kind of work to repeat. Undefined for all. */
  readonly only: SyncPart | undefined;
  /** Everyone, whatever the reason. Never from the environment, since rights come back. */
  readonly all: boolean;
  readonly out: { readonly file: string; readonly format: Format } | undefined;
  /** Requests per second. */
  readonly rate: number | undefined;
  readonly wantsSchema: boolean;
}

/** Throws UsageError for wrong values. */
export function parseSyncOptions(command: Command, env: Io['env']): SyncOptions {
  const file = ownValueOf('--out', command, env);
  if (file?.text === '')
    throw new UsageError(`${file.source} must name a file`, { code: 'BAD_INPUT', found: file.text });
  return {
    only: parseOnly(ownValueOf('--only', command, env)),
    all: command.getOptionValue('all') === true,
    out: file && { file: file.text, format: formatByEnding(file.text) },
    rate: parseRate(ownValueOf('--rate', command, env)),
    wantsSchema: command.getOptionValue('jsonSchema') === true,
  };
}

function parseOnly(given: OwnValue | undefined): SyncPart | undefined {
  if (given === undefined) return undefined;
  const part = syncParts.find((one) => one === given.text);
  if (part !== undefined) return part;
  throw new UsageError(`${given.source} must be groups or marks (got ${JSON.stringify(given.text)})`, {
    code: 'BAD_INPUT',
    expected: syncParts,
    found: given.text,
  });
}

export const outColumns: readonly string[] = ['Username', 'sub', 'custom:old_sub', 'Groups', 'Reason'];

/** The file of users for whom work is still missing. */
export class LackingRows {
  readonly #writer: LineWriter;
  users = 0;

  constructor(format: Format) {
    this.#writer = lineWriter(format, outColumns);
  }

  get head(): string {
    return this.#writer.head;
  }

  rowOf({ userName, sub, oldSub, groups }: Lacking, reason: LackingReason): string {
    this.users += 1;
    return this.#writer.line([userName, sub, oldSub, groups.join(' '), reason]);
  }
}
