/** Finds migrations by their new pool alone, for a run without a state file. The tags say what the rest is. */
import { parseArn, regionOfPool } from '../../aws/arn.ts';
import type { Side } from '../../aws/clients.ts';
import { readUndoRecords } from '../../aws/function/undo-tags.ts';
import { getRole } from '../../aws/iam.ts';
import { readOptional } from '../../aws/optional-read.ts';
import { oldPoolTag, poolTag, type TagMap, toTagMap } from '../../aws/ownership.ts';
import { UnhealthyError, UsageError } from '../../core/errors.ts';
import { flagOf, parseVariable, type Vars } from '../../core/variables/index.ts';
import { defaultName } from '../../steps/names.ts';
import { readOwnResources } from '../session/own-resources.ts';
import { findPool } from '../session/require-pool.ts';
import type { Conversation } from '../wizard/conversation.ts';

/** A migration as its tags and its role describe it. */
export type Discovered = Pick<Vars, 'NAME' | 'OLD_USER_POOL_ID'> & Partial<Pick<Vars, 'ROLE_PATH'>>;

type Known = Partial<Vars> & Pick<Vars, 'NEW_USER_POOL_ID'>;

/**
 * The migration into this pool. Asks if there are several and somebody can answer.
 * Throws UnhealthyError if there is none, and UsageError for several.
 * @param hints what else the operator can try if there is none.
 */
export async function discover(
  side: Side,
  known: Known,
  conversation: Conversation | undefined,
  hints: readonly string[] = [],
): Promise<Discovered> {
  const found = await discovered(side, known);
  const [first, second] = found;
  if (first === undefined) throw nothingFound(known, hints);
  if (second !== undefined && conversation === undefined) throw severalFound(found, known);
  const isClear = second === undefined || conversation === undefined;
  const chosen = isClear ? first : await choose(found, conversation);
  // The paths of the role and of its policy are alike, and a role is found by its name alone.
  const role = await readOptional(getRole(side.iam, chosen.NAME));
  const path = parseVariable('ROLE_PATH', role?.Path);
  const isOwnRole = described(chosen.NAME, toTagMap(role?.Tags), known.NEW_USER_POOL_ID) !== undefined;
  return { ...chosen, ...(isOwnRole && 'value' in path && { ROLE_PATH: path.value }) };
}

async function choose(found: readonly Discovered[], conversation: Conversation): Promise<Discovered> {
  const question = { message: 'Which migration?', choices: found.map(choiceOf) };
  const name = await conversation.orBack(() => conversation.prompts.choose(question));
  const chosen = found.find(({ NAME }) => NAME === name);
  if (chosen === undefined) throw new Error('a list gives back one of its own items');
  return chosen;
}

const choiceOf = ({ NAME, OLD_USER_POOL_ID }: Discovered) => ({
  value: NAME,
  name: `${NAME}  (from ${OLD_USER_POOL_ID})`,
  short: NAME,
});

/** All migrations of this name, or of the default name and of the function on the trigger. */
async function discovered(
  side: Side,
  { NEW_USER_POOL_ID: newPool, NAME }: Known,
): Promise<readonly Discovered[]> {
  const named = (name: string) => migrationNamed(side, name, newPool);
  if (NAME !== undefined) return present([await named(NAME)]);
  const pool = await findPool(side, newPool);
  const [own, onTrigger] = await Promise.all([
    named(defaultName(newPool)),
    migrationOn(side, pool?.pool.LambdaConfig?.UserMigration, newPool),
  ]);
  return present([own, onTrigger?.NAME === own?.NAME ? undefined : onTrigger]);
}

const present = (found: readonly (Discovered | undefined)[]): readonly Discovered[] =>
  found.filter((one) => one !== undefined);

/** The migration of that name. If its function is gone, its role and its log have the same tags. */
async function migrationNamed(
  side: Pick<Side, 'lambda' | 'iam' | 'logs'>,
  NAME: string,
  newPool: string,
): Promise<Discovered | undefined> {
  const tags = await readUndoRecords(side.lambda, NAME);
  if (tags !== undefined) return described(NAME, tags, newPool);
  const { tags: others } = await readOwnResources(side, NAME);
  return others.map((one) => described(NAME, one, newPool)).find((one) => one !== undefined);
}

/** The migration of the function on the trigger. It may be foreign, in another account, or unreadable. */
async function migrationOn(
  { lambda }: Pick<Side, 'lambda'>,
  arn: string | undefined,
  newPool: string,
): Promise<Discovered | undefined> {
  const [, name] = parseArn(arn ?? '').resource.split(':');
  if (arn === undefined || name === undefined) return undefined;
  const tags = await readOptional(readUndoRecords(lambda, arn));
  return tags && described(name, tags, newPool);
}

function described(NAME: string, tags: TagMap, newPool: string): Discovered | undefined {
  const oldPool = parseVariable('OLD_USER_POOL_ID', tags[oldPoolTag]);
  if (tags[poolTag] !== newPool || 'problem' in oldPool) return undefined;
  return { NAME, OLD_USER_POOL_ID: oldPool.value };
}

const nothingFound = ({ NEW_USER_POOL_ID: pool, NAME }: Known, hints: readonly string[]): UnhealthyError =>
  new UnhealthyError(
    `Found no migration into ${pool}: neither the function ${NAME ?? defaultName(pool)}, nor its role, nor its log`,
    {
      code: 'NOT_INSTALLED',
      found: pool,
      hint: [
        `Looked in Region ${regionOfPool(pool)}, with these credentials${NAME === undefined ? ', also at the function on the User migration trigger' : ''}.`,
        ...(NAME === undefined ? [`If init was given another name:  ${flagOf('NAME')} NAME`] : []),
        ...hints,
        'To set one up:  cognito-migrate init',
      ],
    },
  );

const severalFound = (found: readonly Discovered[], { NEW_USER_POOL_ID: pool }: Known): UsageError =>
  new UsageError(`${found.length} migrations lead into ${pool}: choose one with ${flagOf('NAME')}`, {
    code: 'MISSING_INPUT',
    expected: [flagOf('NAME')],
    found: found.map(({ NAME }) => NAME),
    hint: found.map(
      ({ NAME, OLD_USER_POOL_ID: old }) => `${flagOf('NAME')} ${NAME}  moves users from ${old}.`,
    ),
  });
