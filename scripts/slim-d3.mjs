// The scales of the report map numbers, and the report formats them itself. So it needs no colors and no formats.
import { readFile } from 'node:fs/promises';

const SCALES = /d3-scale[\\/]dist[\\/]d3-scale\.mjs$/;
/** The default of a scale chooses by the values: numbers, colors, dates, or texts. */
const CHOOSING = 'import { interpolateNumber, interpolate, ';
const NUMBERS = 'import { interpolateNumber, interpolateNumber as interpolate, ';

/** The functions that the other modules import from the left-out ones, but never call for numbers. */
const LEFT_OUT = {
  'd3-color': ['color', 'cubehelix', 'hcl', 'hsl', 'lab', 'rgb'],
  'd3-format': [
    'format',
    'formatPrefix',
    'formatSpecifier',
    'precisionFixed',
    'precisionPrefix',
    'precisionRound',
  ],
};

/** @type {import('esbuild').Plugin} */
export const slimD3 = {
  name: 'slim-d3',
  setup({ onLoad, onResolve }) {
    onLoad({ filter: SCALES }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const contents = text.replace(CHOOSING, NUMBERS);
      // A new version must stop the build instead of changing the program.
      if (contents === text) throw new Error(`d3-scale has changed: ${path} has no ${CHOOSING}`);
      return { contents, loader: 'js' };
    });
    onResolve({ filter: /^d3-(color|format)$/ }, ({ path }) => ({ path, namespace: 'left-out' }));
    onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path }) => ({
      contents: [
        `const leftOut = () => { throw new Error('the report has no ${path}'); };`,
        `export { ${LEFT_OUT[path].map((name) => `leftOut as ${name}`).join(', ')} };`,
      ].join('\n'),
      loader: 'js',
    }));
  },
};
