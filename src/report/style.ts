/** The style sheet of the report: light, dark, and printed. Every color has a contrast of at least 4.5. */
export const styleSheet = `
:root {
  color-scheme: light dark;
  --page: #ffffff;
  --panel: #f5f6f8;
  --text: #1b1f24;
  --soft: #535b66;
  --rule: #d5d9de;
  --accent: #0a4fb5;
  --area: #d9e5f8;
  --good: #0f5f2c;
  --warning: #6d4300;
  --bad: #a3170f;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14171b;
    --panel: #1e2228;
    --text: #e8eaed;
    --soft: #aab2bd;
    --rule: #3a414a;
    --accent: #8ab4f8;
    --area: #23344f;
    --good: #7fdc9d;
    --warning: #f5c46b;
    --bad: #ff9d93;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0;
  background: var(--page);
  color: var(--text);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  overflow-wrap: anywhere;
}
main, header, footer { max-width: 52rem; margin: 0 auto; padding: 0 1rem; }
header { padding-top: 1.5rem; }
footer { padding-bottom: 2rem; color: var(--soft); font-size: 0.875rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 0.25rem; }
h2 { font-size: 1.125rem; margin: 2rem 0 0.5rem; }
p { margin: 0.25rem 0; }
figure { margin: 0; }
ul { margin: 0.25rem 0; padding-left: 1.25rem; }
code { font: 0.875em/1.4 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.soft { color: var(--soft); }
.good { color: var(--good); }
.warning { color: var(--warning); }
.bad { color: var(--bad); }
.verdict { margin-top: 1rem; padding: 0.75rem 1rem; background: var(--panel); border-left: 0.375rem solid currentColor; }
.verdict p { color: var(--text); }
.verdict .sentence { color: inherit; font-size: 1.125rem; font-weight: 600; }
.amount { font-size: 1.25rem; font-weight: 600; }
table { width: 100%; margin-top: 1rem; border-collapse: collapse; font-size: 0.9375rem; }
caption { text-align: left; color: var(--soft); padding-bottom: 0.25rem; }
th, td { text-align: left; vertical-align: top; padding: 0.375rem 0.75rem 0.375rem 0; border-bottom: 1px solid var(--rule); }
th:last-child, td:last-child { padding-right: 0; }
thead th { color: var(--soft); font-weight: 600; }
tbody th { font-weight: 600; min-width: 8rem; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; overflow-wrap: normal; white-space: nowrap; }
details { margin-top: 0.75rem; }
summary { cursor: pointer; color: var(--accent); }
.plot { position: relative; margin: 0.75rem 0 1.75rem; height: 18rem; border-bottom: 1px solid var(--soft); }
.plot svg { position: absolute; inset: 0; width: 100%; height: 100%; overflow: visible; }
.plot span { position: absolute; color: var(--soft); font-size: 0.8125rem; line-height: 1.2; white-space: nowrap; }
.plot .row { left: 0; transform: translateY(-100%); }
.plot .column { top: calc(100% + 0.375rem); transform: translateX(-50%); }
.plot .column.first { transform: none; }
.plot .column.last { transform: translateX(-100%); }
.plot path, .plot line { fill: none; vector-effect: non-scaling-stroke; }
.grid { stroke: var(--rule); stroke-width: 1; }
.all { stroke: var(--soft); stroke-width: 1.5; stroke-dasharray: 2 4; }
.plot .area { fill: var(--area); }
.counted { stroke: var(--accent); stroke-width: 2.5; }
.expected { stroke: var(--accent); stroke-width: 2; stroke-dasharray: 7 5; }
.goal { stroke: var(--accent); stroke-width: 9; stroke-linecap: round; }
.key { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; list-style: none; padding: 0; font-size: 0.875rem; }
.key li { display: flex; align-items: center; gap: 0.5rem; }
.key svg { width: 1.75rem; height: 0.625rem; flex: none; }
.bar { display: block; width: 100%; height: 0.5rem; margin: 0.25rem 0; background: var(--panel); }
.bar rect { fill: currentColor; }
@media print {
  :root {
    color-scheme: light;
    --page: #ffffff; --panel: #ffffff; --text: #000000; --soft: #444444; --rule: #bbbbbb; --accent: #0a4fb5;
    --area: #e4ecf8; --good: #0f5f2c; --warning: #6d4300; --bad: #a3170f;
  }
  * { print-color-adjust: exact; }
  body { font-size: 11pt; }
  main, header, footer { max-width: none; padding: 0; }
  h2 { break-after: avoid; }
  figure, tr, .verdict { break-inside: avoid; }
  details:not([open]) { display: none; }
}
`;
