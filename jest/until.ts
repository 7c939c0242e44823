/** Wait until something holds. */
export async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!condition()) {
    if (Date.now() > deadline) {
      throw new Error(`It never came true: ${condition.toString()}`);
    }
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}
