import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OpenAPIBackend, type Document } from 'openapi-backend';

/** The hosts of Twilio's API that the double plays, and the official description of each. */
export const descriptionFiles = {
  'api.twilio.com': 'twilio_api_v2010.json',
  'messaging.twilio.com': 'twilio_messaging_v1.json',
  'accounts.twilio.com': 'twilio_accounts_v1.json',
} as const;
export type ApiHost = keyof typeof descriptionFiles;
export const apiHosts = Object.keys(descriptionFiles) as readonly ApiHost[]; // `Object.keys` widens to string.

/** Beside the project; the descriptions are Twilio's and no part of the repository. */
export const descriptionsFolder =
  process.env['TWILIO_OPENAPI_DIR'] ?? join(__dirname, '../../../../shared/fixtures/twilio-openapi');

export const hasDescriptions = apiHosts.every((host) =>
  existsSync(join(descriptionsFolder, descriptionFiles[host])),
);

const v2010 = '/2010-04-01/Accounts';
const ofAccount = `${v2010}/{AccountSid}`;

/** What the double implements. Compiling all of the 2 MB of descriptions would take many seconds. */
const playedPaths: Readonly<Record<ApiHost, (path: string) => boolean>> = {
  'api.twilio.com': (path) =>
    [`${v2010}.json`, `${v2010}/{Sid}.json`].includes(path) ||
    ['IncomingPhoneNumbers', 'Calls', 'Usage/Triggers'].some((name) =>
      [`${ofAccount}/${name}.json`, `${ofAccount}/${name}/{Sid}.json`].includes(path),
    ) ||
    path.startsWith(`${ofAccount}/Usage/Records`),
  'messaging.twilio.com': (path) => ['/v1/Services', '/v1/Services/{Sid}'].includes(path),
  'accounts.twilio.com': (path) => path.startsWith('/v1/AuthTokens/'),
};

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

/** The description of one host, cut to what is played; parameters that it does not name are errors. */
const readDescription = (host: ApiHost): Document => {
  const text = readFileSync(join(descriptionsFolder, descriptionFiles[host]), 'utf8');
  const description = JSON.parse(text) as Description;
  const paths = Object.fromEntries(
    Object.entries(description.paths).filter(([path]) => playedPaths[host](path)),
  );
  for (const path of Object.values(paths)) {
    for (const { requestBody } of Object.values(path)) {
      for (const { schema } of Object.values(requestBody?.content ?? {})) schema.additionalProperties = false;
    }
  }
  // Of the whole, only this was touched.
  return { ...description, paths } as unknown as Document;
};

const rfc2822 = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} [+-]\d{4}$/;

/** Every format that the descriptions use; some say nothing that could be checked. */
const formats: Readonly<Record<string, RegExp | ((text: string) => boolean)>> = {
  // Empty is how Twilio says "none": its own examples answer `"sms_url": ""` where this format is declared.
  uri: (text) => text === '' || text.startsWith('/') || URL.canParse(text),
  'http-method': /^(?:GET|POST)$/,
  'phone-number': /^\+[1-9]\d{1,14}$/,
  date: /^\d{4}-\d{2}-\d{2}$/,
  'date-time': /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z$/,
  'date-time-rfc-2822': rfc2822,
  currency: /^[A-Za-z]{3}$/,
  'iso-country-code': /^[A-Z]{2}$/,
  ...Object.fromEntries(
    ['endpoint', 'ice-server', 'phone-number-capabilities', 'twiml', 'uri-map'].map((name) => [
      name,
      () => true,
    ]),
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
