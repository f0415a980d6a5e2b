/** Commands as the person who reads them has to type them: npx puts no cognito-migrate on the PATH. */
import { commandNames } from '../command-names.ts';
import type { Io } from './io.ts';

const call = new RegExp(
  `(?<![\\w./@-]|npx )cognito-migrate(?= (?:${commandNames.join('|')})(?![\\w-]))`,
  'g',
);

/** npm says in `npm_command` what it was called for: `exec` is npx. */
export const asTyped = (text: string, { npm_command }: Io['env']): string =>
  npm_command === 'exec' ? text.replace(call, 'npx cognito-migrate') : text;
