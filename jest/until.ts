/** Far more than any machine needs: what never comes true is told in the end. */
const END = 60_000;

// The real one, also while a spec holds timeouts.
const { setTimeout } = globalThis;

/**
 * Wait until something holds.
 *
 * @param step - what to do before looking again.
 */
export async function until(
  condition: () => boolean,
  step: () => void = () => undefined
): Promise<void> {
  const deadline = Date.now() + END;
  while (!condition()) {
    if (Date.now() > deadline) {
      throw new Error(`It never came true: ${condition.toString()}`);
    }
    await new Promise(resolve => setTimeout(resolve, 5));
    step();
  }
}
