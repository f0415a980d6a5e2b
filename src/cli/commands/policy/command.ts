/** policy: prints the smallest IAM policy for all commands, for those of some tasks, or for self-tests. */
import { type ExitKind, UsageError } from '../../../core/errors.ts';
import { allTasks, type PolicyTask } from '../../../core/permission.ts';
import { jsonText } from '../../../core/printable.ts';
import { flagOf, type VarName } from '../../../core/variables/index.ts';
import { anyOf } from '../../../core/variables/word-list.ts';
import { isCrossAccount } from '../../../steps/names.ts';
import {
  hasPermissions,
  longestPolicy,
  operatorPolicy,
  type PolicySide,
  policySize,
  sides,
  unlimited,
} from '../../../steps/operator-policy.ts';
import type { Context } from '../../context.ts';
import { loadInputs } from '../../inputs/load-inputs.ts';
import { assertStillFit } from '../../inputs/resolve.ts';
import { openAccounts } from '../../session/access.ts';
import { poolLookup } from '../../session/pool-lookup.ts';
import { noticeNotes } from '../../terminal/notice-text.ts';
import { Conversation } from '../../wizard/conversation.ts';
import { askPools } from '../../wizard/pools.ts';
import { selfTestInputs, selfTestPolicy } from '../self-test/index.ts';
import { type Lacking, operatorFacts } from './facts.ts';

export async function policy(context: Context): Promise<ExitKind> {
  const { command, reporter } = context;
  const wanted = parseWanted(command.getOptionValue('side'), command.getOptionValue('for'));
  if (wanted === 'self-test') return policyForSelfTests(context);
  const { side, tasks } = wanted;
  const given = await loadInputs(context);
  const { resolved, state, prompts } = given;
  assertStillFit(resolved);
  const accounts = openAccounts(context, given);
  const values = prompts
    ? await askPools(resolved.values, {
        lookup: poolLookup(accounts),
        conversation: new Conversation(prompts),
        busy: reporter.busy,
      })
    : resolved.values;
  const { facts, notices, lacking } = await reporter.busy('Reading both pools', () =>
    operatorFacts(values, state, accounts, tasks),
  );
  const document = operatorPolicy(facts, side, tasks);
  const size = policySize(document);
  const note = (message: string, level: 'info' | 'warning'): void =>
    reporter.emit({ type: 'note', level, message });
  noticeNotes(notices, 'info').forEach(reporter.emit);
  for (const one of lacking) note(lackingText(one), 'warning');
  if (size > longestPolicy) {
    const split = tasks !== undefined && side === undefined ? ', or one policy for each --side' : '';
    note(
      `This policy has ${size} characters, and a managed policy at most ${longestPolicy}: use it inline, or a shorter --role-path${split}.`,
      'warning',
    );
  }
  if (side === undefined && isCrossAccount(facts) && hasPermissions('old', tasks)) {
    note(
      `This is for the new pool's account. For the old pool's:  cognito-migrate policy --side old${(tasks ?? []).map((task) => ` --for ${task}`).join('')}`,
      'info',
    );
  }
  warnOfAdministrator(unlimited(facts, side, tasks), note);
  reporter.data({
    json: {
      command: 'policy',
      side: side ?? null,
      ...(tasks && { for: tasks }),
      size,
      limit: longestPolicy,
      policy: document,
    },
    text: () => jsonText(document, 2),
    isVerbatim: true,
  });
  return 'ok';
}

const lackingPermissions: Readonly<Record<Lacking['pool'], string>> = {
  new: 'iam:PassRole on its SMS role, or kms:CreateGrant on the KMS key of its custom sender triggers',
  old: 'lambda:GetFunctionConfiguration on its own user-migration trigger',
};

const lackingText = ({ pool, id }: Lacking): string =>
  `Cannot read the configuration of ${id} yet. This policy may lack a permission that the pool requires:\n${lackingPermissions[pool]}.\nRun this command again once you can read the pool.`;

/** @param limits flags that would limit the policy. Empty if it is already limited. */
function warnOfAdministrator(
  limits: readonly VarName[],
  note: (message: string, level: 'warning') => void,
): void {
  if (limits.length === 0) return;
  note(
    `This policy amounts to account administrator: its holder can give a new role any permission, and use that role.\nLimit it with ${limits.map((name) => `${flagOf(name)} ARN`).join('  or  ')}.`,
    'warning',
  );
}

/** Before the pools exist, only their account and Region are known: those of the credentials. */
async function policyForSelfTests(context: Context): Promise<ExitKind> {
  const { places } = await selfTestInputs(context, () => undefined);
  const document = selfTestPolicy(places.new);
  const size = policySize(document);
  const limits = places.new.permissionsBoundary === undefined ? (['PERMISSIONS_BOUNDARY'] as const) : [];
  warnOfAdministrator(limits, (message, level) => context.reporter.emit({ type: 'note', level, message }));
  context.reporter.data({
    json: { command: 'policy', side: 'self-test', size, limit: longestPolicy, policy: document },
    text: () => jsonText(document, 2),
    isVerbatim: true,
  });
  return 'ok';
}

const selfTest = 'self-test';

/** The words that --side accepts. */
export const sideWords = [...sides, selfTest] as const;
/** The words that --for accepts. */
export const taskWords = [...allTasks, selfTest] as const;

interface Wanted {
  readonly side: PolicySide | undefined;
  /** In their own order, each once. Undefined for all of them. */
  readonly tasks: readonly PolicyTask[] | undefined;
}

/** Reads `--side` and `--for`. Either flag can ask for the self-test's own policy. */
function parseWanted(givenSide: unknown, givenTasks: unknown): Wanted | typeof selfTest {
  const side = givenSide === undefined ? undefined : parseWord('--side', sideWords, givenSide);
  const given = Array.isArray(givenTasks)
    ? givenTasks.map((one) => parseWord('--for', taskWords, one))
    : undefined;
  const tasks = given && allTasks.filter((task) => given.includes(task));
  if (side !== selfTest && given?.includes(selfTest) !== true) {
    if (side === undefined || tasks === undefined || hasPermissions(side, tasks)) return { side, tasks };
    throw notTogether(
      `--side ${side} and --for ${tasks.join(', ')}`,
      'that needs no permission on that side. Leave --side out.',
    );
  }
  if (tasks !== undefined && tasks.length > 0) {
    throw notTogether(
      `${side === selfTest ? '--side' : '--for'} self-test and --for ${tasks.join(', ')}`,
      'a self-test creates its own pools, and the other tasks name two that exist. Print each policy by itself.',
    );
  }
  if (side !== selfTest && side !== undefined) {
    throw notTogether(
      `--for self-test and --side ${side}`,
      'the pools of a self-test do not exist yet, so its policy is the same for both accounts. Leave --side out.',
    );
  }
  return selfTest;
}

const notTogether = (what: string, because: string): UsageError =>
  new UsageError(`${what}: not together, because ${because}`, { code: 'BAD_INPUT', found: what });

function parseWord<Word extends string>(flag: string, words: readonly Word[], given: unknown): Word {
  const word = words.find((one) => one === given);
  if (word !== undefined) return word;
  throw new UsageError(`${flag} must be ${anyOf(words)} (got ${JSON.stringify(given)})`, {
    code: 'BAD_INPUT',
    expected: words,
    found: given,
  });
}
