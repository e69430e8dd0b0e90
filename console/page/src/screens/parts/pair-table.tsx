import { SafeText } from '../../components/safe-text';

/** Names and values that a stranger wrote, such as headers. A name may be there twice. */
export const PairTable = ({
  label,
  pairs,
}: {
  readonly label: string;
  readonly pairs: readonly (readonly [string, string])[];
}) => (
  <table class="params" aria-label={label}>
    <tbody>
      {pairs.map(([name, value], index) => (
        <tr key={index}>
          <th scope="row">
            <SafeText text={name} />
          </th>
          <td>{value === '' ? <span class="none">empty</span> : <SafeText text={value} keepsLines />}</td>
        </tr>
      ))}
    </tbody>
  </table>
);
