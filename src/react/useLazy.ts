import * as React from 'react';

/** Code that is loaded when it is first needed, not when JupyterLab starts. */
export interface ILazy<T> {
  /** `null` until it is loaded. */
  readonly value: T | null;
  /** Why it could not be loaded. */
  readonly error: string | null;
  /** Try to load it once more. */
  readonly load: () => Promise<void>;
}

/**
 * Load code as soon as it is needed.
 *
 * @param importIt - imports the code; must be the same function in every render.
 */
export function useLazy<T>(
  importIt: () => Promise<T>,
  isNeeded: boolean
): ILazy<T> {
  const [value, setValue] = React.useState<T | null>(null);
  const [error, setError] = React.useState<string | null>(null);
  const load = React.useCallback(async () => {
    try {
      const loaded = await importIt();
      setValue(() => loaded);
    } catch (reason) {
      setError(String(reason));
    }
  }, [importIt]);
  React.useEffect(() => {
    if (isNeeded) {
      void load();
    }
  }, [isNeeded, load]);
  return { value, error, load };
}
