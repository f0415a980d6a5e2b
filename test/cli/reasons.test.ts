/** Every reason that the function can give has an explanation. */
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { explanationOf } from '../../src/cli/terminal/reasons.ts';

const folder = new URL('../../src/lambda/', import.meta.url);

/** What stands as a reason in the function's own source: `untouched('…')`, `reason: '…'` and so on. */
async function reasons(): Promise<[string, string][]> {
  const files = (await readdir(fileURLToPath(folder))).filter((name) => name.endsWith('.ts'));
  const text = (await Promise.all(files.map((name) => readFile(new URL(name, folder), 'utf8')))).join('\n');
  const calls = [...text.matchAll(/\b(untouched|reset|created|fail|retry)\('([a-z-]+)'/g)];
  const outcomeOf: Readonly<Record<string, string>> = { created: 'reset', fail: 'failed', retry: 'failed' };
  const members = [...text.matchAll(/\b(?:reason|refused): (?:[^,;\n]*\? )?((?:'[a-z-]+'(?: [|:] )?)+)/g)];
  return [
    ...calls.map(([, call = '', reason = '']): [string, string] => [outcomeOf[call] ?? call, reason]),
    ...members.flatMap(([, list = '']) =>
      [...list.matchAll(/'([a-z-]+)'/g)].map(([, reason = '']): [string, string] => ['any', reason]),
    ),
  ];
}

test('every reason in the source of the function is explained', async () => {
  const found = await reasons();
  expect(new Set(found.map(([, reason]) => reason)).size).toBeGreaterThan(35);
  expect(found.map(([, reason]) => reason)).toContain('no-attributes'); // stands behind a condition
  const unexplained = found.filter(([outcome, reason]) => explanationOf(outcome, reason).means === reason);
  expect(unexplained).toEqual([]);
});

test('one reason can mean two things', () => {
  expect(explanationOf('reset', 'mfa').means).not.toBe(explanationOf('untouched', 'mfa').means);
});

test('a reason of a newer function is shown as it is', () => {
  expect(explanationOf('untouched', 'constructor')).toEqual({ means: 'constructor', next: [] });
});

test('names the attribute that is missing, and keeps the rules that there are', () => {
  const inputs = { OLD_USER_POOL_ID: 'us-east-2_AbC', MAP: { sub: 'custom:old_sub' }, SET: {} };
  const rehearsal = { missingAttributes: ['birthdate', 'custom:plan'], badAttributes: ['name:length'] };
  expect(explanationOf('untouched', 'required-attribute', { inputs, rehearsal }).next).toEqual([
    'cognito-migrate init --set birthdate=VALUE --set custom:plan=VALUE',
    'cognito-migrate init --map sub=custom:old_sub --map OLD=birthdate --map OLD=custom:plan',
  ]);
  expect(explanationOf('untouched', 'no-attributes', { inputs, rehearsal: {} }).next).toEqual([
    'cognito-migrate init --set NAME=VALUE',
    'cognito-migrate init --map sub=custom:old_sub --map OLD=NEW',
  ]);
});

test('looks for the user with the profile of the account that the old pool is in', () => {
  const inputs = { OLD_USER_POOL_ID: 'us-east-2_AbC', MAP: {}, SET: {}, PROFILE: 'new', OLD_PROFILE: 'old' };
  expect(explanationOf('untouched', 'unknown-user', { inputs, rehearsal: {} }).next).toEqual([
    'aws cognito-idp list-users --user-pool-id us-east-2_AbC --region us-east-2 --profile old',
  ]);
});
