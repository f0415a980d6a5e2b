/**
 * The questions whose answers come from AWS, or that consist of several prompts.
 * decisions.ts declares the others.
 */
import type { Question } from './conversation.ts';
import { decisions } from './decisions.ts';

export const oldPool: Question = {
  id: 'old-pool',
  title: 'Old user pool',
  sets: ['OLD_USER_POOL_ID'],
  branches: ['listed', 'typed', 'elsewhere'],
};

/** For an ID that no pool has but that is close to one. */
export const nearPool: Question = {
  id: 'near-pool',
  title: 'Old user pool',
  sets: ['OLD_USER_POOL_ID'],
  branches: ['yes', 'no'],
};

export const oldAccount: Question = {
  id: 'old-account',
  title: "The old pool's account",
  sets: ['OLD_PROFILE'],
  branches: ['profile', 'handoff'],
};

export const oldPoolThere: Question = {
  id: 'old-pool-there',
  title: 'Old user pool',
  sets: ['OLD_USER_POOL_ID'],
  branches: ['listed', 'typed'],
};

export const newPool: Question = {
  id: 'new-pool',
  title: 'New user pool',
  sets: ['NEW_USER_POOL_ID'],
  branches: ['listed', 'typed'],
};

export const clients: Question = {
  id: 'clients',
  title: 'App clients',
  sets: ['NEW_CLIENT_IDS'],
  branches: ['some', 'none'],
};

export const findBy: Question = {
  id: 'find-by',
  title: 'How users are found',
  sets: ['FIND_BY'],
  branches: ['email', 'phone_number', 'none'],
};

export const attributes: Question = {
  id: 'attributes',
  title: 'Attributes',
  sets: ['MAP', 'DROP', 'SET'],
  branches: ['as shown', 'changed'],
};

/** Every question of the wizard. */
export const questions: readonly Question[] = [
  oldPool,
  nearPool,
  oldAccount,
  oldPoolThere,
  newPool,
  clients,
  findBy,
  attributes,
  ...Object.values(decisions),
];
