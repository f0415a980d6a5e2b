/** handoff: writes the old account's half for its administrator, if init has no access there. */
import { randomBytes } from 'node:crypto';
import { parseArn, regionOfPool } from '../../../aws/arn.ts';
import { requireField, undefinedIfDenied } from '../../../aws/errors.ts';
import { type OwnFunction, readOwnFunction } from '../../../aws/function/read.ts';
import { type ExitKind, UnhealthyError, UsageError } from '../../../core/errors.ts';
import { assertSameMigration } from '../../../core/state.ts';
import {
  declarationOf,
  defaultedNames,
  flagOf,
  has,
  type VarName,
  type Vars,
} from '../../../core/variables/index.ts';
import { defaultName } from '../../../steps/names.ts';
import { assertEmpty, writeFiles } from '../../codegen/folder.ts';
import { agreedExternalId } from '../../codegen/old-account/external-id.ts';
import { handoffFiles, updateFiles } from '../../codegen/old-account/folder.ts';
import { type HalfInputs, type OldHalf, oldHalf } from '../../codegen/old-account/half.ts';
import { changedRights } from '../../codegen/old-account/rights.ts';
import type { Context } from '../../context.ts';
import { loadInputs } from '../../inputs/load-inputs.ts';
import { missing } from '../../inputs/missing.ts';
import { assertTwoPools } from '../../inputs/pool-ids.ts';
import { assertStillFit, clearedBy } from '../../inputs/resolve.ts';
import { existingRole, liveRole, liveRules } from '../../migration/recover-inputs.ts';
import { type Accounts, openAccounts } from '../../session/access.ts';
import { poolLookup } from '../../session/pool-lookup.ts';
import { requirePool } from '../../session/require-pool.ts';
import { Conversation } from '../../wizard/conversation.ts';
import type { Interview } from '../../wizard/interview.ts';
import { parsePoolId } from '../../wizard/pool-choices.ts';
import { askPools } from '../../wizard/pools.ts';
import { oldPoolThere } from '../../wizard/questions.ts';
import { handoffDocument, updateDocument } from './view.ts';

const poolNames = ['OLD_USER_POOL_ID', 'NEW_USER_POOL_ID'] as const satisfies readonly VarName[];

export async function handoff(context: Context): Promise<ExitKind> {
  const { command, reporter } = context;
  const given = await loadInputs(context);
  assertStillFit(given.resolved);
  const { update, force, ...named } = command.opts<{ out?: string; force?: boolean; update?: boolean }>();
  const { out: folder = update ? 'cognito-migrate-handoff-update' : 'cognito-migrate-handoff' } = named;
  if (!force) await assertEmpty(folder);
  const { resolved, prompts } = given;
  const accounts = openAccounts(context, given);
  const values = prompts
    ? await askMissing(resolved.values, {
        lookup: poolLookup(accounts),
        conversation: new Conversation(prompts),
        busy: reporter.busy,
      })
    : resolved.values;
  if (!has(values, [...poolNames, ...defaultedNames]))
    throw missing(poolNames.filter((name) => values[name] === undefined));
  assertTwoPools(values);

  const side = accounts.open()(regionOfPool(values.NEW_USER_POOL_ID));
  const [{ pool }] = await reporter.busy('Reading the new pool', () =>
    Promise.all([
      requirePool(side, values.NEW_USER_POOL_ID, flagOf('NEW_USER_POOL_ID')),
      assertElsewhere(accounts, values.OLD_USER_POOL_ID),
    ]),
  );
  const inputs = {
    ...values,
    NAME: values.NAME ?? defaultName(values.NEW_USER_POOL_ID),
    NEW_USER_POOL_ARN: requireField(pool.Arn, "the pool's ARN"),
  };
  if (given.state)
    assertSameMigration(given.file, given.state, parseArn(inputs.NEW_USER_POOL_ARN).account, inputs);
  const own = await reporter.busy('Reading the function', () =>
    undefinedIfDenied(readOwnFunction(side.lambda, inputs.NAME, inputs)),
  );
  const agreed = await agreedExternalId(values, { state: given.state, function: own, folder });
  const externalId = agreed ?? randomBytes(16).toString('hex'); // 128 bits
  // The old role admits the role of the live function, at any path, unless the inputs name another.
  const live = own && liveRole(own);
  const rules = own ? liveRules(own, resolved.sources) : {};
  const half = oldHalf({ ...live, ...inputs, ...rules }, externalId);
  const told = { ...(own && existingRole(own, inputs.NAME)), ...inputs, ...rules };
  if (update) {
    const before = halfOfLive({ ...live, ...inputs }, own, externalId);
    const rights = changedRights(before, half);
    const written = rights === undefined ? [] : await writeFiles(folder, updateFiles(half, rights));
    reporter.data(updateDocument(folder, written, { half, before }, rights, told, clearedBy(resolved)));
    return 'ok';
  }
  reporter.data(handoffDocument(folder, await writeFiles(folder, handoffFiles(half)), half, told));
  return 'ok';
}

/** The half that the live function needs, whatever the flags say. */
function halfOfLive(inputs: HalfInputs, own: OwnFunction | undefined, externalId: string): OldHalf {
  if (own?.variables === undefined)
    throw new UnhealthyError(
      `There is no function ${inputs.NAME} for ${inputs.NEW_USER_POOL_ID}, or it cannot be read`,
      { code: 'NOT_INSTALLED', hint: ['cognito-migrate handoff  writes the whole half of the old account.'] },
    );
  const { FIND_BY: _search, GROUPS: _groups, MOVE_ONCE: _moveOnce, ...others } = inputs;
  return oldHalf({ ...others, MAP: {}, ...liveRules(own, new Map()) }, externalId);
}

/** Asks for missing pool IDs. This account cannot see the old pool, so it cannot list it. */
async function askMissing(values: Partial<Vars>, interview: Interview): Promise<Partial<Vars>> {
  const { conversation } = interview;
  return conversation.phase(async () => {
    const OLD_USER_POOL_ID = values.OLD_USER_POOL_ID ?? (await askOldPool(conversation));
    return askPools({ ...values, ...(OLD_USER_POOL_ID && { OLD_USER_POOL_ID }) }, interview);
  });
}

async function askOldPool(conversation: Conversation): Promise<string | undefined> {
  const name = 'OLD_USER_POOL_ID';
  const answer = await conversation.ask(oldPoolThere, async () => {
    const typed = await conversation.prompts.input({
      message: `${declarationOf(name).ask}, its ID`,
      validate: async (text) => {
        const parsed = parsePoolId(name, text);
        return 'problem' in parsed ? parsed.problem : true;
      },
    });
    const parsed = parsePoolId(name, typed);
    const values = 'value' in parsed ? { [name]: parsed.value } : {};
    return { branch: 'typed', label: typed.trim(), values };
  });
  return answer.values[name];
}

/** Throws UsageError if the old pool is in this account. init then creates both halves itself. */
async function assertElsewhere(accounts: Accounts, oldUserPoolId: string): Promise<void> {
  const side = accounts.open()(regionOfPool(oldUserPoolId));
  const isHere = await requirePool(side, oldUserPoolId, undefined).then(
    () => true,
    () => false, // elsewhere, or not visible from here: both require its administrator
  );
  if (!isHere) return;
  throw new UsageError(`The old pool ${oldUserPoolId} is in this account too`, {
    code: 'NOTHING_TO_HAND_OVER',
    found: oldUserPoolId,
    hint: ['cognito-migrate init  sets up both halves here.'],
  });
}
