// Places that the parts of the boot benchmark agree on.

/** In the machine: written when all maps are there, with the seconds since the kernel started. */
export const seenFile = '/run/boot-maps';
