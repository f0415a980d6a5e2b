/** The doctor: what will break, what will be lost, and what to do about it. Pure functions over what was read. */
import { type Finding, type Judged, judged } from '../../core/findings.ts';
import type { Inputs } from '../../core/variables.ts';
import { decodeSettings } from '../../lambda/settings.ts';
import { attributes } from './attributes.ts';
import type { Case, Theme } from './case.ts';
import { clients } from './clients.ts';
import type { Facts } from './facts.ts';
import { limits } from './limits.ts';
import { mfa } from './mfa.ts';
import { oldSub } from './old-sub.ts';
import { permissions } from './permissions.ts';
import { newPool } from './pool.ts';
import { predict } from './predict.ts';
import { required } from './required.ts';
import { rules } from './rules.ts';
import { security } from './security.ts';
import { signUp } from './sign-up.ts';
import { triggers } from './triggers.ts';
import { usernames } from './usernames.ts';
import { users } from './users.ts';

export { type Case, shareOf } from './case.ts';
export { nobodyCanMove } from './clients.ts';
export {
  beginFacts,
  type Depth,
  type EarlyFacts,
  type Facts,
  quick,
  readFacts,
  readWriters,
  thorough,
} from './facts.ts';
export { oldSubWriters } from './old-sub.ts';
export { type AttributeRow, attributeTable } from './table.ts';

const themes: readonly Theme[] = [
  required,
  attributes,
  rules,
  permissions,
  oldSub,
  usernames,
  users,
  clients,
  triggers,
  newPool,
  mfa,
  signUp,
  security,
  limits,
];

/** One migration, with these choices, as the doctor sees it. */
export function caseOf(facts: Facts, inputs: Inputs, expected?: number): Case {
  const settings = decodeSettings(inputs.SETTINGS);
  const { sample } = facts;
  const isEmpty = sample === undefined || sample.users.length === 0;
  return {
    facts,
    inputs,
    settings,
    prediction: isEmpty ? undefined : predict(sample, settings),
    expected,
  };
}

/** Everything there is to say about it, the worst first. */
export function diagnose(of: Case): Judged[] {
  const findings: readonly Finding[] = themes.flatMap((theme) => theme(of));
  return judged(findings, of.inputs.ACCEPT);
}
