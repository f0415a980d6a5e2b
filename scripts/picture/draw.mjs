/**
 * Draws a terminal window as SVG. Its lines appear one after another and scroll up when it is full.
 * Without animation, the end shows.
 */

const size = 14;
const cell = size * 0.602;
const leading = 20;
const margin = 20;
const bar = 36;
const columns = 80;
/** Number of lines that the window shows at a time. */
const seen = 32;

/** In seconds. */
const pace = { line: 0.15, wait: 1.6, first: 0.8 };

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const rounded = (number) => String(Math.round(number * 100) / 100);
const y = (row) => bar + margin + size + row * leading;

/** Places separate words by their column. A fallback font then cannot shift the columns. */
function spans(runs) {
  let column = 0;
  return runs
    .flatMap(({ look, text }) =>
      text.split(/( {2,})/).flatMap((part) => {
        const start = column;
        column += part.length;
        const lead = part.length - part.trimStart().length;
        const words = part.trim();
        return words === '' ? [] : [{ look, words, column: start + lead }];
      }),
    )
    .map(({ look, words, column: at }) => {
      const x = rounded(margin + at * cell);
      return `<tspan x="${x}"${look === '' ? '' : ` class="${look}"`}>${escaped(words)}</tspan>`;
    })
    .join('');
}

const line = (row, runs, kind, delay) =>
  `<text y="${y(row)}" class="${kind}" style="animation-delay:${rounded(delay)}s">${spans(runs)}</text>`;

/** The time of each line: one after another, and later after a wait. */
function schedule(rows, waits) {
  let time = pace.first;
  return rows.map((runs, row) => {
    const begin = time;
    const pauses = waits.filter((wait) => wait.row === row);
    time = begin + pauses.length * pace.wait + pace.line;
    return {
      runs,
      at: time,
      pauses: pauses.map((wait, index) => ({ ...wait, at: begin + index * pace.wait })),
    };
  });
}

/** Keyframes that keep the last line in the window. The command is on line 0. */
function scrolling(lines, end) {
  const steps = lines.flatMap(({ at }, row) => {
    const hidden = row + 2 - seen;
    return hidden > 0 ? [`${rounded((at / end) * 100)}%{transform:translateY(-${hidden * leading}px)}`] : [];
  });
  return `0%{transform:none}${steps.join('')}`;
}

const style = (lines, end) => `
text{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;font-size:${size}px;fill:#e6edf3}
.t,.d{fill:#8b949e}.b{font-weight:700}.p{fill:#3fb950}
.c1{fill:#ff7b72}.c2{fill:#3fb950}.c3{fill:#d29922}.c4{fill:#79c0ff}.c5{fill:#d2a8ff}.c6{fill:#39c5cf}
.w{opacity:0}
@media (prefers-reduced-motion:no-preference){
.l{animation:l .01s both}.w{animation:w ${pace.wait}s}.s{animation:s ${rounded(end)}s step-end}
@keyframes l{from{opacity:0}}@keyframes w{from,to{opacity:1}}@keyframes s{${scrolling(lines, end)}}}
`;

export function draw({ title, description, command, rows, waits }) {
  const width = Math.ceil(columns * cell + 2 * margin);
  const height = y(seen) + margin / 2;
  const lines = schedule(rows, waits);
  const end = lines.at(-1).at;
  const prompt = [
    { look: 'p', text: '$ ' },
    { look: 'b', text: command },
  ];
  const body = lines.flatMap(({ runs, at, pauses }, row) => [
    ...pauses.map((wait) => line(row + 1, wait.runs, 'w', wait.at)),
    ...(runs.length === 0 ? [] : [line(row + 1, runs, 'l', at)]),
  ]);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title description">`,
    `<title id="title">${escaped(title)}</title>`,
    `<desc id="description">${escaped(description)}</desc>`,
    `<style>${style(lines, end)}</style>`,
    `<clipPath id="window"><path d="M0 ${bar}h${width}v${height - bar}H0z"/></clipPath>`,
    `<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>`,
    `<path d="M0 ${bar}V8a8 8 0 0 1 8-8h${width - 16}a8 8 0 0 1 8 8v${bar - 8}z" fill="#161b22"/>`,
    ...['#ff5f57', '#febc2e', '#28c840'].map(
      (fill, index) => `<circle cx="${margin + index * 20}" cy="${bar / 2}" r="6" fill="${fill}"/>`,
    ),
    `<text x="${width / 2}" y="${bar / 2 + 5}" class="t" text-anchor="middle">${escaped(title)}</text>`,
    `<g clip-path="url(#window)"><g class="s" transform="translate(0 -${Math.max(0, lines.length + 1 - seen) * leading})">`,
    `<text y="${y(0)}">${spans(prompt)}</text>`,
    ...body,
    '</g></g>',
    '</svg>',
    '',
  ].join('\n');
}
