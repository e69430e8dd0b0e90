import { useId } from 'preact/hooks';

export interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly hint?: string | undefined;
  readonly placeholder?: string;
  /** Takes half of the width of the form. */
  readonly isHalf?: boolean;
  /** More than one makes it a text area. */
  readonly lines?: number;
  readonly suggestions?: readonly string[];
  readonly inputMode?: 'tel' | 'numeric' | 'url';
  readonly isCode?: boolean;
}

export const TextField = (props: TextFieldProps) => {
  const {
    label,
    value,
    onInput,
    hint,
    placeholder,
    isHalf = false,
    lines = 1,
    suggestions,
    inputMode,
    isCode = false,
  } = props;
  const id = useId();
  const hintId = `${id}-hint`;
  const listId = `${id}-list`;
  const common = {
    id,
    class: isCode ? 'input code-input' : 'input',
    value,
    placeholder,
    autocomplete: 'off',
    spellcheck: false,
    'aria-describedby': hint === undefined ? undefined : hintId,
  } as const;
  return (
    <div class={isHalf ? 'field is-half' : 'field'}>
      <label for={id}>{label}</label>
      {lines > 1 ? (
        <textarea
          {...common}
          class={isCode ? 'textarea code-input' : 'textarea'}
          rows={lines}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      ) : (
        <input
          {...common}
          type="text"
          inputMode={inputMode}
          list={suggestions === undefined ? undefined : listId}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      )}
      {suggestions === undefined ? null : (
        <datalist id={listId}>
          {suggestions.map((suggestion) => (
            <option key={suggestion} value={suggestion} />
          ))}
        </datalist>
      )}
      {hint === undefined ? null : (
        <p id={hintId} class="hint">
          {hint}
        </p>
      )}
    </div>
  );
};
