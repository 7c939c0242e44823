/** In ms. Far more than any machine needs, so that a condition that never holds fails the test. */
const END = 60_000;

// Keep the real function, because a spec may replace it with a fake one.
const { setTimeout } = globalThis;

/**
 * Wait until a condition holds.
 *
 * @param step - called before each further check.
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
