/** Whose fault an error is decides what the caller does: a refusal changes nothing, a kernel error may be retried. */
export type ErrorDomain = 'usage' | 'refused' | 'setup' | 'link' | 'kernel' | 'device' | 'internal';

/**
 * The closed list of error codes. Each code has one domain; the README lists them all (a test compares both ways).
 */
export const errorCodes = {
  // usage: what was asked cannot be understood
  BAD_PATH_NUMBER: 'usage',
  BAD_PRIORITY: 'usage',
  BAD_MODE: 'usage',
  BAD_WATCHER_FIELD: 'usage',
  BAD_REQUEST: 'usage',
  BAD_IDENTIFIER: 'usage',
  BAD_RESERVATION_KEY: 'usage',
  // refused: understood, and something stands against it
  UNKNOWN_PATH: 'refused',
  UNKNOWN_UNIT: 'refused',
  AMBIGUOUS_PATH: 'refused',
  PRIORITY_TAKEN: 'refused',
  NUMBER_TAKEN: 'refused',
  NAME_TAKEN: 'refused',
  NOT_HERE: 'refused',
  FILE_EXISTS: 'refused',
  DIFFERENT_UNITS: 'refused',
  LAST_PATH: 'refused',
  PATH_NOT_FAILED: 'refused',
  SELECTOR_MISSING: 'refused',
  CLUSTER_MODE: 'refused',
  WATCHER_ABSENT: 'refused',
  STILL_FAILED: 'refused',
  NO_RESERVATION_KEY: 'refused',
  NO_USABLE_PATH: 'refused',
  RESERVATION_CONFLICT: 'refused',
  RESERVATION_UNSUPPORTED: 'refused',
  KEY_TAKEN_AWAY: 'refused',
  // setup: the machine or its files are not as they must be
  BAD_CONFIG: 'setup',
  BAD_STATE_FILE: 'setup',
  BAD_SETTINGS_FILE: 'setup',
  NOT_SAVED: 'setup',
  ALREADY_RUNNING: 'setup',
  DM_UNAVAILABLE: 'setup',
  // link: between the command and the controller
  NOT_RUNNING: 'link',
  NO_ANSWER: 'link',
  NOT_PERMITTED: 'link',
  // kernel: a system call or a dm operation failed
  SYSCALL: 'kernel',
  DM_IOCTL: 'kernel',
  DM_NAME_TAKEN: 'kernel',
  DM_SUSPENDED: 'kernel',
  DM_MALFORMED: 'kernel',
  APPLY_FAILED: 'kernel',
  APPLY_PENDING: 'kernel',
  // device: an answer of a device that cannot be right
  SCSI_MALFORMED: 'device',
  NETLINK_MALFORMED: 'device',
  RESERVATION_FAILED: 'device',
  // internal: ours
  INTERNAL: 'internal',
} as const satisfies Record<string, ErrorDomain>;

export type ErrorCode = keyof typeof errorCodes;

/** A number, text or flag that belongs to an error: the operation, errno, header fields, sense bytes in hex. */
export type ErrorFacts = Readonly<Record<string, string | number | boolean | null>>;

/**
 * The one error class of the project. `message` is one line: what was asked, what stands against it, what to do.
 * `facts` keeps what the outside said, `cause` the error below.
 */
export class PathManagerError extends Error {
  override readonly name = 'PathManagerError';
  readonly code: ErrorCode;
  readonly facts: ErrorFacts;

  constructor(code: ErrorCode, message: string, facts: ErrorFacts = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.facts = facts;
  }

  get domain(): ErrorDomain {
    return errorCodes[this.code];
  }
}

/** True for an error with one of the codes. */
export function hasCode(error: unknown, ...codes: readonly ErrorCode[]): error is PathManagerError {
  return error instanceof PathManagerError && codes.includes(error.code);
}

/** True for a kernel error with the errno, by number. */
export function hasErrno(error: unknown, errno: number): error is PathManagerError {
  return error instanceof PathManagerError && error.facts['errno'] === errno;
}

/** The error as a PathManagerError: itself, or wrapped as INTERNAL. */
export function asPathManagerError(error: unknown): PathManagerError {
  if (error instanceof PathManagerError) return error;
  return new PathManagerError('INTERNAL', error instanceof Error ? error.message : String(error), {}, error);
}
