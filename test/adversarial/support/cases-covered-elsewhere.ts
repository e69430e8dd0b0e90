import { adversarialCases } from './cases';

/** Where tests are that name a case by its id, and why they are there and not among the webhooks of the dev stage. */
interface Place {
  readonly why: string;
  readonly directories: readonly string[];
}

const offInDev = 'off in the dev stage';

/** By area, or by id where one case of an area stands apart. */
const places: Readonly<Record<string, Place>> = {
  cli: { why: 'commands, no webhooks', directories: ['unit/cli', 'unit/twilio'] },
  fault: {
    why: 'faults and alarms, no webhooks: `npm run test:fault`, and the template',
    directories: ['fault', 'infra'],
  },
  template: { why: 'assertions about the template', directories: ['infra'] },
  'ingress/basic-auth': { why: offInDev, directories: ['gateway', 'unit/ingress'] },
  'ingress/twiml': { why: offInDev, directories: ['gateway'] },
  'ING-H-CUSTOMDOMAIN': { why: offInDev, directories: ['gateway'] },
};

/** The cases that no file of this directory runs, by id. */
export const coveredElsewhere: ReadonlyMap<string, Place> = new Map(
  adversarialCases.flatMap(({ id, area }) => {
    const place = places[id] ?? places[area];
    return place === undefined ? [] : [[id, place]];
  }),
);
