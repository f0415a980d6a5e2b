/** Binds `defineStep` to this product's AWS clients. */
import type { Aws, Side } from '../aws/clients.ts';
import { makeDefineStep } from '../core/define-step.ts';

/** One account and Region, as self-test cleans it up. */
export interface Place {
  readonly side: Side;
  readonly account: string;
  readonly partition: string;
  /** Path of roles and policies: `/`, or a path that a company requires. */
  readonly rolePath: string;
}

export const defineStep = makeDefineStep<Aws, Place>();

/** The teardown flag that keeps the step's resource. */
export const keepFlag = (step: string): string => `--keep ${step}`;
