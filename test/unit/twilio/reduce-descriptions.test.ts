import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiHosts, descriptionFiles, descriptionsFolder } from '../../helpers/twilio-double/descriptions';
import { operations } from '../../helpers/twilio-double/operations';
import { reduceDescription, type Json } from '../../helpers/twilio-double/reduce-descriptions';

const response = (schema: Json) => ({
  description: 'A sentence.',
  headers: { 'X-Header': { schema: { type: 'string' } } },
  content: { 'application/json': { schema, examples: { one: { value: { sid: 'an example' } } } } },
});

const description: Json = {
  openapi: '3.0.1',
  info: { title: 'An API', version: '1.0.0', description: 'A sentence.' },
  paths: {
    '/Things/{Sid}': {
      description: 'A sentence.',
      'x-twilio': { pathType: 'instance' },
      post: {
        operationId: 'UpdateThing',
        summary: 'A sentence.',
        tags: ['Thing'],
        parameters: [
          {
            name: 'Sid',
            in: 'path',
            required: true,
            description: 'A sentence.',
            schema: { type: 'string', pattern: '^TH[0-9a-f]{32}$', description: 'A sentence.' },
          },
        ],
        requestBody: {
          content: {
            'application/x-www-form-urlencoded': {
              schema: {
                type: 'object',
                title: 'UpdateThingRequest',
                properties: {
                  // A field may have any name, even that of a keyword.
                  description: { type: 'string', description: 'A sentence.' },
                  Status: { $ref: '#/components/schemas/status' },
                },
                required: ['Status'],
              },
            },
          },
        },
        responses: { '200': response({ $ref: '#/components/schemas/thing' }) },
      },
      get: { operationId: 'FetchThing', responses: {} },
    },
    '/Others': { get: { operationId: 'ListOther', responses: {} } },
  },
  components: {
    schemas: {
      status: { type: 'string', enum: ['on', 'off'], description: 'A sentence.' },
      thing: { type: 'object', properties: { status: { $ref: '#/components/schemas/status' } } },
      unused: { type: 'string' },
    },
  },
};

test('keeps the facts of the named operations and what they refer to, and no sentence', () => {
  expect(reduceDescription(description, ['UpdateThing'])).toEqual({
    openapi: '3.0.1',
    info: { title: 'An API', version: '1.0.0' },
    paths: {
      '/Things/{Sid}': {
        post: {
          operationId: 'UpdateThing',
          parameters: [
            {
              name: 'Sid',
              in: 'path',
              required: true,
              schema: { type: 'string', pattern: '^TH[0-9a-f]{32}$' },
            },
          ],
          requestBody: {
            content: {
              'application/x-www-form-urlencoded': {
                schema: {
                  type: 'object',
                  properties: {
                    description: { type: 'string' },
                    Status: { $ref: '#/components/schemas/status' },
                  },
                  required: ['Status'],
                },
              },
            },
          },
          responses: {
            '200': {
              description: '',
              content: { 'application/json': { schema: { $ref: '#/components/schemas/thing' } } },
            },
          },
        },
      },
    },
    components: {
      schemas: {
        status: { type: 'string', enum: ['on', 'off'] },
        thing: { type: 'object', properties: { status: { $ref: '#/components/schemas/status' } } },
      },
    },
  });
});

test('rejects a description whose parts refer to nothing', () => {
  const { components, ...incomplete } = description;
  expect(components).toBeDefined();
  expect(() => reduceDescription(incomplete, ['UpdateThing'])).toThrow(/no component schemas\/(?:status|thing)/);
});

describe('the fixtures', () => {
  const read = (host: (typeof apiHosts)[number]): Json =>
    JSON.parse(readFileSync(join(descriptionsFolder, descriptionFiles[host]), 'utf8')) as Json;

  test.each(apiHosts)('have for %s what the reduction leaves, and nothing else', (host) => {
    const fixture = read(host);
    expect(reduceDescription(fixture, Object.keys(operations))).toEqual(fixture);
  });

  test('describe every operation that the double implements', () => {
    const described = apiHosts.flatMap((host) =>
      [...JSON.stringify(read(host)).matchAll(/"operationId":"(\w+)"/g)].map(([, id]) => id),
    );
    expect(described.sort()).toEqual(Object.keys(operations).sort());
  });
});
