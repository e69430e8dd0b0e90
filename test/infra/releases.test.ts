import { pendingBump } from '../../package/release/changesets';
import { projectRoot } from '../../package/paths';
import { statefulProblems, type StatefulIds } from '../../package/release/stateful-ids';
import digestsOfRelease from '../fixtures/releases/0.1.0/digests.json';
import idsOfRelease from '../fixtures/releases/0.1.0/stateful-ids.json';
import { digests, releasedTemplates, statefulIds } from '../fixtures/releases/released-templates';

const templates = Object.entries(releasedTemplates());

/** What has changed since the release on purpose. */
const changes = [
  // By default it takes two batches at once, which leaves enough of a new account for ingress.
  'ConsumerEventSourceBF67AC75',
  // The format of Lambda's log.
  'IngressFunctionCC445980',
  // The fields of the access log.
  'FrontDoorStage64A90D40',
  // The same; and it writes the key of the index by conversation, and has a variable for it.
  'ConsumerFunction1B019A9B',
  // It may write the register of opt-outs.
  'ConsumerRoleDefaultPolicyE85495D8',
  // It has the index by conversation, the only index that is added: CloudFormation adds one in an update.
  'EventTable23755758',
  'StageName',
].sort();
/** A stage without the option `tracing` sends no traces, and its roles have no permission for it. */
const untraced = [...changes, 'IngressRoleDefaultPolicy0F1971BA'].sort();
/** Other resources of the stage with every option: functions have the format of the log as well. */
const otherChanges = [
  'BreakerFunctionE79224D7',
  // A handler takes two events at once by default.
  'EventsDeliveryEventSourceFD5CB001',
  'EventsDeliveryHandlerFunctionE0FEE88C',
  'EventsEventTopicPublisherFunction58F298AB',
  'EventsRepliesHandlerFunctionDBA7F0FF',
  // It shows what the options below add.
  'OperationsDashboardE19B83FC',
  'ReplyWithHandlerFunction1F261051',
];
/** Resources, alarms and outputs of options that the release did not have. */
const ofNewOptions = /^(?:Alarms)?(?:MediaBucket|Canary|Reconcil|MissedWebhooks|Fallback)/;

const changedSince: Readonly<Record<string, readonly string[]>> = {
  dev: untraced,
  staging: untraced,
  prod: untraced,
  full: [...changes, ...otherChanges].sort(),
};

describe.each(templates)('an upgrade of the stage %s from 0.1.0', (stage, template) => {
  test('keeps the logical id of everything that has a state, or a changeset says `major`', () => {
    const before = { [stage]: Reflect.get(idsOfRelease, stage) as StatefulIds[string] };
    expect(Object.values(before).flatMap(Object.values).flat().length).toBeGreaterThan(5);
    expect(statefulProblems(before, { [stage]: statefulIds(template) }, pendingBump(projectRoot))).toEqual([]);
  });

  test('changes no resource and no output but those that were changed on purpose', () => {
    const before = Reflect.get(digestsOfRelease, stage) as Readonly<Record<string, string>>;
    const now = digests(template);
    const ids = new Set([...Object.keys(before), ...Object.keys(now)]);
    const isNew = (id: string): boolean => stage === 'full' && before[id] === undefined && ofNewOptions.test(id);
    expect([...ids].filter((id) => before[id] !== now[id] && !isNew(id)).sort()).toEqual(changedSince[stage]);
  });
});
