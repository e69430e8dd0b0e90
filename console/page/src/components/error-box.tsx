import { Button } from './button';
import { Icon } from './icon';

/** Why something failed, and a way to try it again. */
export const ErrorBox = ({ message, onRetry }: { readonly message: string; readonly onRetry?: () => void }) => (
  <div class="error-box" role="alert">
    <Icon name="warning" />
    <p>{message}</p>
    {onRetry === undefined ? null : <Button onClick={onRetry}>Try again</Button>}
  </div>
);
