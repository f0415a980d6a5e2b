import type { Metafile } from 'esbuild';

/** Bundles the Lambda handler into `${outdir}/handler.zip`, byte for byte the same each time. */
export function buildHandler(options: { outdir: string }): Promise<{ zip: string; metafile: Metafile }>;
