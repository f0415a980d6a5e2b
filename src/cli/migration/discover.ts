/** Tells migrations by their new pool alone, for a run without a state file. The tags say what the rest is. */
import { regionOfPool } from '../../aws/arn.ts';
import { oldPoolTag, poolTag, type TagMap, toTagMap } from '../../aws/ownership.ts';
import { UnhealthyError, UsageError } from '../../core/errors.ts';
import { flagOf, parseVariable, type Vars } from '../../core/variables/index.ts';
import { defaultName } from '../../steps/names.ts';
import type { Trace } from '../session/own-resources.ts';
import type { Conversation } from '../wizard/conversation.ts';

/** A migration as its tags and its role describe it. */
export type Discovered = Pick<Vars, 'NAME' | 'OLD_USER_POOL_ID'> & Partial<Pick<Vars, 'ROLE_PATH'>>;

type Known = Partial<Vars> & Pick<Vars, 'NEW_USER_POOL_ID'>;

/**
 * The migration into this pool that the traces show. Asks if there are several and somebody can answer.
 * Throws UnhealthyError if there is none, and UsageError for several.
 * @param hints what else the operator can try if there is none.
 */
export async function chooseMigration(
  traces: readonly Trace[],
  known: Known,
  conversation: Conversation | undefined,
  hints: readonly string[] = [],
): Promise<Discovered> {
  const found = traces.flatMap((trace) => described(trace, known.NEW_USER_POOL_ID) ?? []);
  const [first, second] = found;
  if (first === undefined) throw nothingFound(known, hints);
  if (second === undefined) return first;
  if (conversation === undefined) throw severalFound(found, known);
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

/** The migration that these resources belong to. Undefined if none of their tags names this new pool. */
function described({ NAME, tags, role }: Trace, newPool: string): Discovered | undefined {
  const [OLD_USER_POOL_ID] = tags.flatMap((some) => oldPoolIn(some, newPool) ?? []);
  if (OLD_USER_POOL_ID === undefined) return undefined;
  // The paths of the role and of its policy are alike, and a role is found by its name alone.
  const path = parseVariable('ROLE_PATH', role?.Path);
  const isOwnRole = oldPoolIn(toTagMap(role?.Tags), newPool) !== undefined;
  return { NAME, OLD_USER_POOL_ID, ...(isOwnRole && 'value' in path && { ROLE_PATH: path.value }) };
}

/** The old pool of the migration into this new pool that these tags name. */
function oldPoolIn(tags: TagMap, newPool: string): string | undefined {
  const oldPool = parseVariable('OLD_USER_POOL_ID', tags[oldPoolTag]);
  return tags[poolTag] === newPool && 'value' in oldPool ? oldPool.value : undefined;
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
