/** The result of a self-test as data, for --json and the report. It contains no secrets. */
import { hiddenAccounts, hiddenCallers, masked } from '../../../core/mask.ts';
import { declarationOf } from '../../../core/variables/index.ts';
import { version } from '../../../core/version.ts';
import { isBroken, isFinding, type Result } from '../../../self-test/check.ts';
import type { Places } from '../../../self-test/fixtures/resources.ts';
import { stageCheck } from '../../../self-test/journey/stage.ts';
import type { Measured } from '../../../self-test/meter.ts';
import type { Performance } from '../../../self-test/run.ts';
import type { Inputs } from './inputs.ts';

export interface SelfTestDocument {
  readonly ok: boolean;
  readonly command: 'self-test';
  readonly run: string;
  readonly at: string;
  readonly versions: { readonly program: string; readonly node: string; readonly function: string };
  readonly platform: string;
  /** Whether Ctrl-C stopped it. Checks that did not run count as skipped. */
  readonly stopped: boolean;
  /** False if a custom endpoint was given. The results then say nothing about AWS itself. */
  readonly isAws: boolean;
  readonly newPool: { readonly region: string; readonly account?: string };
  readonly oldPool: { readonly region: string; readonly account?: string };
  readonly accounts: number;
  readonly settingUp: Measured;
  readonly total: Measured;
  readonly checks: readonly Result[];
  /** IDs of the promises that do not hold. */
  readonly broken: readonly string[];
  /** IDs of the questions whose answer differs from the documentation, or that could not be tried. */
  readonly findings: readonly string[];
}

export interface About {
  readonly runId: string;
  readonly startedAt: number;
  readonly inputs: Inputs;
  /** Whether account numbers stay in the document. */
  readonly withAccount: boolean;
  readonly stopped: boolean;
}

export function documentOf(performance: Performance, about: About): SelfTestDocument {
  const { new: newPlace, old } = about.inputs.places;
  const mask = maskerOf(about.inputs.places, performance.secrets, about.withAccount);
  const checks = [...performance.results, performance.cleaned].map((result) => ({
    ...result,
    seen: mask(result.seen),
  }));
  const placeOf = ({ side, account }: typeof newPlace) => ({
    region: side.region,
    ...(about.withAccount ? { account } : {}),
  });
  const idsOf = (all: readonly Result[]) => all.map(({ id }) => id);
  return {
    ok: !checks.some(isBroken),
    command: 'self-test',
    run: about.runId,
    at: new Date(about.startedAt).toISOString(),
    versions: {
      program: version,
      node: process.versions.node,
      function: String(declarationOf('RUNTIME').default),
    },
    platform: `${process.platform} ${process.arch}`,
    stopped: about.stopped,
    isAws: [newPlace, old].every(({ endpoint }) => endpoint === undefined),
    newPool: placeOf(newPlace),
    oldPool: placeOf(old),
    accounts: newPlace.account === old.account ? 1 : 2,
    settingUp: measureOf(performance.results.find(({ id }) => id === stageCheck.id)),
    total: performance.total,
    checks,
    broken: idsOf(checks.filter(isBroken)),
    findings: idsOf(checks.filter((result) => result.kind === 'question' && isFinding(result))),
  };
}

const measureOf = ({ ms, calls }: Measured = { ms: 0, calls: 0 }): Measured => ({ ms, calls });

/** Always masks secrets and the caller. Masks account numbers unless the operator asked for them. */
function maskerOf(
  { new: newPlace, old }: Places,
  secrets: readonly string[],
  withAccount: boolean,
): (text: string) => string {
  const hidden = [
    ...secrets.map((secret) => [secret, '<secret>'] as const),
    ...hiddenCallers([newPlace.caller, old.caller]),
    ...(withAccount ? [] : hiddenAccounts(newPlace.account, old.account)),
  ];
  return (text) => masked(text, hidden);
}
