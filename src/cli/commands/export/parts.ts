/**
 * The content of an export, as data: everything up to the invoke permission.
 * It comes from the steps' own definitions.
 */

import { parseArn } from '../../../aws/arn.ts';
import { dependencies, sorted } from '../../../core/dependency-graph.ts';
import type { JsonObject } from '../../../core/json.ts';
import type { Call } from '../../../core/step.ts';
import type { Inputs, Vars } from '../../../core/variables/index.ts';
import type { StepId } from '../../../steps/ids.ts';
import { oldAccountSteps, steps } from '../../../steps/index.ts';
import { functionArn, isCrossAccount, oldRoleArn, policyArn, roleArn } from '../../../steps/names.ts';

/** The desired state of one step. */
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

/** Placeholders for outputs, in languages that can reference the output of a resource. */
export const references: Outputs = {
  ROLE_ARN: '<ROLE_ARN>',
  POLICY_ARN: '<POLICY_ARN>',
  LAMBDA_ARN: '<LAMBDA_ARN>',
  OLD_CLIENT_ID: '<OLD_CLIENT_ID>',
};

/**
 * All outputs that follow from names.
 * Nothing determines an app client's ID, so it stays a reference.
 */
export const knownOutputs = (inputs: Inputs): Outputs => ({
  ROLE_ARN: roleArn(inputs),
  POLICY_ARN: policyArn(inputs),
  LAMBDA_ARN: functionArn(inputs),
  OLD_CLIENT_ID: inputs.EXISTING_OLD_CLIENT_ID ?? references.OLD_CLIENT_ID,
});

/**
 * Each step that creates a resource, in the order of init.
 * Skips steps that modify live resources, and existing resources.
 */
export function partsOf(inputs: Inputs, outputs: Outputs): Part[] {
  const enabled = steps.filter((step) => step.when(inputs));
  const made = enabled.filter((step) => step.kind === 'create' && step.existing(inputs) === undefined);
  const across = {
    OLD_ROLE_ARN: oldRoleArn(inputs),
    OLD_EXTERNAL_ID: inputs.FRESH_EXTERNAL_ID,
  };
  const vars: Inputs = Object.assign(
    { ...inputs, ...outputs, ...(isCrossAccount(inputs) ? across : {}) },
    ...enabled.map((step) => step.existing(inputs) ?? {}),
  );
  const old = new Set(oldAccountSteps.map(({ id }) => id));
  return sorted(made, dependencies(made)).map((step) => {
    const { account, region } = parseArn(
      old.has(step.id) ? inputs.OLD_USER_POOL_ARN : inputs.NEW_USER_POOL_ARN,
    );
    return { step: step.id, title: step.title, account, region, ...step.wanted(vars) };
  });
}

/** Whether the part belongs to the new pool's account and Region. */
export function isHere({ account, region }: Part, inputs: Inputs): boolean {
  const here = parseArn(inputs.NEW_USER_POOL_ARN);
  return account === here.account && region === here.region;
}

/** The inputs of one step's calls. Empty if the step is not among these parts. */
export const inputsOf = (parts: readonly Part[], step: StepId): readonly JsonObject[] =>
  parts.filter((part) => part.step === step).flatMap(({ calls }) => calls.map(({ input }) => input));

/**
 * A language's entry for each step. Undefined if it prints nothing.
 * A new step does not compile without a decision.
 */
export type ByStep<T> = Readonly<Record<StepId, T | undefined>>;

/**
 * Steps that no language prints. Only init changes live resources.
 * The old account's half is a handoff.
 */
export const notPrinted = {
  'old-account-role': undefined,
  'old-sub-attribute': undefined,
  'new-clients': undefined,
  'migration-trigger': undefined,
};

/** Throws for a step that the language does not cover. No part may be missing without notice. */
export function assertKnown(parts: readonly Part[], known: ByStep<unknown>): void {
  const strange = parts.filter(({ step }) => known[step] === undefined);
  if (strange.length > 0)
    throw new Error(`export: nothing is said about ${strange.map(({ step }) => step).join(', ')}`);
}
