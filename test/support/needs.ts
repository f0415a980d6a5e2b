/** Programs of this machine that some tests run. scripts/ci/programs.mjs installs them where it can. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { TestContext } from 'vitest';

/** Where a shell finds the program. */
export function pathOf(program: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const endings = process.platform === 'win32' ? ['.exe', '.cmd'] : [''];
  return folders
    .flatMap((folder) => endings.map((ending) => join(folder, program + ending)))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The program's path. Skips the test where the program is missing: CI accepts this as a reason, and no other. */
export function needs({ skip }: Pick<TestContext, 'skip'>, program: string): string {
  return pathOf(program) ?? skip(`needs ${program}`);
}
