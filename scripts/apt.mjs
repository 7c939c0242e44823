/** Packages of the system, installed only when that needs no password. */
import { Failure, must, output } from './process.mjs';

/**
 * Install Debian packages as root; anyone else is told to.
 *
 * @param packages - Their names.
 * @param missing - What is missing, as the beginning of a sentence.
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
