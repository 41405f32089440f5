// The end of a daemon's log for people: bunyan's JSON lines with time, level and message.

const levels: Readonly<Record<number, string>> = { 20: 'debug', 30: 'info', 40: 'warn', 50: 'error', 60: 'fatal' };

export function lastLines(log: string, count: number): readonly string[] {
  return log.trimEnd().split('\n').slice(-count).map(readable);
}

/** A line that is no record (an uncaught error's stack) stays as it is. */
function readable(line: string): string {
  try {
    const record = JSON.parse(line) as {
      time: string;
      level: number;
      msg: string;
      code?: string;
      path?: string | null;
    };
    const about = [record.code, record.path].filter((word) => typeof word === 'string').map((word) => `${word}: `);
    return `${record.time.slice(11, 23)} ${(levels[record.level] ?? '').padEnd(5)} ${about.join('')}${record.msg}`;
  } catch {
    return line;
  }
}
