import { readFileSync } from 'node:fs';
import { cdk, importRule, lib, outside, sdk } from './import-rule.mjs';

const rootTwilio = {
  regex: '^twilio(/lib/.*)?$',
  message:
    'The validator is wrapped in lambda/shared/signature/signature.ts, the REST client in ' +
    'lambda/shared/twilio/rest-client.ts; ' +
    'the root import alone is 3.8 MB.',
};
const outsideShared = {
  // Every file is in a folder of lambda/shared, so that two steps up lead out of it.
  group: ['../../**'],
  message: 'lambda/shared imports itself and Node built-ins only.',
};

/** The folders of lambda/shared, lowest first. */
const sharedLayers = [
  'contract',
  'runtime',
  'payload',
  'attributes',
  'events',
  'credentials',
  'twilio',
  'breaker',
  'reconciliation',
  'signature',
  'webhook',
];

/** Each is one function of `lambda/`. The list is TypeScript, so its text is read. */
const functionList = readFileSync(
  new URL('../lambda/shared/contract/function-names.ts', import.meta.url),
  'utf8',
).match(/functionNames = \[(.*?)\]/s)[1];
const functionFolders = [...functionList.matchAll(/'(\w+)'/g)].map(([, name]) => name);

const functionsOfGateway = {
  group: functionFolders.map((folder) => `../${folder}/**`),
  message: 'Handlers know only lambda/shared and lambda/aws.',
};

/** What `lambda/` may import. */
export const lambdaRules = [
  ...sharedLayers.flatMap((layer, at) => {
    const above = {
      group: sharedLayers.slice(at + 1).map((other) => `../${other}/**`),
      // Types of the contract may come from above: they are what a stack output holds.
      allowTypeImports: layer === 'contract',
      message:
        `lambda/shared/${layer} imports only itself and the layers below it, lowest first: ` +
        `${sharedLayers.join(', ')}. Move what both need to the lower one.`,
    };
    const layers = above.group.length === 0 ? [outsideShared] : [outsideShared, above];
    return [
      importRule(
        [`lambda/shared/${layer}/**`],
        ['lambda/shared/signature/signature.ts', 'lambda/shared/twilio/rest-client.ts'],
        cdk,
        sdk,
        lib,
        outside,
        rootTwilio,
        ...layers,
      ),
      ...(layer === 'signature'
        ? [importRule(['lambda/shared/signature/signature.ts'], [], cdk, sdk, outside, ...layers)]
        : []),
      // Loads parts of the REST client when they are used: only bundles that import this file have them.
      ...(layer === 'twilio'
        ? [importRule(['lambda/shared/twilio/rest-client.ts'], [], cdk, sdk, lib, outside, ...layers)]
        : []),
    ];
  }),
  importRule(['lambda/aws/**'], [], cdk, lib, outside, rootTwilio, {
    group: functionFolders.map((folder) => `../${folder}/**`),
    message: 'What one function alone uses of AWS lives in lambda/<function>/aws.',
  }),
  ...functionFolders.flatMap((own) => {
    const others = {
      group: [...functionFolders.filter((f) => f !== own).map((f) => `**/${f}/**`), '!**/shared/**'],
      message: 'One function never imports another: what both need lives in lambda/shared.',
    };
    const aws = {
      group: ['**/aws/**'],
      message: 'Only handler.ts wires the aws folders; the core sees ports.',
    };
    return [
      importRule(
        [`lambda/${own}/**`],
        [`lambda/${own}/handler.ts`, `lambda/${own}/aws/**`],
        cdk,
        sdk,
        lib,
        outside,
        rootTwilio,
        others,
        aws,
      ),
      importRule([`lambda/${own}/handler.ts`], [], cdk, sdk, lib, outside, rootTwilio, others),
      importRule([`lambda/${own}/aws/**`], [], cdk, lib, outside, rootTwilio, others),
    ];
  }),
  importRule(
    ['lambda/handlers/**'],
    ['lambda/handlers/aws/**'],
    cdk,
    sdk,
    lib,
    outside,
    rootTwilio,
    // The forwarder and the entry wire their own adapters.
    functionsOfGateway,
  ),
  importRule(['lambda/handlers/aws/**'], [], cdk, lib, outside, rootTwilio, functionsOfGateway),
];
