/** What npm has installed, by the name that a shell finds, in a terminal. */
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { packAndInstall } from '../pack/support.ts';
import { answer, wizard } from './questions.ts';
import { startStage } from './stage.ts';
import { openFile } from './terminal.ts';

test.skipIf(process.platform === 'win32')(
  'the wizard from start to finish, and teardown, from node_modules/.bin',
  async () => {
    const home = await realpath(await mkdtemp(join(tmpdir(), 'cognito-migrate-installed-')));
    onTestFinished(() => rm(home, { recursive: true, force: true, maxRetries: 10 }));
    const { bin, folder } = await packAndInstall(home);
    const stage = await startStage();
    const window = { cwd: folder, env: { ...stage.env, PATH: `${join(bin, '..')}:${stage.env.PATH}` } };

    const init = openFile('cognito-migrate', ['init'], window);
    await answer(init, wizard);
    expect(await init.end(), init.screen()).toBe(0);
    expect(init.screen()).toContain('Ready.');
    expect((await stage.pool(stage.newPool)).LambdaConfig?.UserMigration).toContain(stage.newPool);

    const status = openFile('cognito-migrate', ['status'], window);
    expect(await status.end(), status.screen()).toBe(0);

    const teardown = openFile('cognito-migrate', ['teardown'], window);
    await teardown.waitFor(/\? Type the new pool's name[\s\S]*to continue$/);
    teardown.type('customers');
    teardown.press('enter');
    expect(await teardown.end(), teardown.screen()).toBe(0);
    expect((await stage.pool(stage.newPool)).LambdaConfig?.UserMigration).toBeUndefined();
  },
);
