import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { assertSameMigration, loadState } from '../../src/core/state.ts';
import { openStateStore } from '../../src/core/state-store.ts';
import { refusal, refusalOf } from '../support/errors.ts';
import { someInputs } from '../support/inputs.ts';
import { tempFolder } from '../support/temp.ts';

const now = () => Date.parse('2026-11-22T12:00:00Z');
const inputs = someInputs({ TAGS: { team: 'id' }, RUNTIME: 'nodejs22.x' });
const account = '111122223333';

const newFile = async () => join(await tempFolder(), 'state.json');
const open = (file: string, more: { account?: string; inputs?: typeof inputs } = {}) =>
  openStateStore({ file, account, inputs, now, ...more });

describe('the state file', () => {
  test('is there before anything happens, readable by its owner only, and comes back as it was written', async () => {
    const file = await newFile();
    const store = await open(file);
    if (process.platform !== 'win32') expect((await stat(file)).mode & 0o777).toBe(0o600);
    await store.setVariables({ ROLE_ARN: 'arn:aws:iam::111122223333:role/r' });
    await store.set('new-clients', 'abc', 'applying', { flows: ['SRP'] });
    await store.set('new-clients', 'abc', 'applied');
    await store.close();
    expect(await loadState(file)).toMatchObject({
      account,
      migration: `${inputs.OLD_USER_POOL_ID} → ${inputs.NEW_USER_POOL_ID}`,
      variables: {
        ROLE_ARN: 'arn:aws:iam::111122223333:role/r',
        TAGS: { team: 'id' },
        RUNTIME: 'nodejs22.x',
      },
      steps: {
        'new-clients:abc': { status: 'applied', before: { flows: ['SRP'] }, at: '2026-11-22T12:00:00.000Z' },
      },
    });
  });

  test('holds only what is tracked or remembered: no settings, no hash, no endpoint', async () => {
    const file = await newFile();
    await (
      await open(file, { inputs: { ...inputs, ENDPOINT_URL: 'http://127.0.0.1:1', YES: true } })
    ).close();
    const text = await readFile(file, 'utf8');
    for (const word of ['SETTINGS', 'CODE_SHA256', 'ENDPOINT_URL', '"YES"', 'PROFILE'])
      expect(text).not.toContain(word);
  });

  test('writes of the same moment do not overtake each other, and leave no other file', async () => {
    const file = await newFile();
    const store = await open(file);
    await Promise.all(Array.from({ length: 20 }, (_, index) => store.set('step', String(index), 'applied')));
    expect(Object.keys((await loadState(file))?.steps ?? {})).toHaveLength(20);
    await store.close();
    expect(await readdir(join(file, '..'))).toEqual(['state.json']);
  });

  test('keys of a step are not those of another whose name it begins', async () => {
    const store = await open(await newFile());
    await store.set('new', 'a', 'applied');
    await store.set('new-clients', 'b', 'applied');
    await store.set('new', '', 'applied');
    expect(store.keys('new').toSorted()).toEqual(['', 'a']);
    await store.drop('new', 'a', []);
    await store.drop('new', 'never there', []);
    expect(store.keys('new')).toEqual(['']);
  });

  test('forgotten, it is gone; without one there is nothing to load', async () => {
    const file = await newFile();
    const store = await open(file);
    await store.deleteFile();
    await store.close();
    expect(await readdir(join(file, '..'))).toEqual([]);
    expect(await loadState(file)).toBeUndefined();
  });
});

describe('a state file that cannot be used is left as it is', () => {
  const good = { version: 1, migration: 'a → b', account, variables: {}, steps: {} };
  test.each([
    ['not JSON', '{"version":', 'STATE_CORRUPT', 'it is not JSON'],
    ['empty', '', 'STATE_CORRUPT', 'it is not JSON'],
    ['a list', '[]', 'STATE_CORRUPT', 'state.json'],
    ['without account', JSON.stringify({ ...good, account: undefined }), 'STATE_CORRUPT', 'account'],
    [
      'of a bad status',
      JSON.stringify({ ...good, steps: { a: { status: 'x', at: '' } } }),
      'STATE_CORRUPT',
      'steps.a.status',
    ],
    [
      'of a bad variable',
      JSON.stringify({ ...good, variables: { ROLE_ARN: 'x' } }),
      'STATE_CORRUPT',
      'ROLE_ARN',
    ],
    [
      'of a bad image',
      JSON.stringify({ ...good, steps: { a: { status: 'applied', at: '', before: [] } } }),
      'STATE_CORRUPT',
      'before',
    ],
    [
      'newer',
      JSON.stringify({ ...good, version: 2, other: 1 }),
      'STATE_NEWER',
      'newer cognito-migrate (format 2)',
    ],
  ])('%s', async (_what, text, code, words) => {
    const file = await newFile();
    await writeFile(file, text);
    for (const error of [await refusalOf(loadState(file)), await refusalOf(open(file))]) {
      expect(error).toMatchObject({ code, exitCode: 6 });
      expect(error.message).toContain(words);
      expect(error.hint.join(' ')).toContain('--state');
    }
    expect(await readFile(file, 'utf8')).toBe(text);
    expect(await readdir(join(file, '..'))).toEqual(['state.json']);
  });

  test('a folder in its place', async () => {
    expect(await refusalOf(loadState(await tempFolder()))).toMatchObject({
      code: 'STATE_UNREADABLE',
      exitCode: 6,
    });
  });

  test('an unknown variable of a later version is no reason to refuse', async () => {
    const file = await newFile();
    await writeFile(file, JSON.stringify({ ...good, variables: { LATER: 1, NAME: 'n' } }));
    expect((await loadState(file))?.variables).toEqual({ NAME: 'n' });
  });
});

describe('whose state file it is', () => {
  const state = { migration: '', account, steps: {}, variables: { ...inputs } };
  test.each<[{ account?: string }, Partial<typeof inputs>, string, string]>([
    [{ account: '999900001111' }, {}, 'STATE_OTHER_ACCOUNT', '999900001111'],
    [{}, { OLD_USER_POOL_ID: 'eu-west-1_Another1' }, 'STATE_OTHER_MIGRATION', '--old-user-pool-id'],
    [{}, { NEW_USER_POOL_ID: 'eu-west-1_Another1' }, 'STATE_OTHER_MIGRATION', '--new-user-pool-id'],
    [{}, { NAME: 'another' }, 'STATE_OTHER_MIGRATION', '--name'],
    [{}, { ROLE_PATH: '/another/' }, 'STATE_OTHER_MIGRATION', '--role-path'],
  ])('%j %j is refused', async (caller, vars, code, word) => {
    const error = await refusal(() =>
      assertSameMigration('f.json', state, caller.account ?? account, { ...inputs, ...vars }),
    );
    expect(error).toMatchObject({ code, exitCode: 6 });
    expect(error.message).toContain(word);
  });

  test('what may change between runs may differ', () => {
    expect(() =>
      assertSameMigration('f', state, account, { ...inputs, RUNTIME: 'nodejs24.x', TAGS: {} }),
    ).not.toThrow();
  });

  test('is asked again when it is opened, under the lock', async () => {
    const file = await newFile();
    await (await open(file)).close();
    const before = await readFile(file, 'utf8');
    expect(await refusalOf(open(file, { account: '999900001111' }))).toMatchObject({
      code: 'STATE_OTHER_ACCOUNT',
    });
    expect(await readFile(file, 'utf8')).toBe(before);
    await (await open(file)).close(); // the refused run has given the lock back
  });
});

describe('a place that cannot be written to', () => {
  test('a folder that does not exist', async () => {
    const error = await refusalOf(open(join(await tempFolder(), 'none', 'state.json')));
    expect(error).toMatchObject({ code: 'STATE_UNWRITABLE', exitCode: 6 });
    expect(error.hint.join()).toContain('--state');
  });

  test('a name that a folder has: found out before anything happens, and the lock is given back', async () => {
    const folder = join(await tempFolder(), 'state.json');
    await mkdir(folder);
    const error = await refusalOf(open(folder));
    expect(error.exitCode).toBe(6);
    expect(await readdir(join(folder, '..'))).toEqual(['state.json']);
  });

  test('a file where a folder should be', async () => {
    const file = await newFile();
    await writeFile(file, '');
    expect(await refusalOf(open(join(file, 'state.json')))).toMatchObject({ exitCode: 6 });
  });
});
