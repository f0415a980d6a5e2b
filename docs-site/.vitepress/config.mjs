/** The documentation as a website: README.md is its first page, and the other pages keep their paths. */
import { defineConfig } from 'vitepress';

const pages = (...names) =>
  names.map(([text, page]) => ({ text, link: page.includes('/') ? page : `/docs/${page}` }));

const slugify = (heading) =>
  heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '')
    .replaceAll(' ', '-');

export default defineConfig({
  title: 'cognito-migrate',
  description:
    'Move users from one Amazon Cognito user pool to another at their first sign-in, passwords kept.',
  lang: 'en-US',
  srcDir: './pages',
  outDir: './dist',
  cacheDir: './.vitepress/cache',
  markdown: {
    // Text such as <id> is text, not an element.
    html: false,
    // As on GitHub, so that each anchor works in both places.
    anchor: { slugify },
  },
  themeConfig: {
    search: { provider: 'local' },
    sidebar: [
      {
        text: 'Start',
        items: pages(
          ['Overview', '/'],
          ['Getting started', 'getting-started'],
          ['How it works', 'how-it-works'],
          ['Comparison', 'comparison'],
          ['Scale', 'scale'],
          ['FAQ', 'faq'],
          ['Glossary', 'glossary'],
        ),
      },
      {
        text: 'Migrate',
        items: pages(
          ['Playbook', 'playbook'],
          ['Findings', 'findings'],
          ['Users', 'users'],
          ['Sync', 'sync'],
          ['Import', 'import'],
          ['Finish', 'finish'],
          ['Report', 'report'],
          ['Another account', 'another-account'],
          ['Several old pools', 'several-pools'],
          ['Upgrading', 'upgrading'],
        ),
      },
      {
        text: 'When something is wrong',
        items: pages(['Troubleshooting', 'troubleshooting'], ['Recovery', 'recovery']),
      },
      {
        text: 'Security',
        items: pages(
          ['Security model', 'security'],
          ['Permissions', 'permissions'],
          ['Report a vulnerability', '/SECURITY'],
        ),
      },
      {
        text: 'Automate',
        items: pages(
          ['Scripts and CI', 'scripting'],
          ['Config file', 'configuration'],
          ['Export', 'export'],
          ['Reference', 'reference'],
          ['Completion', 'completion'],
        ),
      },
      {
        text: 'Try and develop',
        items: pages(
          ['Local AWS', 'sandbox'],
          ['Self-test', 'self-test'],
          ['Architecture', 'architecture'],
          ['Contributing', '/CONTRIBUTING'],
          ['Changelog', '/CHANGELOG'],
        ),
      },
    ],
  },
});
