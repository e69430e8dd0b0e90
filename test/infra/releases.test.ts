import { pendingBump } from '../../package/release/changesets';
import { projectRoot } from '../../package/paths';
import { statefulProblems, type StatefulIds } from '../../package/release/stateful-ids';
import digestsOfRelease from '../fixtures/releases/0.1.0/digests.json';
import idsOfRelease from '../fixtures/releases/0.1.0/stateful-ids.json';
import { digests, releasedTemplates, statefulIds } from '../fixtures/releases/released-templates';

const templates = Object.entries(releasedTemplates());

/** What has changed since the release on purpose. */
const changes = [
  // It writes the key of the index by conversation, and has a variable for it.
  'ConsumerFunction1B019A9B',
  // It may write the register of opt-outs.
  'ConsumerRoleDefaultPolicyE85495D8',
  // It has the index by conversation, the only index that is added: CloudFormation adds one in an update.
  'EventTable23755758',
  'StageName',
];
/** A stage without the option `tracing` sends no traces, and its roles have no permission for it. */
const untraced = [...changes, 'IngressFunctionCC445980', 'IngressRoleDefaultPolicy0F1971BA'].sort();
const changedSince: Readonly<Record<string, readonly string[]>> = {
  dev: untraced,
  staging: untraced,
  prod: untraced,
  full: [
    ...changes,
    ...['MediaBucketE52FC6E4', 'MediaBucketName', 'MediaBucketPolicyB24E187B'],
    // Reconciliation: its function and secret, its alarms, and their graphs.
    ...['ReconciliationReconcilerFunction5948D802', 'ReconciliationReconcilerLog72C2F1C8'],
    ...['ReconciliationReconcilerRoleBA79C6DA', 'ReconciliationReconcilerRoleDefaultPolicy52B0E1A4'],
    ...['ReconciliationCredentialsAAAB5C18', 'ReconcilerSecretArn', 'ReconciliationScheduleRule4534EF79'],
    'ReconciliationScheduleRuleAllowEventRuleTwilioWebhookGatewayfullReconciliationReconcilerFunction14DBD04D581A7EB4',
    ...['AlarmsMissedWebhooks1860BE89', 'AlarmsReconcilerConfigError3A252960', 'AlarmsReconcilerErrorsE6E199A4'],
    ...['AlarmsReconciliationLag2D325E37', 'OperationsDashboardE19B83FC'],
  ].sort(),
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
    expect([...ids].filter((id) => before[id] !== now[id]).sort()).toEqual(changedSince[stage]);
  });
});
