import type { ComponentChildren } from 'preact';
import type { Health } from '../../../../api';
import { Badge, type Tone } from '../../components/badge';
import { CodeWords } from '../parts/code-words';
import { Section } from '../parts/section';
import { byLevel, levelLabels, stateLabel, type Level } from './health-text';

const levelTones: Readonly<Record<Level, Tone>> = {
  ok: 'ok',
  warning: 'warning',
  problem: 'problem',
  not_checked: 'neutral',
};

/** The findings of `gateway doctor`, the worst first. */
export const Findings = ({
  findings,
  tools,
}: {
  readonly findings: Health['findings'];
  readonly tools: ComponentChildren;
}) => (
  <Section title="Findings" note="The checks of gateway doctor, except those at Twilio." tools={tools}>
    {findings.length === 0 ? <p class="section-note">Nothing was found.</p> : null}
    <ul class="checks" aria-label="Findings">
      {byLevel(findings).map(({ level, title, text, advice }, index) => (
        <li key={index}>
          <Badge tone={levelTones[level]}>{levelLabels[level]}</Badge>
          <div>
            <h3>
              <CodeWords text={title} />
            </h3>
            <p>
              <CodeWords text={text} />
            </p>
            {advice === null ? null : (
              <p class="advice">
                <span class="advice-label">Do: </span>
                <CodeWords text={advice} />
              </p>
            )}
          </div>
        </li>
      ))}
    </ul>
  </Section>
);

const stateTone = (state: string): Tone => (state === 'OK' ? 'ok' : state === 'ALARM' ? 'problem' : 'neutral');

export const Alarms = ({ alarms }: { readonly alarms: Health['alarms'] }) => (
  <Section title="Alarms">
    {alarms.length === 0 ? <p class="section-note">A local gateway has no alarms.</p> : null}
    <ul class="checks" aria-label="Alarms">
      {alarms.map(({ name, state, reason }) => (
        <li key={name}>
          <Badge tone={stateTone(state)}>{stateLabel(state)}</Badge>
          <div>
            <h3>{name}</h3>
            {reason === null ? null : (
              <p>
                <CodeWords text={reason} />
              </p>
            )}
          </div>
        </li>
      ))}
    </ul>
  </Section>
);
