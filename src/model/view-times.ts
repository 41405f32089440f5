/** Fields that are times in what is told: the units, and what explain, plan and doctor say. */
const TIMES: ReadonlySet<string> = new Set([
  'at',
  'since',
  'until',
  'pathlessSince',
  'vanishedSince',
  'lostSince',
  'endsAt',
]);

/** The view with every time in it moved by so many milliseconds: the wall clock has been set since. */
export function movedInTime<View>(view: View, ms: number): View {
  return ms === 0 ? view : (moved(view, '', ms) as View);
}

function moved(value: unknown, name: string, ms: number): unknown {
  if (typeof value === 'number') return TIMES.has(name) ? value + ms : value;
  if (Array.isArray(value)) return value.map((each) => moved(each, '', ms));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, moved(each, key, ms)]));
}
