/** Events that the engine emits while it works. Reporters turn them into lines, spinners, or JSON. */

import type { FindingId } from './findings.ts';
import type { VarName } from './variables/index.ts';

export type Doing = 'create' | 'update' | 'remove' | 'check';

export type Done =
  | 'created'
  | 'updated'
  | 'unchanged'
  /** Existing: the operator provided it, and the run did not change it. */
  | 'existing'
  | 'checked'
  | 'removed'
  /** Already gone: there was nothing to remove. */
  | 'absent'
  /** Kept, because it is not ours or the operator asked to keep it. */
  | 'left';

interface OfStep {
  readonly step: string;
  /** The instance, such as an app client's ID. Empty if there is only one. */
  readonly key: string;
  readonly title: string;
}

/** Something that people should know. It changes nothing. */
export interface Note {
  readonly type: 'note';
  readonly level: 'info' | 'warning';
  readonly message: string;
  readonly id?: FindingId;
}

/** The config file that gives values to this run. */
interface ConfigRead {
  readonly type: 'config';
  readonly file: string;
}

export type Event =
  | ({ readonly type: 'start'; readonly doing: Doing } & OfStep)
  | ({ readonly type: 'wait'; readonly message: string } & OfStep)
  | ({ readonly type: 'done'; readonly done: Done; readonly ms: number; readonly detail?: string } & OfStep)
  | ({ readonly type: 'failed'; readonly ms: number } & OfStep)
  | Note
  | ConfigRead
  | {
      readonly type: 'call';
      readonly service: string;
      readonly operation: string;
      readonly ms: number;
      readonly error?: string;
    }
  | { readonly type: 'variable'; readonly name: VarName; readonly value: string };

export type Emit = (event: Event) => void;
