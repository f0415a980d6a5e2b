/** policy: prints the smallest IAM policy that lets all commands run, or the one for self-tests. */
import { type ExitKind, UsageError } from '../../../core/errors.ts';
import { jsonText } from '../../../core/printable.ts';
import { flagOf, type VarName } from '../../../core/variables/index.ts';
import { isCrossAccount } from '../../../steps/names.ts';
import {
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
import { askPools } from '../../wizard/pools.ts';
import { selfTestInputs, selfTestPolicy } from '../self-test/index.ts';
import { operatorFacts } from './facts.ts';

export async function policy(context: Context): Promise<ExitKind> {
  const { command, reporter } = context;
  const side = parseSide(command.getOptionValue('side'));
  if (side === 'self-test') return policyForSelfTests(context);
  const given = await loadInputs(context);
  const { resolved, state, prompts } = given;
  assertStillFit(resolved);
  const accounts = openAccounts(context, given);
  const values = prompts
    ? await askPools(resolved.values, { lookup: poolLookup(accounts), prompts, busy: reporter.busy })
    : resolved.values;
  const facts = await reporter.busy('Reading both pools', () =>
    operatorFacts(values, state, accounts, reporter.emit),
  );
  const document = operatorPolicy(facts, side);
  const size = policySize(document);
  const note = (message: string, level: 'info' | 'warning'): void =>
    reporter.emit({ type: 'note', level, message });
  if (size > longestPolicy) {
    note(
      `This policy has ${size} characters, and a managed policy at most ${longestPolicy}: use it inline, or a shorter --role-path.`,
      'warning',
    );
  }
  if (side === undefined && isCrossAccount(facts)) {
    note(
      "This is for the new pool's account. For the old pool's:  cognito-migrate policy --side old",
      'info',
    );
  }
  warnOfAdministrator(unlimited(facts, side), note);
  reporter.data({
    json: { command: 'policy', side: side ?? null, size, limit: longestPolicy, policy: document },
    text: () => jsonText(document, 2),
    isVerbatim: true,
  });
  return 'ok';
}

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

const wanted = [...sides, 'self-test'] as const;

function parseSide(given: unknown): PolicySide | 'self-test' | undefined {
  if (given === undefined) return undefined;
  const side = wanted.find((one) => one === given);
  if (side !== undefined) return side;
  throw new UsageError(`--side: new, old or self-test is wanted (got ${JSON.stringify(given)})`, {
    code: 'BAD_INPUT',
    expected: wanted,
    found: given,
  });
}
