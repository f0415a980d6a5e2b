/**
 * The code of the throw-away function that plays every trigger. What it does is in the name of the user whom the event is about
 * (`ask.TASK.RANDOM`), so that one function serves every question, at once and without being changed in between.
 */
import { strToU8, zipSync } from 'fflate';

/** What the function can be asked to do; all but `fire` and `none` answer the migration trigger with a user. */
export const tasks = [
  /** Throws {@link marker}: that it comes out proves that the function was called, whatever else Cognito makes of it. */
  'fire',
  /** Returns the event untouched. */
  'none',
  /** A user with a name, CONFIRMED, without a message. */
  'move',
  /**
   * The same, and throws in the trigger of that name: marker, source, the triggers called before it, and the names of the
   * request's members. Never a value.
   */
  'pre-sign-up',
  'post-confirmation',
  'pre-authentication',
  'post-authentication',
  'pre-token-generation',
  /** The same with a verified address at the mailbox simulator. */
  'move-address',
  /** The same with a preferred_username. */
  'move-alias',
  'null-action',
  'no-action',
  'bad-action',
  'bad-medium',
  'bad-status',
  'bad-attribute',
  'bad-sub',
] as const;
export type Task = (typeof tasks)[number];

/** In the message of every error that the function throws. */
export const marker = 'cognito-migrate-self-test-was-here';

/** An attribute that no pool of the self-test has. */
export const unknownAttribute = 'custom:nowhere';

/** A user with no address at all: whatever Cognito wants to send has no way to go. */
const source = `
const named = { name: 'Self Test' };
const moved = { userAttributes: named, finalUserStatus: 'CONFIRMED', messageAction: 'SUPPRESS' };
const email = (name) => 'success+' + name.split('.').at(-1) + '@simulator.amazonses.com';
const answers = {
  'move-address': (name) => ({ ...moved, userAttributes: { email: email(name), email_verified: 'true' } }),
  'move-alias': (name) => ({
    ...moved,
    userAttributes: { ...named, preferred_username: 'alias.' + name.split('.').at(-1) },
  }),
  'null-action': () => ({ ...moved, messageAction: null, desiredDeliveryMediums: ['EMAIL'] }),
  'no-action': () => ({ userAttributes: named, finalUserStatus: 'CONFIRMED', desiredDeliveryMediums: ['EMAIL'] }),
  'bad-action': () => ({ ...moved, messageAction: 'SHOUT' }),
  'bad-medium': () => ({ ...moved, desiredDeliveryMediums: ['PIGEON'] }),
  'bad-status': () => ({ ...moved, finalUserStatus: 'ARCHIVED' }),
  'bad-attribute': () => ({ ...moved, userAttributes: { ...named, '${unknownAttribute}': 'x' } }),
  'bad-sub': () => ({ ...moved, userAttributes: { ...named, sub: '00000000-0000-4000-8000-000000000000' } }),
};
const throwsIn = {
  'fire': 'UserMigration',
  'pre-sign-up': 'PreSignUp',
  'post-confirmation': 'PostConfirmation',
  'pre-authentication': 'PreAuthentication',
  'post-authentication': 'PostAuthentication',
  'pre-token-generation': 'TokenGeneration',
};
const isObject = (value) => typeof value === 'object' && value !== null;
const member = ([name, value]) =>
  isObject(value) ? name + '{' + Object.keys(value) + '}' : value === null ? name + ':null' : name;
// Questions sign in one after another, so the calls since the last migration began belong to one sign-in.
let called = [];
let typed = '';
export const handler = async (event) => {
  const { triggerSource, userName, request } = event;
  const [trigger] = triggerSource.split('_');
  if (trigger === 'UserMigration') [called, typed] = [[], userName];
  const named = /^ask\\.([a-z-]+)\\./;
  // A trigger may know the user by another name than the typed one.
  const [, task = 'none'] = named.exec(userName) ?? named.exec(typed) ?? [];
  const before = called.join(' ') || 'nothing';
  called = [...called, triggerSource];
  if (throwsIn[task] === trigger) {
    const name = userName === typed ? 'as typed' : 'another';
    const members = Object.entries(request ?? {}).map(member).join(' ');
    const details = ' after ' + before + '; userName ' + name + '; request ' + members;
    throw new Error('${marker} ' + triggerSource + (trigger === 'UserMigration' ? '' : details));
  }
  if (trigger !== 'UserMigration') return event;
  if (task === 'none') return event;
  // Only what is answered: events arrive with null in every field of the response.
  const answer = answers[task] ?? (() => moved);
  return { ...event, response: answer(event.userName) };
};
`;

/** Lambda runs as somebody else than the owner of the file: it must be readable for all (os 3: the mode is Unix's). */
const readable = { os: 3, attrs: 0o644 << 16 } as const;

/** The code as Lambda takes it: `index.handler` of an ES module. */
export const triggerZip = (): Uint8Array => zipSync({ 'index.mjs': [strToU8(source), readable] });
