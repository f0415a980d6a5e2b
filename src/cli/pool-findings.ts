/** What stands against writing the new pool, said before anything is written. */
import { errorName } from '../aws/errors.ts';
import {
  deployedBy,
  type Finding,
  iacSnippet,
  type PoolSnapshot,
  poolObstacles,
  runningImportJobs,
} from '../aws/user-pool/index.ts';
import { CheckError } from '../core/errors.ts';
import type { Emit } from '../core/events.ts';
import { isChange, type Plan } from '../core/plan.ts';
import { functionArn } from '../steps/names.ts';
import type { Discovered } from './session.ts';

const asNote = ({ what, why, fix }: Finding): string => [what, why, fix].join('\n');

/** What to add to the code that the pool is deployed from, so that its next deployment keeps the trigger. */
function snippetFor({ pool }: PoolSnapshot, lambdaArn: string): string | undefined {
  const tool = deployedBy(pool.UserPoolTags ?? {}, pool.Name ?? '');
  return tool && iacSnippet(tool, lambdaArn);
}

/** Says what may be undone later; throws CheckError for what would make the update fail. Only if an update is planned. */
export async function assertUpdatable(
  { aws, inputs, newPool }: Discovered,
  plan: Plan,
  emit: Emit,
): Promise<void> {
  const isWritten = plan.items.some((item) => item.step === 'migration-trigger' && isChange(item));
  if (!isWritten || newPool === undefined) return;
  const importJobs = await runningImportJobs(aws.new.idp, inputs.NEW_USER_POOL_ID).catch((error: unknown) => {
    if (errorName(error) === 'AccessDeniedException') return []; // the update itself will say so
    throw error;
  });
  const findings = poolObstacles(newPool, { importJobs });
  for (const finding of findings) {
    if (finding.severity === 'warning')
      emit({ type: 'note', level: 'warning', message: asNote(finding), id: finding.id });
  }
  const snippet = snippetFor(newPool, functionArn(inputs));
  if (snippet !== undefined) emit({ type: 'note', level: 'info', message: snippet });
  const [worst] = findings.filter(({ severity }) => severity === 'error');
  if (worst === undefined) return;
  throw new CheckError(`${inputs.NEW_USER_POOL_NAME} cannot be updated now: ${worst.what}`, {
    code: worst.id,
    found: findings,
    hint: [worst.why, worst.fix, 'Nothing was changed.'],
  });
}
