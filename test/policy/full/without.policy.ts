/** The journey with one statement of the policy left out: a call is denied each time. Slow, so only in npm run test:policy. */
import { describe, expect, test } from 'vitest';
import { chainPermissions } from '../../../src/steps/chain-links.ts';
import { permissionsOf } from '../../../src/steps/operator-policy.ts';
import { account } from '../../support/local-aws.ts';
import {
  flagsOfPolicy,
  journey,
  openPolicyAws,
  printedPolicy,
  type Setup,
  tagged,
  withAlarms,
  withBoundary,
  withDisabling,
  withExistingOldClient,
  withExistingRole,
  withGroupRole,
  withGroups,
  withMarks,
  withOldSub,
} from '../journey.ts';
import { operatorRole } from '../operator.ts';
import { prove } from '../removal.ts';

/** Statements that only some setups print, and a setup that does. Every other statement is in the policy of one account. */
const setups = new Map<string, Setup>([
  ['AddTheAttributeForTheOldSub', withOldSub],
  ['SeeWhetherAProviderWritesTheOldSub', withOldSub],
  ['CreateTheFunctionsRoleWithItsBoundary', withBoundary],
  ['AttachThemOnlyWithTheBoundary', withBoundary],
  ['SeeWhetherARoleOfOursIsThereToo', withExistingRole],
  ['LookAtTheAppClientBroughtAlong', withExistingOldClient],
  ['FindAlarms', withAlarms],
  ['KeepAlarmsAndTheDashboard', withAlarms],
  ['MakeGroupsAndDeleteEmptyOnes', withGroups],
  ['PassRolesToGroups', withGroupRole],
  ['SetHowLambdaRepeatsTheWorkAfterAMove', withGroups],
  ['AddTheMarksOfMovedUsers', withMarks],
  ['TakeMarksBack', withMarks],
  ['EnableUsersWhoMoved', withDisabling],
  ['SeeWhetherAProviderWritesTheMarks', withMarks],
]);

/** Statements of two accounts. The journey test proves for each of them that it cannot be removed. */
const betweenAccounts = [
  'SeeRequestRates',
  'SeeWhetherTheOldPoolMigratesBack',
  'EnterTheOldAccountForTheSetUp',
  'MakeTheRoleForTheOtherAccount',
  'MakeTheRoleForTheOtherAccountWithItsBoundary',
  'KeepTheRoleForTheOtherAccount',
];

/** The whole policy allows their action in another statement. The journey with groups proves them for each task. */
const ofTasks = ['SeeGroupsAfterwards', 'SeeTheOldGroupsAfterwards', 'RecordWhatUnmarkTakesBack'];

/** Only `--for sync` prints it. The test of that task proves that a run uses each action. */
const ofSync = ['LookAtOldUsersBeforeTheyAreClosed'];

/** Statements of imports, which only `--for import` prints. Their own test proves that none of them can be left out. */
const ofImports = [
  'ImportUsers',
  'CreateDisabledUsers',
  'ReadTheLogOfImports',
  'DeleteUsersOfImports',
  'MakeTheRoleOfImports',
  'MakeTheRoleOfImportsWithItsBoundary',
  'KeepTheRoleOfImports',
  'GiveTheRoleOfImportsToCognitoOnly',
];

/** Statements of chains, which `--chain` prints. Their own test proves that none of them can be left out. */
const ofChains = chainPermissions.map(({ sid }) => sid);

const sids = [...permissionsOf('new'), ...permissionsOf('old')]
  .map((one) => one.sid)
  .filter((sid) => ![...betweenAccounts, ...ofTasks, ...ofSync, ...ofImports, ...ofChains].includes(sid));

describe('without one statement', () => {
  test.each(sids)('%s', async (sid) => {
    const ground = await openPolicyAws();
    const flags = await (setups.get(sid) ?? tagged)(ground);
    const policy = await printedPolicy(ground, ...flagsOfPolicy(flags));
    expect(policy.Statement.map(({ Sid }) => Sid)).toContain(sid);
    const rest = { ...policy, Statement: policy.Statement.filter(({ Sid }) => Sid !== sid) };
    const operator = await operatorRole(ground.sandbox, account);
    await operator.allow(rest);
    ground.sandbox.journal.clear();
    await journey(ground, await operator.session(), flags);
    const { denied } = prove(rest, ground.sandbox.journal.calls, [`arn:aws:sts::${account}:assumed-role/`]);
    expect(denied.length).toBeGreaterThan(0);
  });
});
