/** What export prints, as data: everything up to the invoke permission, from the steps' own definitions. */

import { parseArn } from '../../../aws/arn.ts';
import { dependencies, sorted } from '../../../core/dependency-graph.ts';
import type { JsonObject } from '../../../core/json.ts';
import type { Call } from '../../../core/step.ts';
import type { Inputs, Vars } from '../../../core/variables/index.ts';
import type { StepId } from '../../../steps/ids.ts';
import { oldAccountSteps, steps } from '../../../steps/index.ts';
import { functionArn, isCrossAccount, oldRoleArn, policyArn, roleArn } from '../../../steps/names.ts';

/** What one step wants. */
export interface Part {
  readonly step: StepId;
  readonly title: string;
  readonly account: string;
  readonly region: string;
  readonly props: JsonObject;
  readonly calls: readonly Call[];
}

/** The outputs that one part takes from another. */
type Outputs = Pick<Vars, 'ROLE_ARN' | 'POLICY_ARN' | 'LAMBDA_ARN' | 'OLD_CLIENT_ID'>;

/** They stand for the output itself, where a language has words for "what that one gives". */
export const references: Outputs = {
  ROLE_ARN: '<ROLE_ARN>',
  POLICY_ARN: '<POLICY_ARN>',
  LAMBDA_ARN: '<LAMBDA_ARN>',
  OLD_CLIENT_ID: '<OLD_CLIENT_ID>',
};

/** All that follow from names. An app client's ID follows from nothing, so it stays a reference. */
export const knownOutputs = (inputs: Inputs): Outputs => ({
  ROLE_ARN: roleArn(inputs),
  POLICY_ARN: policyArn(inputs),
  LAMBDA_ARN: functionArn(inputs),
  OLD_CLIENT_ID: inputs.EXISTING_OLD_CLIENT_ID ?? references.OLD_CLIENT_ID,
});

/** Each step that makes something (not one that modifies what is live, nor what was brought along), in the order of init. */
export function partsOf(inputs: Inputs, outputs: Outputs): Part[] {
  const enabled = steps.filter((step) => step.when(inputs));
  const made = enabled.filter((step) => step.kind === 'create' && step.brought(inputs) === undefined);
  const across = {
    OLD_ROLE_ARN: oldRoleArn(inputs),
    OLD_EXTERNAL_ID: inputs.FRESH_EXTERNAL_ID,
  };
  const vars: Inputs = Object.assign(
    { ...inputs, ...outputs, ...(isCrossAccount(inputs) ? across : {}) },
    ...enabled.map((step) => step.brought(inputs) ?? {}),
  );
  const old = new Set(oldAccountSteps.map(({ id }) => id));
  return sorted(made, dependencies(made)).map((step) => {
    const { account, region } = parseArn(
      old.has(step.id) ? inputs.OLD_USER_POOL_ARN : inputs.NEW_USER_POOL_ARN,
    );
    return { step: step.id, title: step.title, account, region, ...step.wanted(vars) };
  });
}

/** Whether it is made where the new pool is. */
export function isHere({ account, region }: Part, inputs: Inputs): boolean {
  const here = parseArn(inputs.NEW_USER_POOL_ARN);
  return account === here.account && region === here.region;
}

/** What the calls of one step are told; nothing where it is not among these parts. */
export const inputsOf = (parts: readonly Part[], step: StepId): readonly JsonObject[] =>
  parts.filter((part) => part.step === step).flatMap(({ calls }) => calls.map(({ input }) => input));

/** What a language has for each step; undefined where it prints nothing. A new step does not compile until somebody decides. */
export type ByStep<T> = Readonly<Record<StepId, T | undefined>>;

/** Steps that no language prints: what changes live things is init's, and the old account's half is a handoff. */
export const notPrinted = {
  'old-account-role': undefined,
  'old-sub-attribute': undefined,
  'new-clients': undefined,
  'migration-trigger': undefined,
};

/** Throws for a step that a language has no words for: nothing must be left out in silence. */
export function assertKnown(parts: readonly Part[], known: ByStep<unknown>): void {
  const strange = parts.filter(({ step }) => known[step] === undefined);
  if (strange.length > 0)
    throw new Error(`export: nothing is said about ${strange.map(({ step }) => step).join(', ')}`);
}
