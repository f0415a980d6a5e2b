/** Adds `npx` to commands if the reader must type it: npx adds no cognito-migrate to the PATH. */
import { commandNames } from '../command-names.ts';
import type { Io } from './io.ts';

const call = new RegExp(
  `(?<![\\w./@-]|npx )cognito-migrate(?= (?:${commandNames.join('|')})(?![\\w-]))`,
  'g',
);

/** npm sets `npm_command` to the npm command in use. `exec` means npx. */
export const asTyped = (text: string, { npm_command }: Io['env']): string =>
  npm_command === 'exec' ? text.replace(call, 'npx cognito-migrate') : text;
