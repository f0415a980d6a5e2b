/**
 * The findings as the first phase of init. Prints each finding in one line.
 * A blocking finding ends init before any write. Reads nothing.
 */

import { deployedBy, iacSnippet, importRunning } from '../../../aws/user-pool/index.ts';
import type { Emit } from '../../../core/events.ts';
import { isBlocking, type ReviewedFinding } from '../../../core/findings.ts';
import { isChange, type Plan } from '../../../core/plan.ts';
import type { Case, Diagnosis } from '../../../doctor/index.ts';
import type { StepId } from '../../../steps/ids.ts';
import { functionArn } from '../../../steps/names.ts';
import { optionalSlots } from '../../../steps/trigger-slots.ts';
import { assertNoneBlocks } from '../../migration/blocking-findings.ts';
import type { Reporter } from '../../terminal/reporter.ts';
import { sampledWords } from './view.ts';

/**
 * Only the findings that concern this run.
 * A pool without an update may keep settings that would block an update.
 */
function concerning({ findings }: Diagnosis, plan: Plan<StepId>): ReviewedFinding[] {
  const isUpdated = plan.items.some((item) => item.step === 'migration-trigger' && isChange(item));
  return findings.filter(({ id }) => isUpdated || !id.startsWith('CM3'));
}

/** Throws CheckError for findings that nobody may accept. No question or plan can resolve them. */
export function assertNothingFinal({ findings }: Diagnosis): void {
  const final = findings.filter((finding) => finding.final === true && isBlocking(finding));
  assertNoneBlocks(final);
}

/**
 * Reports the doctor's findings. Throws CheckError for blocking findings that were not accepted, and ConflictError
 * (IMPORT_RUNNING) if an import job is the only one.
 * @param isShow whether this run is part of a show, which says nothing of other commands.
 */
export function consult(
  args: Diagnosis,
  plan: Plan<StepId>,
  { emit, text }: Reporter,
  isShow: boolean,
): void {
  const findings = concerning(args, plan);
  const { inputs, prediction } = args;
  const blocking = findings.filter(isBlocking);
  const checked = `Checked ${inputs.OLD_USER_POOL_NAME} → ${inputs.NEW_USER_POOL_NAME}${sampledWords(prediction)}`;
  text(`\n  ${checked}. ${blocking.length === 0 ? 'Nothing blocks.' : 'The migration is blocked.'}`);
  for (const finding of findings) {
    if (finding.severity !== 'info' && !isBlocking(finding)) emitWarning(finding, emit);
    if (finding.id === 'CM310') showSnippet(args, emit);
  }
  assertNoImport(blocking, args);
  assertNoneBlocks(blocking);
  const quiet = findings.filter(({ severity }) => severity === 'info').length;
  if (findings.length === 0 || isShow) return;
  const more = quiet === 0 ? '' : ` and ${quiet} more ${quiet === 1 ? 'note' : 'notes'}`;
  text(`  Details${more}: cognito-migrate doctor`);
}

function emitWarning({ id, what, accepted }: ReviewedFinding, emit: Emit): void {
  emit({ type: 'note', level: 'warning', id, message: accepted ? `Accepted: ${what}` : what });
}

/**
 * Shows a snippet for the code that deploys the pool.
 * With it, the next deployment keeps the trigger.
 */
function showSnippet({ facts, inputs }: Case, emit: Emit): void {
  const { pool } = facts.newPool;
  const tool = deployedBy(pool.UserPoolTags ?? {}, pool.Name ?? '');
  if (tool === undefined) return;
  emit({
    type: 'note',
    level: 'info',
    message: iacSnippet(tool, functionArn(inputs), optionalSlots(inputs)),
  });
}

/**
 * Throws ConflictError if nothing blocks but an import job.
 * Then the pools are fine, and the same command works when the job has ended.
 */
function assertNoImport(blocking: readonly ReviewedFinding[], { facts }: Case): void {
  const isImport = blocking.length > 0 && blocking.every(({ id }) => id === 'CM302');
  if (isImport) throw importRunning(facts.importJobs[0]);
}
