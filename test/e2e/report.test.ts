/** The report as the built program writes it, in a browser: no request, no error, and all numbers, whatever the screen. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { number } from '../../src/core/format-number.ts';
import { StatusDocument } from '../../src/core/status-document.ts';
import { generateUsers } from '../../src/sandbox/services/cognito/helpers.ts';
import { type Browser, type BrowserPage, startChromium } from '../support/chromium.ts';
import { putMetric } from '../support/control.ts';
import { given } from '../support/errors.ts';
import { account, type LocalAws, region, startLocalAws } from '../support/local-aws.ts';
import { needs } from '../support/needs.ts';
import { init, start } from './support.ts';

const dayMs = 86_400_000;
/** A name without a place where a line could end. */
const longName = 'W'.repeat(128);

/** A migration of twenty days, with a report about it. */
async function reported(): Promise<{ readonly file: string; readonly document: StatusDocument }> {
  const aws = await startLocalAws();
  const oldPool = await aws.addPool(longName);
  const pools: LocalAws = { ...aws, oldPool };
  const env = { AWS_ENDPOINT_URL: aws.sandbox.url };
  expect(await start(aws.folder, init(pools, '--json'), env).ended).toMatchObject({ code: 0 });
  generateUsers(aws.sandbox.world, oldPool, 48_210, 'Some-password-1');
  for (const [name, count] of [
    ['Migrated', 32_118],
    ['Reset', 812],
    ['WrongCredentials', 4_412],
    ['Refused', 318],
    ['Failed', 12],
  ] as const) {
    const sets = [{ newUserPoolId: aws.newPool }, { newUserPoolId: aws.newPool, oldUserPoolId: oldPool }];
    const now = Date.now();
    for (const dimensions of sets)
      await putMetric(aws.sandbox, account, {
        ...{ region, namespace: 'CognitoMigrate', name, dimensions, count },
        ...{ from: now - 20 * dayMs, to: now },
      });
  }
  const file = join(aws.folder, 'report.html');
  const ended = await start(aws.folder, ['status', '--json', '--report', file], env).ended;
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  return { file, document: StatusDocument.parse(JSON.parse(ended.stdout)) };
}

/** What the page must not do: errors in its console, and requests for anything but the file. */
function expectQuiet({ events }: Browser, file: string): void {
  const said = events.filter(({ method }) =>
    ['Log.entryAdded', 'Runtime.consoleAPICalled', 'Runtime.exceptionThrown'].includes(method),
  );
  expect(said).toEqual([]);
  const Requested = z.object({ request: z.object({ url: z.string() }) });
  const asked = events
    .filter(({ method }) => method === 'Network.requestWillBeSent')
    .map(({ params }) => Requested.parse(params).request.url);
  expect(new Set(asked.filter((url) => url !== 'data:,'))).toEqual(new Set([pathToFileURL(file).href]));
}

/** The text of each element, with a space between them: cells of a table have none. */
const texts = `(() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) found.push(walker.currentNode.data);
  return found.join(' ');
})()`;

const textOf = async (page: BrowserPage): Promise<string> => z.string().parse(await page.evaluate(texts));

/** Contrast of each text with what is behind it, as the Web Content Accessibility Guidelines define it. */
const contrasts = `(() => {
  const channels = (color) => color.match(/[\\d.]+/g).map(Number);
  const luminance = (color) => {
    const [red, green, blue] = channels(color).slice(0, 3).map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const isClear = (color) => (channels(color)[3] ?? 1) === 0;
  const behind = (element) => {
    for (let one = element; one !== null; one = one.parentElement) {
      const color = getComputedStyle(one).backgroundColor;
      if (!isClear(color)) return color;
    }
    return 'rgb(255, 255, 255)';
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (walker.currentNode.data.trim() === '' || element.closest('svg') !== null) continue;
    const [one, other] = [getComputedStyle(element).color, behind(element)].map(luminance);
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    found.push({ text: walker.currentNode.data.trim(), ratio });
  }
  return found;
})()`;

/** On how many lines the name of a resource stands. */
const linesOf = (name: string): string => `(() => {
  const cell = [...document.querySelectorAll('tbody th')].find((one) => one.textContent === '${name}');
  const range = document.createRange();
  range.selectNodeContents(cell);
  return range.getClientRects().length;
})()`;

const Contrasts = z.array(z.object({ text: z.string(), ratio: z.number() }));

describe('the report in Chromium', () => {
  test('light and dark, wide and narrow', { timeout: 120_000 }, async (context) => {
    const chromium = needs(context, 'chromium');
    const { file, document } = await reported();
    const browser = await startChromium(chromium);
    const backgrounds = new Set<unknown>();
    for (const scheme of ['light', 'dark'] as const) {
      for (const width of [400, 1200]) {
        const page = await browser.open(file, { width, scheme });
        const [scrolls, fits] = z
          .tuple([z.number(), z.number()])
          .parse(
            await page.evaluate(
              '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
            ),
          );
        expect(scrolls, `${scheme}, ${width} pixels`).toBeLessThanOrEqual(fits);
        expect(fits).toBeLessThanOrEqual(width);
        expect(await page.evaluate(linesOf('attachments')), `${width} pixels`).toBe(1);
        const found = Contrasts.parse(await page.evaluate(contrasts));
        expect(found.length).toBeGreaterThan(50);
        expect(found.filter(({ ratio }) => ratio < 4.5)).toEqual([]);
        backgrounds.add(await page.evaluate('getComputedStyle(document.body).backgroundColor'));
      }
    }
    expect(backgrounds.size).toBe(2);
    expectQuiet(browser, file);

    const page = await browser.open(file, { width: 1200, scheme: 'light' });
    const text = await textOf(page);
    const words = new Set(text.split(/[\s()]+/).map((word) => word.replace(/[.,%]$/, '')));
    const { users, oldUserPool, newUserPool, report } = document;
    const next = users.forecast?.next;
    const counts = [
      ...[users.total, users.lastDay].flatMap((sums) => Object.values(sums)),
      ...given(users.days).map(({ handedOver }) => handedOver),
      ...[oldUserPool.users, newUserPool.users, users.forecast?.rest, users.forecast?.basisDays],
      ...(next === undefined || next === null ? [] : [next.percent]),
      ...Object.values(given(report).reasons),
    ].filter((count) => typeof count === 'number');
    expect(counts.length).toBeGreaterThan(30);
    expect(counts.filter((count) => !words.has(number(count)))).toEqual([]);
    expect(text).toContain('Healthy. Users move when they sign in.');
    expect(await page.evaluate("document.querySelector('h1').textContent")).toBe(`${longName} → customers`);
    expect(await page.evaluate("document.querySelectorAll('img, script').length")).toBe(0);
    const rows = await page.evaluate(
      "[...document.querySelectorAll('h2')].find((one) => one.textContent === 'Health').nextElementSibling.rows.length",
    );
    expect(rows).toBe(document.steps.length + 1);
    expect(await readFile(file, 'utf8')).not.toContain(account);
  });
});
