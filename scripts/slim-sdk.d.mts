import type { Plugin } from 'esbuild';

export const slimSdk: Plugin;
export const slimErrors: Plugin;
export const builtinsAsRequired: Plugin;
