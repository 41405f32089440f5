/** Every command by name, in the groups in which help shows them. A test holds them to the files in commands/. */
export const commandGroups = [
  {
    title: 'LOOK',
    names: [
      'getlun',
      'explain',
      'plan',
      'doctor',
      'events',
      'watch',
      'getmode',
      'getfbmode',
      'getmscsmode',
      'getwatcher',
      'getver',
    ],
  },
  {
    title: 'STEER PATHS',
    names: ['avail', 'notavail', 'path', 'swap', 'priority', 'lbmode', 'failback', 'failbackall', 'endqueue', 'rescan'],
  },
  { title: 'CLUSTER', names: ['reserve'] },
  { title: 'SET MODES', names: ['setfbmode', 'setmscsmode', 'setwatcher'] },
  { title: 'KEEP SETTINGS', names: ['export', 'import'] },
  { title: 'SHELL', names: ['completion'] },
] as const;

export const commandNames: readonly string[] = commandGroups.flatMap((group) => [...group.names]);
