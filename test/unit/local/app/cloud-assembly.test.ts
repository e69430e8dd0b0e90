import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readCloudAssembly } from '../../../../local/app/cloud-assembly';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gateway-assembly-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const save = (file: string, content: unknown): void => {
  mkdirSync(dirname(join(directory, file)), { recursive: true });
  writeFileSync(join(directory, file), JSON.stringify(content));
};

test('the stacks of an app and of its CDK stages are read, each with its directory', () => {
  const stack = (templateFile: string, more = {}) => ({
    type: 'aws:cloudformation:stack',
    properties: { templateFile, ...more },
  });
  save('manifest.json', {
    artifacts: {
      'assembly-Beta': { type: 'cdk:cloud-assembly', properties: { directoryName: 'assembly-Beta' } },
      'Data.assets': { type: 'cdk:asset-manifest', properties: { file: 'Data.assets.json' } },
      Data: stack('Data.template.json'),
    },
  });
  save('Data.template.json', {});
  save('assembly-Beta/manifest.json', {
    artifacts: { BetaTwilio1A: { ...stack('t.json', { stackName: 'Beta-Twilio' }), displayName: 'Beta/Twilio' } },
  });
  save('assembly-Beta/t.json', { Resources: { Queue: { Type: 'AWS::SQS::Queue' } } });
  expect(readCloudAssembly(directory)).toEqual([
    {
      name: 'Beta-Twilio',
      artifactId: 'BetaTwilio1A',
      displayName: 'Beta/Twilio',
      directory: join(directory, 'assembly-Beta'),
      template: { Resources: { Queue: { Type: 'AWS::SQS::Queue' } } },
    },
    { name: 'Data', artifactId: 'Data', displayName: 'Data', directory, template: { Resources: {} } },
  ]);
});

test('a command that synthesized nothing is an error that says what may be wrong', () => {
  expect(() => readCloudAssembly(directory)).toThrow('wrote no cloud assembly to the directory in CDK_OUTDIR');
});
