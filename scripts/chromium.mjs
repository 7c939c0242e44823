/** The browser of the UI tests. */
import { aptInstall } from './apt.mjs';
import { Failure, output } from './process.mjs';

const find = () =>
  output('sh', [
    '-c',
    'command -v /usr/bin/chromium || command -v chromium || command -v chromium-browser'
  ]);

/** The path of Chromium; installed with apt if it is missing. */
export async function findChromium() {
  if (find() === null) {
    await aptInstall(
      ['chromium', 'fonts-dejavu-core'],
      'Chromium, which the UI tests drive, is missing'
    );
  }
  const found = find();
  if (found === null) {
    throw new Failure(
      'Chromium is still missing after its installation; on Debian the package is chromium'
    );
  }
  return found;
}
