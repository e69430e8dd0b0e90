import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { everyHandler, everyOption } from '../helpers/every-option';
import { at, resources, synthesizeTemplate } from './checks/template';

const runbook = readFileSync(join(__dirname, '..', '..', 'docs', 'runbook.md'), 'utf8');

/** GitHub's anchor for a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');

const headings = (level: string): string[] =>
  [...runbook.matchAll(new RegExp(`^${level} (.+)$`, 'gm'))].map(([, heading = '']) => heading);

// Every alarm, including those of options.
const { template } = synthesizeTemplate('prod', everyOption(), everyHandler);
const alarms = resources(template, 'AWS::CloudWatch::Alarm').map(([id, { Properties }]) => {
  const description = String(Properties['AlarmDescription']);
  return { id, anchor: /docs\/runbook\.md#(\S+)$/.exec(description)?.[1] ?? '' };
});

test('TPL-ALARMS: every alarm has a section in the runbook, and every section an alarm', () => {
  // Handlers share their sections.
  expect([...new Set(alarms.map(({ anchor }) => anchor))].sort()).toEqual(headings('###').map(anchorOf).sort());
});

test.each(headings('###'))('the section "%s" says what it means, where to look and what to do', (heading) => {
  const section = runbook.split(`\n### ${heading}\n`)[1]?.split(/\n##+ /)[0] ?? '';
  expect(section.match(/^\*\*(?:Means|Look|Do)\*\*/gm)).toEqual(['**Means**', '**Look**', '**Do**']);
});

test('every link within the runbook leads to a section', () => {
  const anchors = ['#', '##', '###'].flatMap((level) => headings(level).map(anchorOf));
  const links = [...runbook.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor = '']) => anchor);
  expect(links.length).toBeGreaterThan(10);
  expect(links.filter((link) => !anchors.includes(link))).toEqual([]);
});

test('every output and resource that a command of the runbook reads exists', () => {
  const outputs = [...runbook.matchAll(/\boutput ([A-Z]\w+)/g)].map(([, name = '']) => name);
  expect(outputs.filter((name) => template.Outputs[name] === undefined)).toEqual([]);
  const ids = [...runbook.matchAll(/\b(?:resource|reasons) ([A-Z]\w+)/g)].map(([, name = '']) => name);
  expect(ids.length).toBeGreaterThan(10);
  // The runbook's `resource` function takes the first id with this prefix, so there must be only one.
  for (const id of ids) {
    expect({ id, found: Object.keys(template.Resources).filter((key) => key.startsWith(id)) }).toEqual({
      id,
      found: [expect.stringMatching(new RegExp(`^${id}[0-9A-F]{8}$`))],
    });
  }
});

test('every reason that the runbook filters by is one that the functions log', () => {
  const sources = [
    'shared/webhook/rejections.ts',
    'ingress/ask-for-reply.ts',
    'consumer/process-record.ts',
    'breaker/breaker.ts',
    'publisher/publish-changes.ts',
    'fallback/fallback.ts',
    'drain/drain.ts',
    'reconciler/reconciler.ts',
  ].map((file) => readFileSync(join(__dirname, '..', '..', 'lambda', file), 'utf8'));
  const reasons = [...runbook.matchAll(/\$\.reason = "([a-z_]+)/g)].map(([, reason = '']) => reason);
  expect(reasons.length).toBeGreaterThan(5);
  expect(reasons.filter((reason) => !sources.some((source) => source.includes(`'${reason}`)))).toEqual([]);
});

test('the description of every alarm says what happened and what it means', () => {
  for (const [, { Properties }] of resources(template, 'AWS::CloudWatch::Alarm')) {
    expect(String(at(Properties, 'AlarmDescription')).length).toBeGreaterThan(80);
  }
});
