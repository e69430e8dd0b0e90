import { adversarialCases } from './cases';

/** Where tests name a case by its id, and why it is not run by HTTP against the dev stage. */
interface Place {
  readonly why: string;
  readonly directories: readonly string[];
}

const offInDev = 'off in the dev stage';
const inUnitTable: Place = {
  why: 'decided by ingress alone: the unit tables',
  directories: ['unit/ingress'],
};

/** By area, by the first two parts of an id, or by a whole id. */
const places: Readonly<Record<string, Place>> = {
  cli: { why: 'commands, not webhooks', directories: ['unit/cli', 'unit/twilio'] },
  fault: {
    why: 'faults and alarms, not webhooks: `npm run test:fault`, and the template',
    directories: ['fault', 'infra'],
  },
  template: { why: 'assertions about the template', directories: ['infra'] },
  'ingress/basic-auth': { why: offInDev, directories: ['gateway', 'unit/ingress'] },
  'ingress/twiml': { why: offInDev, directories: ['gateway'] },
  'ING-H-CUSTOMDOMAIN': { why: offInDev, directories: ['gateway'] },
  'ingress/content-type': inUnitTable,
  'ING-M': inUnitTable,
  'ING-S-MISSING': inUnitTable,
};

/** The cases that no file of this directory runs, by id. */
export const coveredElsewhere: ReadonlyMap<string, Place> = new Map(
  adversarialCases.flatMap(({ id, area }) => {
    const family = id.split('-').slice(0, 2).join('-');
    const place = places[id] ?? places[family] ?? places[area];
    return place === undefined ? [] : [[id, place]];
  }),
);
