/** The journey itself with one statement left out: something is denied each time. Slow, so only in npm run test:policy. */
import { describe, expect, test } from 'vitest';
import template from '../../../templates/operator-policy-new.json' with { type: 'json' };
import oldTemplate from '../../../templates/operator-policy-old.json' with { type: 'json' };
import { account } from '../../support/two-pools.ts';
import { journey, openGround, printedPolicy } from '../journey.ts';
import { operatorRole } from '../operator.ts';
import { prove } from '../removal.ts';

/** Those that a journey in one account, with roles of our own making, has. */
const elsewhere = [
  'AddTheAttributeForTheOldSub',
  'SeeWhetherTheOldPoolMigratesBack',
  'CreateTheFunctionsRoleWithItsBoundary',
  'EnterTheOldAccountForTheSetUp',
  'MakeTheRoleForTheOtherAccount',
  'MakeTheRoleForTheOtherAccountWithItsBoundary',
  'KeepTheRoleForTheOtherAccount',
];
const sids = [...template.Statement, ...oldTemplate.Statement]
  .map(({ Sid }) => Sid)
  .filter((sid) => !elsewhere.includes(sid));

describe('without one statement', () => {
  test.each(sids)('%s', async (sid) => {
    const ground = await openGround();
    const policy = await printedPolicy(ground);
    const rest = { ...policy, Statement: policy.Statement.filter(({ Sid }) => Sid !== sid) };
    expect(rest.Statement).toHaveLength(policy.Statement.length - 1);
    const operator = await operatorRole(ground.sandbox, account);
    await operator.allow(rest);
    ground.sandbox.journal.clear();
    await journey(ground, await operator.session(), ['--tag', 'cost=42']);
    const { denied } = prove(rest, ground.sandbox.journal.calls, [`arn:aws:sts::${account}:assumed-role/`]);
    expect(denied.length).toBeGreaterThan(0);
  });
});
