import type { Metafile, Plugin } from 'esbuild';

export function buildProgram(options: {
  readonly outdir: string;
  readonly plugins?: readonly Plugin[];
}): Promise<Metafile>;
