import { CopyButton } from '../../components/copy-button';
import { SafeText } from '../../components/safe-text';

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** Names and values of a webhook, as received. */
export const ParamsTable = ({
  params,
  label,
}: {
  readonly params: Readonly<Record<string, unknown>>;
  readonly label: string;
}) => (
  <table class="params" aria-label={label}>
    <thead class="visually-hidden">
      <tr>
        <th scope="col">Name</th>
        <th scope="col">Value</th>
        <th scope="col">Copy</th>
      </tr>
    </thead>
    <tbody>
      {Object.entries(params).map(([name, value]) => (
        <tr key={name}>
          <th scope="row">
            <SafeText text={name} />
          </th>
          <td>
            {value === '' || value === null ? <span class="none">empty</span> : <SafeText text={textOf(value)} />}
          </td>
          <td class="params-copy">
            <CopyButton text={textOf(value)} label={`Copy ${name}`} />
          </td>
        </tr>
      ))}
    </tbody>
  </table>
);
