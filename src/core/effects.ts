/** What a problem with a resource means for users. */

export interface Effect {
  /** With `stops`, users who haven't moved can't sign in, and the text says why. */
  readonly kind: 'stops' | 'limits' | 'none';
  readonly text: string;
}

/** The effect of each problem that a resource can have. */
export interface Effects {
  readonly missing: Effect;
  readonly drifted: Effect;
  /** A resource of the same name belongs to someone else. */
  readonly foreign: Effect;
}

/** @param text a cause, such as `the function is missing`. */
export const stops = (text: string): Effect => ({ kind: 'stops', text });

/** Users may be affected. */
export const limits = (text: string): Effect => ({ kind: 'limits', text });

/** The function may not be allowed to do all that it does. */
export const missingPermissions = limits(
  "The function may lack permissions. Users who haven't moved may not be able to sign in.",
);

export const noEffect = (text: string): Effect => ({ kind: 'none', text: `No effect on users. ${text}` });
