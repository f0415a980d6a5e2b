/** One file of the zip. */
export interface HandlerFile {
  readonly name: string;
  readonly bytes: number;
}

/** Bundles the Lambda handler into `${outdir}/handler.zip`, byte for byte the same each time. */
export function buildHandler(options: { outdir: string }): Promise<{ zip: string; files: HandlerFile[] }>;
