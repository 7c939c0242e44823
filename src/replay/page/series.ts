/** Two lists of epochs, side by side. Pure. */

import type { Epoch } from '../../api';
import { inNaturalOrder } from '../../format';

/** One epoch of a metric. */
export interface IPoint {
  /** From 1. */
  readonly epoch: number;
  /** `null` is a value that is not a finite number, `undefined` an epoch that did not come to be. */
  readonly recorded: number | null | undefined;
  readonly replayed: number | null | undefined;
  /** Whether the weights after it are the same, where both are known. */
  readonly sameWeights: boolean | null;
}

/** A metric of both jobs over their epochs. */
export interface ISeries {
  readonly metric: string;
  readonly points: readonly IPoint[];
  /** The first epoch in which both have the metric and its values differ. */
  readonly differsFrom: number | null;
}

/** The metrics that either job has: the losses first, then in natural order. */
export function metricNames(...jobs: (readonly Epoch[])[]): string[] {
  const names = new Set(
    jobs.flat().flatMap(({ metrics }) => Object.keys(metrics))
  );
  const losses = ['loss', 'val_loss'].filter(name => names.delete(name));
  return [...losses, ...inNaturalOrder(names)];
}

/** Put a metric of both jobs side by side, epoch by epoch. */
export function seriesOf(
  metric: string,
  recorded: readonly Epoch[],
  replayed: readonly Epoch[]
): ISeries {
  const then = new Map(recorded.map(row => [row.epoch, row]));
  const now = new Map(replayed.map(row => [row.epoch, row]));
  const epochs = [...new Set([...then.keys(), ...now.keys()])];
  const points = epochs
    .sort((a, b) => a - b)
    .map((epoch): IPoint => {
      const one = then.get(epoch);
      const other = now.get(epoch);
      return {
        epoch,
        recorded: one?.metrics[metric],
        replayed: other?.metrics[metric],
        sameWeights:
          one?.weights_hash && other?.weights_hash
            ? one.weights_hash === other.weights_hash
            : null
      };
    });
  return {
    metric,
    points,
    differsFrom: points.find(isDifferent)?.epoch ?? null
  };
}

/** Whether both have a value, and not the same one to the last bit. */
export function isDifferent({ recorded, replayed }: IPoint): boolean {
  return (
    recorded !== undefined &&
    replayed !== undefined &&
    !Object.is(recorded, replayed)
  );
}

/**
 * A value with every digit it takes to tell it from its neighbours.
 *
 * @param value - as in {@link IPoint}.
 */
export function valueWords(value: number | null | undefined): string {
  return value === undefined ? '' : value === null ? 'NaN' : String(value);
}
