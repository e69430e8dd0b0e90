import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OpenAPIBackend, type Document } from 'openapi-backend';

/** The hosts of Twilio's API that the double implements, and the file that describes each. */
export const descriptionFiles = {
  'api.twilio.com': 'twilio_api_v2010.json',
  'messaging.twilio.com': 'twilio_messaging_v1.json',
  'accounts.twilio.com': 'twilio_accounts_v1.json',
} as const;
export type ApiHost = keyof typeof descriptionFiles;
export const apiHosts = Object.keys(descriptionFiles) as readonly ApiHost[]; // `Object.keys` widens to string.

/** The facts of Twilio's descriptions about what the double implements, as `update-descriptions.ts` writes them. */
export const descriptionsFolder = join(__dirname, '../../fixtures/twilio-api');

interface FormSchema {
  additionalProperties?: boolean;
}
interface OperationDescription {
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema: FormSchema }>>;
  };
}

interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationDescription>>>>;
}

/** The description of one host; parameters that it does not name are errors. */
const readDescription = (host: ApiHost): Document => {
  const text = readFileSync(join(descriptionsFolder, descriptionFiles[host]), 'utf8');
  const description = JSON.parse(text) as Description;
  for (const path of Object.values(description.paths)) {
    for (const { requestBody } of Object.values(path)) {
      for (const { schema } of Object.values(requestBody?.content ?? {})) schema.additionalProperties = false;
    }
  }
  // Only the form schemas were changed.
  return description as unknown as Document;
};

const rfc2822 = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} [+-]\d{4}$/;

/** Every format that the descriptions use; some say nothing that could be checked. */
const formats: Readonly<Record<string, RegExp | ((text: string) => boolean)>> = {
  // Empty is how Twilio says "none": its own examples answer `"sms_url": ""` where this format is declared.
  uri: (text) => text === '' || text.startsWith('/') || URL.canParse(text),
  'http-method': /^(?:GET|POST)$/,
  // A message's `from` may be the address of a channel, as its own description says.
  'phone-number': /^(?:[a-z]+:)?\+[1-9]\d{1,14}$/,
  date: /^\d{4}-\d{2}-\d{2}$/,
  'date-time': /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z$/,
  'date-time-rfc-2822': rfc2822,
  currency: /^[A-Za-z]{3}$/,
  'iso-country-code': /^[A-Z]{2}$/,
  ...Object.fromEntries(
    ['endpoint', 'ice-server', 'phone-number-capabilities', 'twiml', 'uri-map'].map((name) => [name, () => true]),
  ),
};

const loaded = new Map<ApiHost, Promise<OpenAPIBackend>>();

const load = (host: ApiHost): Promise<OpenAPIBackend> =>
  new OpenAPIBackend({
    definition: readDescription(host),
    quick: true,
    ignoreTrailingSlashes: false,
    ajvOpts: { strict: false, coerceTypes: true },
    customizeAjv: (ajv) => {
      for (const [name, validate] of Object.entries(formats)) ajv.addFormat(name, validate);
      return ajv;
    },
  }).init();

/** The compiled description of a host; compiled once for all doubles of a test file. */
export const apiDescription = (host: ApiHost): Promise<OpenAPIBackend> => {
  const known = loaded.get(host) ?? load(host);
  loaded.set(host, known);
  return known;
};
