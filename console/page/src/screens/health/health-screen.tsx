import { useRef } from 'preact/hooks';
import type { Health } from '../../../../api';
import { Button } from '../../components/button';
import { ErrorBox } from '../../components/error-box';
import { useConsole } from '../../console-context';
import type { ScreenProps } from '../../screen';
import { useLoad } from '../../use-load';
import { openScreen } from '../../use-route';
import { Choice } from '../parts/choice';
import { ScreenHead } from '../parts/screen-head';
import { useRefresh } from '../parts/use-refresh';
import { ChartCard, ChartPlaceholder } from './chart-card';
import { Account } from './account';
import { Alarms, Findings } from './findings';
import { describeHealth } from './health-text';

const localRanges = [
  { value: 15, text: '15 min' },
  { value: 60, text: '1 h' },
  { value: 360, text: '6 h' },
  { value: 1440, text: '24 h' },
];
const stageRanges = [
  { value: 60, text: '1 h' },
  { value: 360, text: '6 h' },
  { value: 1440, text: '24 h' },
];

/** CloudWatch has a new figure each minute, and each request is paid for. */
const localRefreshSeconds = 10;
const stageRefreshSeconds = 60;
const chartCount = 4;

const Charts = ({ minutes }: { readonly minutes: number }) => {
  const { api, info } = useConsole();
  const { value, error, reload } = useLoad(`metrics ${minutes}`, () => api.metrics(minutes));
  useRefresh(reload, info.isLocal ? localRefreshSeconds : stageRefreshSeconds);
  return (
    <>
      {error === null ? null : <ErrorBox message={error} onRetry={reload} />}
      <div class="charts">
        {value === null
          ? error === null && Array.from({ length: chartCount }, (_, index) => <ChartPlaceholder key={index} />)
          : value.charts.map((chart) => <ChartCard key={chart.name} metrics={value} chart={chart} />)}
      </div>
    </>
  );
};

/** The health in one line at the top, because the findings are below the charts. */
const Summary = ({ health, onOpen }: { readonly health: Health; readonly onOpen: () => void }) => (
  <button type="button" class="summary-button" onClick={onOpen}>
    {describeHealth(health)}
  </button>
);

export const HealthScreen = ({ route }: ScreenProps) => {
  const { api, info } = useConsole();
  const health = useLoad('health', api.health);
  const ranges = info.isLocal ? localRanges : stageRanges;
  const wanted = Number(route.params['minutes']);
  const checks = useRef<HTMLDivElement>(null);
  const showChecks = (): void => {
    checks.current?.focus({ preventScroll: true });
    checks.current?.scrollIntoView();
  };
  const minutes = ranges.find(({ value }) => value === wanted)?.value ?? 60;

  return (
    <div class="screen">
      <ScreenHead
        title="Health"
        note={health.value === null ? undefined : <Summary health={health.value} onOpen={showChecks} />}
      >
        <Choice
          label="Period"
          options={ranges}
          value={minutes}
          onChange={(next) => openScreen('health', '', { minutes: String(next) })}
        />
      </ScreenHead>
      <div class="health">
        <div class="health-charts">
          <Charts minutes={minutes} />
        </div>
        <div class="health-checks" ref={checks} tabIndex={-1}>
          {health.error === null ? null : <ErrorBox message={health.error} onRetry={health.reload} />}
          {health.value === null ? (
            health.isLoading && <p class="waiting">Checking the gateway …</p>
          ) : (
            <>
              <Findings
                findings={health.value.findings}
                tools={
                  <Button icon="replay" kind="quiet" isBusy={health.isLoading} onClick={health.reload}>
                    Check again
                  </Button>
                }
              />
              {info.isLocal ? null : <Alarms alarms={health.value.alarms} />}
              <Account />
            </>
          )}
        </div>
      </div>
    </div>
  );
};
