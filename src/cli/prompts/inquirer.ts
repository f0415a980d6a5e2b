/** The prompts that are used. Named here, so that the bundle leaves the others (and the editor's 500 KB) out. */
export { checkbox, confirm, input, password, search } from '@inquirer/prompts';
