/** policy: the smallest IAM policy with which all commands run. */
import { type ExitKind, UsageError } from '../../core/errors.ts';
import { isCrossAccount } from '../../steps/names.ts';
import {
  longestPolicy,
  operatorPolicy,
  type PolicySide,
  policySize,
  sides,
} from '../../steps/operator-policy.ts';
import { Accounts, accessOf } from '../access.ts';
import { askPools } from '../ask-pools.ts';
import { begin, type Context } from '../begin.ts';
import { operatorFacts } from '../operator-facts.ts';

export async function policy(context: Context): Promise<ExitKind> {
  const { io, command, reporter } = context;
  const side = parseSide(command.getOptionValue('side'));
  const { resolved, state, prompts } = await begin(context);
  const accounts = new Accounts(accessOf(resolved.values, io, reporter.emit, prompts));
  const values = prompts ? await askPools(resolved.values, accounts, prompts) : resolved.values;
  const { names, pool } = await operatorFacts(values, state, accounts, reporter.emit);
  const document = operatorPolicy(names, pool, side);
  const size = policySize(document);
  const note = (message: string, level: 'info' | 'warning'): void =>
    reporter.emit({ type: 'note', level, message });
  if (size > longestPolicy) {
    note(
      `This policy has ${size} characters, and a managed policy at most ${longestPolicy}: use it inline, or a shorter --role-path.`,
      'warning',
    );
  }
  if (side === undefined && isCrossAccount(names)) {
    note(
      "This is for the new pool's account. For the old pool's:  cognito-migrate policy --side old",
      'info',
    );
  }
  reporter.data({
    json: { command: 'policy', side: side ?? null, size, limit: longestPolicy, policy: document },
    text: () => JSON.stringify(document, null, 2),
  });
  return 'ok';
}

function parseSide(given: unknown): PolicySide | undefined {
  if (given === undefined) return undefined;
  const side = sides.find((one) => one === given);
  if (side !== undefined) return side;
  throw new UsageError(`--side: new or old is wanted (got ${JSON.stringify(given)})`, {
    code: 'BAD_INPUT',
    expected: sides,
    found: given,
  });
}
