/** Finds a migration from any given inputs. Asks for missing inputs in a terminal. */
import { regionOfPool } from '../../aws/arn.ts';
import { assertSameMigration } from '../../core/state.ts';
import { flagOf, type Vars } from '../../core/variables/index.ts';
import { prefetchFacts, quick } from '../../doctor/index.ts';
import type { Context } from '../context.ts';
import type { Given } from '../inputs/load-inputs.ts';
import { assertStillFit, type Resolved } from '../inputs/resolve.ts';
import { type Accounts, isHandedOver, openAccounts, openSides } from '../session/access.ts';
import { clientLookup } from '../session/client-lookup.ts';
import type { Expected } from '../session/old-account.ts';
import { type PoolLookup, poolLookup } from '../session/pool-lookup.ts';
import { readTraces } from '../session/traces.ts';
import type { Busy } from '../terminal/reporter.ts';
import { chooseClients } from '../wizard/clients.ts';
import { Conversation } from '../wizard/conversation.ts';
import type { Interview } from '../wizard/interview.ts';
import { askNewPool, askPools } from '../wizard/pools.ts';
import { chooseMigration } from './discover.ts';
import { type Migration, readMigration } from './read-migration.ts';
import { isNewPoolEnough, type Purpose, settleInputs } from './settle-inputs.ts';

/** Whether the command continues if a pool is gone or out of reach. */
const expectations: Readonly<Record<Purpose, Expected>> = {
  init: 'must exist',
  plan: 'must exist',
  doctor: 'must exist',
  read: 'may be gone',
  'take down': 'may be gone',
  leave: 'old account is left',
};

/** A run that asks, and that may ask again. */
export interface Talk {
  readonly conversation: Conversation;
  /** Keeps long lists of pools, which take long to read. */
  readonly pools: PoolLookup;
}

/** AWS and the person, for a run that may read and ask several times. */
export interface Reach {
  /** Keeps credentials, so that nobody is asked twice for an MFA code. */
  readonly accounts: Accounts;
  /** Undefined if nobody can answer. */
  readonly talk: Talk | undefined;
}

/** @param accounts the access of a run that reads several times. It asks for the code of an MFA device once. */
export const openReach = (
  context: Context,
  given: Given,
  accounts: Accounts = openAccounts(context, given),
): Reach => ({
  accounts,
  talk: given.prompts && { conversation: new Conversation(given.prompts), pools: poolLookup(accounts) },
});

/** The tools for the questions about pools. */
export const interviewOf = ({ pools, conversation }: Talk, busy: Busy): Interview => ({
  lookup: pools,
  conversation,
  busy,
});

/**
 * The questions about pools, then all reads, at the same time where they can be.
 * Esc in a question goes back to an earlier one of them.
 */
export function findMigration(
  context: Context,
  given: Given,
  purpose: Purpose,
  reach: Reach = openReach(context, given),
): Promise<Migration> {
  const find = (): Promise<Migration> => askAndRead(context, given, purpose, reach);
  return reach.talk === undefined ? find() : reach.talk.conversation.phase(find);
}

async function askAndRead(
  context: Context,
  given: Given,
  purpose: Purpose,
  { accounts, talk }: Reach,
): Promise<Migration> {
  const { io, reporter } = context;
  const { resolved, state, file, configured } = given;
  const { busy, emit } = reporter;
  const expected = expectations[purpose];
  const mustExist = expected === 'must exist';
  if (mustExist) assertStillFit(resolved);
  const { conversation } = talk ?? {};
  const interview = talk && interviewOf(talk, busy);
  const answers = await answersOf(resolved, purpose, accounts, interview, busy);
  const values = settleInputs(answers, state, purpose);
  const sides = openSides(accounts, values);
  const { sources } = resolved;
  const lookup = clientLookup(sides.new, values.NEW_USER_POOL_ID);
  const chosen = mustExist
    ? chooseClients({
        lookup,
        values,
        source: sources.get('NEW_CLIENT_IDS'),
        conversation: purpose === 'doctor' ? undefined : conversation,
        emit,
        busy,
      })
    : lookup.names(values.NEW_CLIENT_IDS);
  chosen.catch(() => undefined);
  if (mustExist && conversation !== undefined) await chosen; // while a question is open, nothing else may fail
  const isSoonNeeded = purpose === 'init' && !values.DRY_RUN;
  const ids = {
    old: isHandedOver(values) ? undefined : values.OLD_USER_POOL_ID,
    new: values.NEW_USER_POOL_ID,
  };
  const { handlerZip, clock } = io;
  const prefetchedFacts = isSoonNeeded ? prefetchFacts(sides, ids, quick) : undefined;
  void prefetchedFacts?.begin(clock.now);
  const { signal } = io.interrupt;
  const reading = {
    values,
    sources,
    file,
    state,
    sides,
    expected,
    chosen,
    handlerZip,
    clock,
    signal,
  } as const;
  const found = await busy(purpose === 'leave' ? 'Reading the new pool' : 'Reading both pools', () =>
    readMigration(reading),
  );
  const isRecorded = purpose !== 'plan' && purpose !== 'doctor';
  if (isRecorded && state) assertSameMigration(file, state, found.caller.account, found.inputs);
  return { ...found, prefetchedFacts, configured };
}

async function answersOf(
  resolved: Resolved,
  purpose: Purpose,
  accounts: Accounts,
  interview: Interview | undefined,
  busy: Busy,
): Promise<Partial<Vars>> {
  const known = isNewPoolEnough(purpose)
    ? await fromNewPool(resolved, accounts, interview, busy)
    : resolved.values;
  return interview ? askPools(known, interview, expectations[purpose] === 'must exist') : known;
}

/**
 * The values, with those that the migration itself shows. Asks for the new pool if need be.
 * An old pool that somebody named needs no search.
 */
async function fromNewPool(
  { values, sources }: Resolved,
  accounts: Accounts,
  interview: Interview | undefined,
  busy: Busy,
): Promise<Partial<Vars>> {
  if (values.OLD_USER_POOL_ID !== undefined) return values;
  const answers = interview ? await askNewPool(values, interview) : values;
  const { NEW_USER_POOL_ID } = answers;
  if (NEW_USER_POOL_ID === undefined) return answers;
  const side = accounts.open()(regionOfPool(NEW_USER_POOL_ID));
  const hint = `To look in the old pool too:  ${flagOf('OLD_USER_POOL_ID')} ID`;
  const known = { ...answers, NEW_USER_POOL_ID };
  const traces = await busy('Looking for the migration', () => readTraces(side, known));
  const { ROLE_PATH, ...found } = await chooseMigration(traces, known, interview?.conversation, [hint]);
  const isPathOpen = ROLE_PATH !== undefined && sources.get('ROLE_PATH') === 'default';
  return { ...answers, ...found, ...(isPathOpen && { ROLE_PATH }) };
}
