/** What the engine says while it works. Reporters turn it into lines, spinners or JSON. */

import type { FindingId } from './findings.ts';
import type { VarName } from './variables/index.ts';

export type Doing = 'create' | 'update' | 'remove' | 'check';

export type Done =
  | 'created'
  | 'updated'
  | 'unchanged'
  /** The person brought it along; it was not touched. */
  | 'brought'
  | 'checked'
  | 'removed'
  /** Nothing was there to remove. */
  | 'absent'
  /** Not ours, or asked to be kept. */
  | 'left';

interface OfStep {
  readonly step: string;
  /** Which of several instances (an app client's ID); '' where there is one. */
  readonly key: string;
  readonly title: string;
}

export type Event =
  | ({ readonly type: 'start'; readonly doing: Doing } & OfStep)
  | ({ readonly type: 'wait'; readonly message: string } & OfStep)
  | ({ readonly type: 'done'; readonly done: Done; readonly ms: number; readonly detail?: string } & OfStep)
  | ({ readonly type: 'failed'; readonly ms: number } & OfStep)
  | {
      readonly type: 'note';
      readonly level: 'info' | 'warning';
      readonly message: string;
      readonly id?: FindingId;
    }
  | {
      readonly type: 'call';
      readonly service: string;
      readonly operation: string;
      readonly ms: number;
      readonly error?: string;
    }
  | { readonly type: 'variable'; readonly name: VarName; readonly value: string };

export type Emit = (event: Event) => void;
