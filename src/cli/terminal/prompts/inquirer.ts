import { checkbox, confirm, input, password, search } from '@inquirer/prompts';

/** The prompts that are used. Named here, so that the bundle leaves the others (and the editor's 500 KB) out. */
export const library = { checkbox, confirm, input, password, search };
