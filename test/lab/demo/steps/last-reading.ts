// Step 8: all that was written in the meantime is read once more.
import { megabytes } from '../quantities.js';
import type { Stage } from '../stage.js';

export async function lastReading(stage: Stage): Promise<void> {
  const writers = await stage.writers();
  const { ios, bytes, errors, mismatches, problems } = await writers.finish();
  stage.show.verdict(errors + mismatches === 0 && ios > 0, 'every block holds what was written last', megabytes(bytes));
  for (const problem of problems) stage.show.output(problem);
}
