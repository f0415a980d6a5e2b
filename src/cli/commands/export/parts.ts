/**
 * The content of an export, as data: everything up to the invoke permission.
 * It comes from the steps' own definitions.
 */

import { parseArn } from '../../../aws/arn.ts';
import { dependencies, sorted } from '../../../core/dependency-graph.ts';
import type { JsonObject } from '../../../core/json.ts';
import type { Resource } from '../../../core/resource.ts';
import type { Inputs, Vars } from '../../../core/variables/index.ts';
import type { StepId } from '../../../steps/ids.ts';
import { steps } from '../../../steps/index.ts';
import { functionArn, isCrossAccount, oldRoleArn, policyArn, roleArn } from '../../../steps/names.ts';

/** The desired state of one step. */
export interface Part {
  readonly step: StepId;
  readonly title: string;
  readonly account: string;
  readonly region: string;
  readonly props: JsonObject;
  readonly resources: readonly Resource[];
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
  return sorted(made, dependencies(made)).flatMap(({ id: step, title, side, wanted }) => {
    const { account, region } = parseArn(
      side === 'old' ? inputs.OLD_USER_POOL_ARN : inputs.NEW_USER_POOL_ARN,
    );
    const { props, resources } = wanted(vars);
    return resources.length === 0 ? [] : [{ step, title, account, region, props, resources }];
  });
}

/** Whether the part belongs to the new pool's account and Region. */
export function isHere({ account, region }: Part, inputs: Inputs): boolean {
  const here = parseArn(inputs.NEW_USER_POOL_ARN);
  return account === here.account && region === here.region;
}

/** Whether these parts create the app client in the old pool. */
export const hasClient = (parts: readonly Part[]): boolean => parts.some(({ step }) => step === 'old-client');
