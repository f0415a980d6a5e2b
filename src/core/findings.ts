/** The findings of the doctor. Their numbers are stable: people accept, search, and quote them. */

/** All findings, with their titles in the documentation. */
export const findingTitles = {
  CM101: 'A required attribute that no user would have',
  CM102: 'A required attribute that some users lack',
  CM103: 'Attributes that the new pool does not have',
  CM104: 'Users who cannot reset their password',
  CM105: 'Values that the new pool rejects',
  CM106: 'Attributes with narrower rules in the new pool',
  CM107: 'Attributes that cannot be changed after the migration',
  CM108: 'Several old users with the same name in the new pool',
  CM109: 'Usernames that are case-sensitive in one pool only',
  CM110: 'Users without a name that the new pool accepts',
  CM111: 'No user has a name that the new pool accepts',
  CM112: 'Users who sign in with another name',
  CM113: 'Users who do not move because of their state',
  CM114: 'preferred_username is an alias in the new pool',
  CM115: 'Users whose unverified address would be their name',
  CM116: 'Usernames that may be addresses of others',
  CM117: 'Users found by an address',
  CM118: 'Values of the app that reach triggers of the old pool',
  CM120: 'The old sub is not kept',
  CM121: 'The attribute cannot hold the old sub',
  CM122: 'Anyone could claim an old sub',
  CM123: 'A rule for an attribute that does not exist',
  CM124: 'Attributes that users wrote themselves become trusted',
  CM125: 'A rule for an attribute that the old pool does not have',
  CM190: 'The users of the old pool could not be listed',
  CM191: 'The old pool could not be read',
  CM192: 'The two pools may be swapped',
  CM193: 'Settings that could not be read',
  CM201: 'App clients that do not accept passwords',
  CM202: 'No app client accepts passwords',
  CM203: 'Managed login',
  CM204: 'Sign-in reveals who has an account',
  CM205: 'The two pools would migrate in a circle',
  CM206: 'The old pool migrates users itself',
  CM207: 'Triggers of the old pool run at every migration',
  CM208: 'The new pool has a Pre sign-up trigger',
  CM209: 'The new pool has a Post confirmation trigger',
  CM210: 'Fewer users were created than handed over',
  CM301: 'The new pool cannot send text messages',
  CM302: 'An import job is running',
  CM303: 'The pool is a replica',
  CM304: 'The pool refuses every update',
  CM305: 'The new pool cannot send email',
  CM310: 'The pool is deployed from code',
  CM320: 'Settings that this version does not know',
  CM321: 'Permissions that an update of the pool may need',
  CM401: 'Anyone can sign up in the new pool',
  CM402: 'A password reset moves a user',
  CM403: 'The old pool requires MFA, and users with MFA are refused',
  CM404: 'Users with MFA',
  CM405: 'Users lose their second factor',
  CM406: 'The new pool requires MFA',
  CM407: "Old passwords may be too weak for the new pool's policy",
  CM408: 'Threat protection of the old pool sees the function',
  CM409: 'The new pool has a lower feature plan',
  CM410: 'Others can call the function, or run code in it',
  CM411: 'Settings of the function that init did not set',
  CM412: 'Anyone can sign up in the old pool',
  CM413: 'The old password brings a user back',
  CM414: 'Only tags say which function was on the trigger before',
  CM415: 'Sign-ups depend on the function',
  CM416: 'A name exists in several old pools',
  CM501: 'Sign-ins per second',
  CM502: "Cognito's own email has a daily limit",
  CM503: 'Text messages have a spending limit',
  CM504: 'Users count in both pools for a month',
  CM601: 'Groups are not copied',
  CM602: 'Groups of the same name differ',
  CM603: 'Groups with an IAM role',
  CM604: 'More groups than a user can be in',
  CM605: 'A group to add users to has other rights',
  CM606: 'Old users are closed when they move',
  CM607: 'Others can write the marks of moved users',
  CM608: 'A pool deployed from code gets an attribute',
  CM609: 'Marks of another migration',
  CM610: 'Sign-ins call the function for the first token',
  CM611: 'The role in the old account may lack rights',
  CM701: 'An import job cannot start',
  CM702: 'Imported users see a wrong password',
  CM703: 'Imported users wait for their code',
  CM704: 'Cognito does not use the role of imports',
  CM705: 'Imported users need a phone number for MFA',
} as const;

export type FindingId = keyof typeof findingTitles;

export const isFindingId = (text: string): text is FindingId => Object.hasOwn(findingTitles, text);

/** Most severe first. */
export const severities = ['blocking', 'warning', 'info'] as const;
export type Severity = (typeof severities)[number];

/** Something to know before users move. Never contains a user's name, address, or attribute value. */
export interface Finding {
  readonly id: FindingId;
  /** `blocking`: every migration would fail, or someone would be in danger. */
  readonly severity: Severity;
  readonly what: string;
  /** One line. */
  readonly why: string;
  /** The flag or command that fixes it. */
  readonly fix: string;
  /** Always blocks: `--accept` has no effect. */
  readonly final?: true;
}

/** A finding, and whether the operator accepted it. Only blocking findings can be accepted. */
export interface ReviewedFinding extends Finding {
  readonly accepted: boolean;
}

/** Marks accepted findings, and sorts by severity, then by ID. */
export function reviewed(findings: readonly Finding[], accepted: readonly FindingId[]): ReviewedFinding[] {
  return findings
    .map((finding) => ({
      ...finding,
      accepted: finding.severity === 'blocking' && finding.final !== true && accepted.includes(finding.id),
    }))
    .toSorted((a, b) => rank(a) - rank(b) || (a.id < b.id ? -1 : 1));
}

/** An accepted finding counts as a warning at most. */
const rank = ({ severity, accepted }: ReviewedFinding): number =>
  severities.indexOf(accepted ? 'warning' : severity);

/** Whether this finding stops init. */
export const isBlocking = ({ severity, accepted }: ReviewedFinding): boolean =>
  severity === 'blocking' && !accepted;
