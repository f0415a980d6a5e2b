import { checkbox, confirm, input, password, search, select } from '@inquirer/prompts';

/** The prompts that we use. Named here so the bundle omits the others (and the 500 KB editor). */
export const library = { checkbox, confirm, input, password, search, select };
