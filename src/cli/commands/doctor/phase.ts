/** The doctor as the first phase of init: findings in a line each; what blocks ends init before anything is written. */

import { deployedBy, iacSnippet } from '../../../aws/user-pool/index.ts';
import { CheckError } from '../../../core/errors.ts';
import type { Emit } from '../../../core/events.ts';
import { isBlocking, type Judged } from '../../../core/findings.ts';
import { number } from '../../../core/format-number.ts';
import { isChange, type Plan } from '../../../core/plan.ts';
import { flagOf } from '../../../core/variables/index.ts';
import { type Case, type Depth, diagnose, type Facts, isVouching, readFacts } from '../../../doctor/index.ts';
import type { StepId } from '../../../steps/ids.ts';
import { functionArn } from '../../../steps/names.ts';
import type { Discovered } from '../../session/read-pools.ts';
import type { Io } from '../../terminal/io.ts';
import type { Reporter, Tell } from '../../terminal/reporter.ts';
import { sampledWords } from './view.ts';

/**
 * What the doctor needs to know about these pools; undefined when the new one is gone.
 * @param tell says what is under way.
 * @param isNeeded whether all users may be compared, which takes a request for every 60 of them.
 */
export async function factsOf(
  { aws, oldPool, newPool, early, inputs }: Discovered,
  depth: Depth,
  tell: Tell,
  isNeeded: () => Promise<boolean> = () => Promise.resolve(true),
): Promise<Facts | undefined> {
  if (newPool === undefined) return undefined;
  const names = isVouching(inputs, oldPool?.pool) ? isNeeded : undefined;
  const all = oldPool?.pool.EstimatedNumberOfUsers ?? 0;
  const onCompared = (users: number): void =>
    tell(`Comparing usernames: ${number(users)} of about ${number(Math.max(users, all))} users`);
  const compared = names === undefined ? {} : { names, onCompared };
  return readFacts(aws, { oldPool, newPool }, { ...depth, ...compared }, early);
}

/** Only what concerns this run: a pool that is not updated may have what keeps it from being updated. */
function concerning(args: Case, plan: Plan<StepId>): Judged[] {
  const isUpdated = plan.items.some((item) => item.step === 'migration-trigger' && isChange(item));
  return diagnose(args).filter(({ id }) => isUpdated || !id.startsWith('CM3'));
}

/** Throws CheckError for what nobody may accept: no question and no plan makes it better. */
export function assertNothingFinal(args: Case): void {
  const final = diagnose(args).filter((finding) => finding.final === true && isBlocking(finding));
  assertNone(final);
}

/** Says what the doctor found; throws CheckError for what blocks and was not accepted. */
export function consult(
  args: Case,
  plan: Plan<StepId>,
  { emit, text }: Reporter,
  { isShow }: Pick<Io, 'isShow'>,
): void {
  const findings = concerning(args, plan);
  const { inputs, prediction } = args;
  text(`\n  Checked ${inputs.OLD_USER_POOL_NAME} → ${inputs.NEW_USER_POOL_NAME}${sampledWords(prediction)}`);
  const blocking = findings.filter(isBlocking);
  for (const finding of findings) {
    if (finding.severity !== 'info' && !isBlocking(finding)) tell(finding, emit);
    if (finding.id === 'CM310') showSnippet(args, emit);
  }
  assertNone(blocking);
  const quiet = findings.filter(({ severity }) => severity === 'info').length;
  if (findings.length === 0 || isShow) return;
  const more = quiet === 0 ? '' : `, and ${quiet} smaller ${quiet === 1 ? 'thing' : 'things'}`;
  text(`  cognito-migrate doctor  tells why and what to do${more}.`);
}

function tell({ id, what, accepted }: Judged, emit: Emit): void {
  emit({ type: 'note', level: 'warning', id, message: accepted ? `Accepted: ${what}` : what });
}

/** What to add to the code that the pool is deployed from, so that its next deployment keeps the trigger. */
function showSnippet({ facts, inputs }: Case, emit: Emit): void {
  const { pool } = facts.newPool;
  const tool = deployedBy(pool.UserPoolTags ?? {}, pool.Name ?? '');
  if (tool === undefined) return;
  emit({ type: 'note', level: 'info', message: iacSnippet(tool, functionArn(inputs)) });
}

/** Throws CheckError for the findings that block. */
function assertNone(blocking: readonly Judged[]): void {
  const [first] = blocking;
  if (first === undefined) return;
  const acceptable = blocking.filter(({ final }) => final !== true).map(({ id }) => id);
  const flags = acceptable.map((id) => `${flagOf('ACCEPT')} ${id}`).join(' ');
  throw new CheckError(blocking.map(({ id, what }) => `${what}   [${id}]`).join('\n'), {
    code: first.id,
    found: blocking,
    hint: [
      ...new Set(blocking.flatMap(({ why, fix }) => [why, fix])),
      ...(flags === '' ? [] : [`${flags}  goes on all the same.`]),
      'Nothing was changed.',
    ],
  });
}
