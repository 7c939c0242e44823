/** Steps that are skipped while their inputs are unchanged. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

import { ROOT } from './process.mjs';

const SPEC = /\.spec\.tsx?$/;

function addToHash(hash, name) {
  const file = path.join(ROOT, name);
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  if (stat?.isDirectory()) {
    for (const child of fs.readdirSync(file).sort()) {
      addToHash(hash, path.join(name, child));
    }
  } else if (stat && !SPEC.test(name)) {
    hash.update(`${name}\0${stat.size}\0`).update(fs.readFileSync(file));
  }
}

function fingerprint(inputs) {
  const hash = createHash('sha256').update(ROOT);
  for (const name of inputs) {
    addToHash(hash, name);
  }
  return hash.digest('hex');
}

/**
 * Run a step unless it is up to date.
 *
 * A stamp file holds the fingerprint of the inputs. It is deleted before the work starts and
 * written when the work is complete, so an interrupted step is run again.
 *
 * @param step - `title`: shown to the user; `stamp`: the stamp file; `inputs`: files and folders
 * that the step depends on (specs are ignored); `outputs`: files that must exist; `work`: the work.
 * @returns Whether the work had to be done.
 */
export async function perform({ title, stamp, inputs, outputs, work }) {
  const file = path.join(ROOT, stamp);
  const wanted = fingerprint(inputs);
  const done =
    outputs.every(name => fs.existsSync(path.join(ROOT, name))) &&
    fs.existsSync(file) &&
    fs.readFileSync(file, 'utf8') === wanted;
  if (done) {
    return false;
  }
  console.log(`${title} ...`);
  const start = performance.now();
  fs.rmSync(file, { force: true });
  await work();
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, wanted);
  const seconds = (performance.now() - start) / 1000;
  console.log(`${title}: done in ${seconds.toFixed(1)} s`);
  return true;
}
