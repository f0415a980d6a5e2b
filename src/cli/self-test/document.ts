/** The result of a self-test as data: what --json prints and the report is written from. Nothing in it is secret. */
import { declarationOf } from '../../core/variables.ts';
import { version } from '../../core/version.ts';
import { isBroken, isFinding, type Result } from './check.ts';
import type { Inputs } from './inputs.ts';
import type { Measured } from './meter.ts';
import type { Performance } from './perform.ts';

export interface SelfTestDocument {
  readonly ok: boolean;
  readonly command: 'self-test';
  readonly run: string;
  readonly at: string;
  readonly versions: { readonly program: string; readonly node: string; readonly function: string };
  readonly platform: string;
  /** false: an endpoint of its own was given, so nothing here is about AWS itself. */
  readonly isAws: boolean;
  readonly newPool: { readonly region: string; readonly account?: string };
  readonly oldPool: { readonly region: string; readonly account?: string };
  readonly accounts: number;
  readonly settingUp: Measured;
  readonly total: Measured;
  readonly checks: readonly Result[];
  /** IDs of the promises that do not hold. */
  readonly broken: readonly string[];
  /** IDs of the questions that AWS answers otherwise than its documentation, or that could not be tried. */
  readonly findings: readonly string[];
}

export interface About {
  readonly runId: string;
  readonly startedAt: number;
  readonly inputs: Inputs;
  /** Account numbers stay in. */
  readonly withAccount: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export function documentOf(performance: Performance, about: About): SelfTestDocument {
  const { new: fresh, old } = about.inputs.places;
  const tidy = tidier(performance, about);
  const checks = [...performance.results, performance.cleaned].map((result) => ({
    ...result,
    seen: tidy(result.seen),
  }));
  const placeOf = ({ side, account }: typeof fresh) => ({
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
    isAws: about.inputs.values.ENDPOINT_URL === undefined && !hasEndpoint(about.env),
    newPool: placeOf(fresh),
    oldPool: placeOf(old),
    accounts: fresh.account === old.account ? 1 : 2,
    settingUp: performance.settingUp,
    total: performance.total,
    checks,
    broken: idsOf(checks.filter(isBroken)),
    findings: idsOf(checks.filter((result) => result.kind === 'question' && isFinding(result))),
  };
}

/** AWS_ENDPOINT_URL, or one for a single service (AWS SDKs and Tools Reference Guide, "Service-specific endpoints"). */
const hasEndpoint = (env: About['env']): boolean =>
  Object.entries(env).some(([name, value]) => name.startsWith('AWS_ENDPOINT_URL') && value);

/** Takes out what others need not know: account numbers (unless they are wanted), and whatever is secret in any case. */
function tidier({ secrets }: Performance, { inputs, withAccount }: About): (text: string) => string {
  const { new: fresh, old } = inputs.places;
  const hidden = [
    ...secrets.map((secret) => [secret, '<secret>'] as const),
    ...(withAccount
      ? []
      : [
          [fresh.account, '<account>'] as const,
          [old.account, fresh.account === old.account ? '<account>' : '<old account>'] as const,
        ]),
  ];
  return (text) =>
    hidden.reduce((rest, [value, name]) => (value === '' ? rest : rest.replaceAll(value, name)), text);
}
