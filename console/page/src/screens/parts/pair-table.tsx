import { SafeText } from '../../components/safe-text';

/** Names and values that a stranger wrote, such as headers. */
export const PairTable = ({
  label,
  pairs,
}: {
  readonly label: string;
  readonly pairs: readonly (readonly [string, string])[];
}) => (
  <table class="pairs" aria-label={label}>
    <tbody>
      {pairs.map(([name, value], index) => (
        <tr key={index}>
          <th scope="row">
            <SafeText text={name} />
          </th>
          <td>
            <SafeText text={value} keepsLines />
          </td>
        </tr>
      ))}
    </tbody>
  </table>
);
