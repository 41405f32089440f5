/**
 * What the controller relies on in the kernel's dm-multipath, as one suite over the port KernelMaps. It runs on the fake
 * kernel, whose scenarios are worth something only as long as it holds there too, and on a real one.
 */
import { describeChanges } from './changes.js';
import { KernelStory } from './kernel-story.js';
import type { KernelHarness } from './kernel-story.js';
import { describeSteering } from './steering.js';

/** Declares the suite. `setUp` gives a kernel without maps; `skipReason` says why it cannot run here, if so. */
export function describeKernelMaps(title: string, setUp: () => KernelHarness, skipReason?: string): void {
  describe(skipReason === undefined ? title : `${title} (skipped: ${skipReason})`, () => {
    const story = new KernelStory();

    before(function () {
      if (skipReason !== undefined) this.skip();
    });
    beforeEach(() => story.begin(setUp()));
    afterEach(() => story.end());

    describeChanges(story);
    describeSteering(story);
  });
}
