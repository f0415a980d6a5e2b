/** The two questions that nothing else can answer: which pools. Each answer is checked against AWS as it is given. */
import { regionOfPool } from '../aws/arn.ts';
import { defaultRegion, type openAccess } from '../aws/clients.ts';
import { translate } from '../aws/errors.ts';
import { listPools, type PoolChoice } from '../aws/pools.ts';
import { declarationOf, flagOf, parseVariable, type Vars } from '../core/variables.ts';
import type { Choice, Prompts, Verdict } from './prompts.ts';
import { assertTwoPools, requirePool } from './session.ts';

type PoolName = 'OLD_USER_POOL_ID' | 'NEW_USER_POOL_ID';
type Open = ReturnType<typeof openAccess>;

/** More than a person wants to scroll through; beyond them an ID can be pasted. */
const mostOffered = 200;

const users = (count: number | undefined): string =>
  count === undefined ? '' : `${new Intl.NumberFormat('en-US').format(count)} users`;

function toChoices(pools: readonly PoolChoice[], term: string | undefined): Choice<string>[] {
  const wanted = (term ?? '').trim().toLowerCase();
  const width = Math.max(0, ...pools.map(({ name }) => name.length));
  const choices = pools
    .filter(({ id, name }) => `${name} ${id}`.toLowerCase().includes(wanted))
    .map(({ id, name, users: count }) => ({
      value: id,
      name: `${name.padEnd(width)}  ${id}  ${users(count)}`.trimEnd(),
      short: `${name}  ${id}  ${users(count)}`.trimEnd(),
    }));
  const typed = parseVariable('OLD_USER_POOL_ID', (term ?? '').trim());
  const isListed = pools.some(({ id }) => id === (term ?? '').trim());
  return 'value' in typed && !isListed
    ? [...choices, { value: typed.value, name: typed.value, description: 'this ID' }]
    : choices;
}

/** Asks for those of the two pool IDs that are missing. */
export async function askPools(values: Partial<Vars>, open: Open, prompts: Prompts): Promise<Partial<Vars>> {
  const answers = { ...values };
  for (const name of ['OLD_USER_POOL_ID', 'NEW_USER_POOL_ID'] as const) {
    if (answers[name] === undefined) answers[name] = await askPool(name, answers, open, prompts);
  }
  return answers;
}

async function askPool(
  name: PoolName,
  answers: Partial<Vars>,
  open: Open,
  prompts: Prompts,
): Promise<string> {
  const message = declarationOf(name).ask ?? name;
  const validate = (answer: string): Promise<Verdict> => judge(name, answer.trim(), answers, open);
  const other = answers.OLD_USER_POOL_ID ?? answers.NEW_USER_POOL_ID;
  const region = answers.REGION ?? (await defaultRegion(answers.PROFILE)) ?? (other && regionOfPool(other));
  if (region === undefined) return (await prompts.input({ message, validate })).trim();
  const pools = (await listPools(open(region).idp, mostOffered)).filter(({ id }) => id !== other);
  if (pools.length === 0) return (await prompts.input({ message: `${message}, its ID`, validate })).trim();
  return prompts.pick({
    message,
    source: async (term) => toChoices(pools, term),
    validate,
  });
}

/** Whether the pool exists, may be read, and is not the other one. */
async function judge(name: PoolName, answer: string, answers: Partial<Vars>, open: Open): Promise<Verdict> {
  const parsed = parseVariable(name, answer);
  if ('problem' in parsed) return parsed.problem;
  try {
    const other = name === 'OLD_USER_POOL_ID' ? answers.NEW_USER_POOL_ID : answers.OLD_USER_POOL_ID;
    assertTwoPools({ OLD_USER_POOL_ID: answer, NEW_USER_POOL_ID: other ?? '' });
    await requirePool(open(regionOfPool(answer)), answer, flagOf(name));
    return true;
  } catch (error) {
    const known = translate(error);
    if (known === undefined) throw error;
    return known.message;
  }
}
