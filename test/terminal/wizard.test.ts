/** The whole way in a real terminal: wizard, second run, status, teardown. */
import { describe, expect, test } from 'vitest';
import { isWrite } from '../../src/sandbox/journal.ts';
import { answer, decisions } from './questions.ts';
import { expectWholeIds, startStage } from './stage.ts';
import type { Terminal } from './terminal.ts';

describe.each([40, 80, 200])('%i columns', (columns) => {
  test('wizard, second run, status and teardown', async () => {
    const stage = await startStage();
    const { oldPool, newPool: fresh, clients, sandbox } = stage;
    const screens: string[] = [];
    const keep = (title: string, terminal: Terminal): void => {
      expectWholeIds(terminal, stage);
      screens.push(`━━━ ${title}\n${stage.kept(terminal)}\n`);
    };

    const init = stage.open(['init'], columns);
    await init.waitFor(/❯ legacy-users[\s\S]*paste an ID$/);
    keep('init: the old pool', init);
    init.type('lega');
    await init.waitFor(/\? Old user pool[^✔]*lega\n❯ legacy-users(?![\s\S]*customers)[\s\S]*paste an ID$/);
    keep('init: the old pool, searched', init);
    init.press('enter');
    await init.waitFor(/\? New user pool[^✔]*❯ customers/);
    init.press('enter');
    await init.waitFor(/\? Which app clients[^✔]*❯/);
    init.press('space');
    await init.waitFor(/❯◯ ios[\s\S]*◉ web[\s\S]*submit$/);
    keep('init: app clients', init);
    init.press('enter');
    await answer(init, decisions);
    await init.waitFor(/Copy attributes as shown\?[\s\S]*❯ Yes/);
    init.press('down');
    await init.waitFor(/❯ Change email\n/);
    init.press('up', 'enter');
    await init.waitFor(/\? Apply in account.*\(Y\/n\)$/);
    keep('init: the plan', init);
    expect(sandbox.journal.writes()).toEqual([]);
    init.press('enter');
    expect(await init.end()).toBe(0);
    keep('init: the end', init);
    expect(init.isCursorVisible).toBe(true);
    expect((await stage.pool(fresh)).LambdaConfig?.UserMigration).toContain(`cognito-migrate-${fresh}`);
    expect(oldPool).not.toBe(clients.web);

    const again = stage.open(['init'], columns);
    expect(await again.end()).toBe(0);
    keep('init again', again);

    const status = stage.open(['status'], columns);
    expect(await status.end()).toBe(0);
    keep('status', status);

    const teardown = stage.open(['teardown'], columns);
    await teardown.waitFor(/\? Type the new pool's name[\s\S]*to continue$/);
    keep('teardown: the question', teardown);
    teardown.type('customers');
    teardown.press('enter');
    expect(await teardown.end()).toBe(0);
    keep('teardown: the end', teardown);
    expect((await stage.pool(fresh)).LambdaConfig?.UserMigration).toBeUndefined();
    expect(sandbox.journal.calls.some(({ operation }) => isWrite(operation))).toBe(true);

    const gone = stage.open(['status'], columns);
    await gone.waitFor(/\? New user pool[^✔]*paste an ID$/);
    gone.type('cust');
    await gone.waitFor(/\? New user pool[^✔]*cust\n❯ customers(?![\s\S]*legacy)[\s\S]*paste an ID$/);
    gone.press('enter');
    expect(await gone.end()).toBe(5);
    keep('status afterwards', gone);
    await expect(screens.join('\n')).toMatchFileSnapshot(`screens/wizard-${columns}.txt`);
  });
});
