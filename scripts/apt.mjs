/** Install system packages, but only if that needs no password. */
import { Failure, must, output } from './process.mjs';

/**
 * Install Debian packages when run as root; otherwise fail with a message that says what to
 * install.
 *
 * @param packages - The names of the packages.
 * @param missing - What is missing; the beginning of the error message.
 */
export async function aptInstall(packages, missing) {
  const names = packages.join(' ');
  if (process.getuid?.() !== 0 || output('apt-get', ['--version']) === null) {
    throw new Failure(
      `${missing}. Install it and run this command again; on Debian: sudo apt-get install ${names}`
    );
  }
  console.error(`${missing}: installing ${names} with apt ...`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await must('apt-get', ['update', '-qq'], { env, quiet: true });
  await must(
    'apt-get',
    ['install', '-y', '-qq', '--no-install-recommends', ...packages],
    { env, quiet: true }
  );
}
