/** The output of teardown --restore, before and after. */

import { repairLine } from '../../../aws/lossless-update/index.ts';
import type { Difference } from '../../../core/json.ts';
import type { Document } from '../../terminal/reporter.ts';

/** One pool or app client, and its differences. They are undefined if it is gone. */
export interface Restorable {
  readonly name: string;
  readonly differences: readonly Difference[] | undefined;
}

const toDo = (things: readonly Restorable[]) =>
  things.flatMap(({ name, differences = [] }) => (differences.length > 0 ? [{ name, differences }] : []));

const goneOf = (things: readonly Restorable[]): string[] =>
  things.filter(({ differences }) => differences === undefined).map(({ name }) => name);

const goneText = (things: readonly Restorable[]): string =>
  goneOf(things)
    .map((name) => `\n  No longer exists: ${name}`)
    .join('');

const nothing = '\n  All settings are as before init. Nothing to do.';

/**
 * Each setting, with its current value and its earlier value.
 * @param isLater whether the earlier values precede a later update, not the first one.
 */
export function restorePlanText(things: readonly Restorable[], isLater: boolean): string {
  const lines = toDo(things).flatMap(({ name, differences }) => [
    `    ${name}`,
    ...differences.map((line) => `      ${repairLine(line)}`),
  ]);
  return [
    `  Restores the settings that have changed since ${isLater ? 'the last update' : 'init'}:`,
    ...lines,
    '  This also undoes changes that others have made since, and the trigger of this migration.',
  ].join('\n');
}

/** The output of --dry-run. */
export function restorePlanDocument(things: readonly Restorable[], isLater: boolean): Document {
  const items = toDo(things).map(({ name, differences }) => ({
    name,
    settings: differences.map(({ path }) => path),
  }));
  const changes = items.reduce((sum, { settings }) => sum + settings.length, 0);
  return {
    json: { command: 'restore', dryRun: true, changes, items, gone: goneOf(things) },
    text: () =>
      changes === 0
        ? `${nothing}${goneText(things)}`
        : `${restorePlanText(things, isLater)}${goneText(things)}\n\n  ${changes} to restore. Nothing was written.`,
  };
}

/** @param restored one line for each restored setting. */
export function restoreDocument(restored: readonly string[], things: readonly Restorable[]): Document {
  return {
    json: { command: 'restore', changes: restored.length, restored, gone: goneOf(things) },
    quietly: () => undefined,
    text: () =>
      restored.length === 0
        ? `${nothing}${goneText(things)}`
        : `\n  Restored:\n${restored.map((line) => `    ${line}`).join('\n')}${goneText(things)}`,
  };
}
