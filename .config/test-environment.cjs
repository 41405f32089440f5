/**
 * The environment that tests run in, whatever it is outside: a test that wants another one says so itself. Loaded by mocha.
 */

// Colour: supports-color, behind oclif's help, colours nothing where CI is set. Chatter: DEBUG has libraries tell what they do.
for (const name of ['CI', 'FORCE_COLOR', 'NO_COLOR', 'DEBUG']) delete process.env[name];

// Language: bash complains of one that is not installed, and programs sort and speak by it.
process.env.LC_ALL = 'C.UTF-8';

// Temporary files: they have sockets among them, whose paths are short, and stand in lines for shells.
if (!/^[\w./-]{1,40}$/.test(process.env.TMPDIR ?? '')) delete process.env.TMPDIR;

// Files that a test makes can be read by others, as a system's can.
process.umask(0o022);
