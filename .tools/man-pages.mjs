/**
 * Writes the manual pages from what the programs say of themselves: the commands' declarations, the daemons' --help, the
 * catalogue of events, and the README where it has the facts. Runs after the build; compiled folder and target may be given.
 *
 *   node .tools/man-pages.mjs [dist [dist/man]]
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isPair, isScalar, parseDocument } from 'yaml';
import { bold, heading, inline, italic, item, manual, paragraph, plain, prose, subheading, verbatim } from './roff.mjs';

const root = join(import.meta.dirname, '..');
const dist = resolve(root, process.argv[2] ?? 'dist');
const out = resolve(root, process.argv[3] ?? join(dist, 'man'));
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const product = 'Storage PathManager';

const load = (file) => import(join(dist, file));
const { commandGroups } = await load('src/cli/command-names.js');
const { exitStatuses, pathForms } = await load('src/cli/help.js');
const { persistOptions } = await load('src/cli/mpathpersist/options.js');
const { persistStatuses } = await load('src/cli/mpathpersist/exit-status.js');
const { catalogue } = await load('src/model/catalogue.js');
const places = await load('src/services/args.js');

async function commandPage() {
  const groups = [];
  for (const { title, names } of commandGroups) {
    groups.push(heading(title));
    for (const name of names) groups.push(...command(name, (await load(`commands/${name}.js`)).default));
  }
  const { baseFlags } = (await load('commands/getlun.js')).default;
  const statuses = exitStatuses.map(([status, meaning]) => item(bold(status), plain(meaning)));
  return manual({
    ...{ name: 'spscmd', section: 1, version, product },
    summary: 'show and steer the paths of logical units',
    parts: [
      heading('SYNOPSIS'),
      `${bold('spscmd')} ${italic('COMMAND')} [${italic('ARGUMENTS')}] [${italic('OPTIONS')}]`,
      heading('DESCRIPTION'),
      inline(paragraphAfter('# Storage PathManager for Linux')),
      paragraph(
        inline(
          '`spscmd` asks and tells the controller, pathmanagerd(8). A setting that succeeds prints nothing. Messages go to standard error in one line: what was asked, what stands against it, what to do.',
        ),
      ),
      paragraph(inline('The historic spelling works too: `spscmd -getlun -v -s1`.')),
      heading('PATHS'),
      ...pathForms.map(([form, meaning]) => item(bold(form), plain(meaning))),
      ...groups,
      heading('OPTIONS OF EVERY COMMAND'),
      ...Object.entries(baseFlags).map(option),
      item(bold('--json'), plain('Give the answer, or the error, as JSON.')),
      item(`${bold('-h')}, ${bold('--help')}`, plain('Tell more of the command.')),
      heading('EXIT STATUS'),
      ...statuses,
      heading('ERRORS'),
      inline('With `--json` an error is `{"error": {"code", "message"}}`. The codes:'),
      ...rows('| code ').map(([code, , meaning]) => item(inline(code), inline(meaning))),
      heading('ENVIRONMENT'),
      item(
        bold('NO_COLOR'),
        inline('Not empty: no colour. Nor is there any where the output is no terminal, or `TERM` is `dumb`.'),
      ),
      ...seeAlso('pathmanagerd(8)', 'ispmwatcher(8)', 'ispmlogger(8)', 'mpathpersist(8)', 'pathmanager.yaml(5)'),
    ],
  });
}

function command(name, { summary, description, args, flags, examples }) {
  const words = Object.entries(args).map(([arg, { required }]) => {
    const word = italic(arg.toUpperCase());
    return required ? word : `[${word}]`;
  });
  const own = Object.entries(flags ?? {}).filter(([flag]) => flag !== 'json');
  return [
    subheading(`spscmd ${name}`),
    [bold(`spscmd ${name}`), ...words, ...(own.length > 0 ? [`[${italic('OPTIONS')}]`] : [])].join(' '),
    paragraph(plain(summary)),
    ...prose(description),
    ...Object.entries(args).map(([arg, { description: text }]) => item(italic(arg.toUpperCase()), plain(text))),
    ...own.map(option),
    ...examples.flatMap((given) => example(name, given)),
  ];
}

function option([name, { char, type, summary, description, helpValue, options, default: preset }]) {
  const value = type === 'boolean' ? '' : ` ${italic(options?.join('|') ?? helpValue ?? 'VALUE')}`;
  const spellings = [...(char === undefined ? [] : [bold(`-${char}`)]), bold(`--${name}`)].join(', ');
  const text = [summary, description, typeof preset === 'string' ? `Default: ${preset}.` : ''];
  return item(`${spellings}${value}`, text.filter(Boolean).map(plain).join(' '));
}

function example(name, given) {
  const { description, command: line } = typeof given === 'string' ? { description: 'Example', command: given } : given;
  const text = line.replaceAll('<%= config.bin %>', 'spscmd').replaceAll('<%= command.id %>', name);
  return [paragraph(plain(description.replace(/(?<!\?)$/, ':'))), verbatim([text])];
}

/** What the daemons say of themselves with --help: a line of what they do, and their options. */
function daemons() {
  return ['pathmanagerd', 'ispmwatcher', 'ispmlogger'].map((name) => {
    const file = join(dist, 'src/bin', `${name}.js`);
    const { status, stdout, stderr } = spawnSync(process.execPath, [file, '--help'], { encoding: 'utf8' });
    const [, does] = new RegExp(`^${name}: (.*)$`, 'm').exec(stdout) ?? [];
    if (status !== 0 || does === undefined) fail(`"${name} --help" ended with ${status}: ${stderr}`);
    const options = [...stdout.matchAll(/^ {2}(--[\w-]+)(?: ([A-Z]+))? {2,}(.*)$/gm)];
    return { name, does, options: options.map(([, long, value, text]) => ({ long, value, text })) };
  });
}

function daemonPage({ name, does, options }) {
  const [, owns, never] =
    rows('| process').find(([process]) => process === `\`${name}\``) ??
    fail(`the README does not say what ${name} owns`);
  return manual({
    ...{ name, section: 8, version, product },
    summary: does,
    parts: [
      heading('SYNOPSIS'),
      `${bold(name)} [${italic('OPTIONS')}]`,
      heading('DESCRIPTION'),
      `${inline(`\`${name}\` owns: ${owns}.`)}`,
      ...(never === '' ? [] : [paragraph(inline(`It never ${never}.`))]),
      ...paragraphs('## How it fits together')
        .filter((text) => text.startsWith(`\`${name}\``))
        .map((text) => paragraph(inline(text))),
      heading('OPTIONS'),
      ...options.map(({ long, value, text }) =>
        item(`${bold(long)}${value === undefined ? '' : ` ${italic(value)}`}`, plain(text)),
      ),
      ...(daemonParts[name]?.() ?? []),
      heading('EXIT STATUS'),
      item(bold('0'), plain('It was asked to stop, by SIGTERM or SIGINT.')),
      item(bold('1'), plain('It cannot run; one line on standard error says why.')),
      item(bold('2'), plain('The command line is wrong.')),
      ...seeAlso(
        ...['spscmd(1)', 'pathmanagerd(8)', 'ispmwatcher(8)', 'ispmlogger(8)', 'pathmanager.yaml(5)'].filter(
          (other) => other !== `${name}(8)`,
        ),
      ),
    ],
  });
}

const daemonParts = {
  pathmanagerd: () => [
    heading('PATH STATES'),
    ...rows('| symbol').map(([symbol, state, meaning]) => item(`${inline(symbol)} ${inline(state)}`, inline(meaning))),
    ...paragraphs('## Path states').map((text) => paragraph(inline(text))),
    heading('API'),
    // What is said of errors is in spscmd(1), with their codes.
    ...markdown('## The API').filter((text) => !text.includes('An error is')),
    ...rows('| request').map(([request, gives]) => item(inline(request), inline(gives))),
    heading('FILES'),
    item(bold(places.DEFAULT_CONFIG), plain('Configuration, see pathmanager.yaml(5).')),
    item(
      bold(join(places.DEFAULT_STATE_DIR, 'state.json')),
      plain('What operators have set. The service keeps it in /etc/pathmanager/state.'),
    ),
    item(bold(join(places.DEFAULT_RUN_DIR, 'control.sock')), plain('The API, for root.')),
    item(bold(join(places.DEFAULT_RUN_DIR, 'status.sock')), plain('The part of the API that only reads, for anyone.')),
  ],
  ispmlogger: () => [
    heading('EVENT LOG AND JOURNAL'),
    ...markdown('### Event log and journal'),
    heading('EVENTS'),
    ...Object.entries(catalogue).map(([id, { level, title, mend }]) =>
      item(`${bold(id)} ${level}`, [`${plain(title)}.`, ...(mend === '' ? [] : [`${plain(mend)}.`])].join('\n')),
    ),
    heading('FILES'),
    item(
      bold(join(places.DEFAULT_LOG_DIR, places.EVENT_LOG_NAME)),
      plain('The event log, and with .old at its end the generation before.'),
    ),
  ],
};

/** The program in the place of multipath-tools' own. */
function persistPage() {
  const device = '/dev/mapper/lu0';
  return manual({
    ...{ name: 'mpathpersist', section: 8, version, product },
    summary: 'persistent reservations of logical units, as fence agents ask for them',
    parts: [
      heading('SYNOPSIS'),
      `${bold('mpathpersist')} {${bold('-i')}|${bold('-o')}} ${italic('ACTION')} [${italic('OPTIONS')}] [${bold('-d')}] ${italic('DEVICE')}`,
      heading('DESCRIPTION'),
      ...paragraphs('### mpathpersist').map((text, index) => (index === 0 ? inline(text) : paragraph(inline(text)))),
      heading('OPTIONS'),
      ...persistOptions.map(({ long, short, value, text }) => {
        const spelled = [...(short === null ? [] : [bold(`-${short}`)]), bold(`--${long}`)].join(', ');
        return item(value === null ? spelled : `${spelled} ${italic(value)}`, plain(text));
      }),
      heading('EXAMPLES'),
      verbatim([
        `mpathpersist --in --read-keys ${device}`,
        `mpathpersist --out --register --param-sark=1a ${device}`,
        `mpathpersist --out --reserve --param-rk=1a --prout-type=5 ${device}`,
      ]),
      heading('EXIT STATUS'),
      ...persistStatuses.map(([status, meaning]) => item(bold(String(status)), plain(meaning))),
      ...seeAlso('spscmd(1)', 'pathmanagerd(8)'),
    ],
  });
}

function configPage() {
  const [block] = fences('### Configuration');
  return manual({
    ...{ name: 'pathmanager.yaml', section: 5, version, product },
    summary: `configuration of ${product}`,
    parts: [
      heading('SYNOPSIS'),
      bold(places.DEFAULT_CONFIG),
      heading('DESCRIPTION'),
      plain(
        'YAML, read when pathmanagerd(8) starts. The file may be absent, and so may every key of it. It is strict: an unknown key or a wrong value stops the start with one line.',
      ),
      heading('KEYS'),
      ...configKeys(parseDocument(block).contents).map(({ path, preset, comment }) =>
        item(bold(path), [...(comment === '' ? [] : [inline(comment), '.br']), `Default: ${bold(preset)}`].join('\n')),
      ),
      heading('EXAMPLE'),
      plain('All keys with their defaults:'),
      verbatim(block.trimEnd().split('\n')),
      ...seeAlso('pathmanagerd(8)', 'spscmd(1)'),
    ],
  });
}

/** Every key that has a value, with the comment beside it; a map's own keys are listed where it has some. */
function configKeys(map, prefix = '') {
  return map.items.filter(isPair).flatMap(({ key, value }) => {
    const path = `${prefix}${key.value}`;
    if (!isScalar(value) && value.items.length > 0 && value.flow !== true) return configKeys(value, `${path}.`);
    return [
      {
        path,
        preset: isScalar(value) ? String(value.value) : JSON.stringify(value.toJSON()),
        comment: (value.comment ?? '').trim(),
      },
    ];
  });
}

function seeAlso(...pages) {
  return [heading('SEE ALSO'), pages.map((page) => inline(page.replace(/^([^(]+)/, '`$1`'))).join(',\n')];
}

/** The README's text below a heading, up to the next one, without what is only for those who have the source. */
function section(title) {
  const start = readme.indexOf(`\n${title}\n`);
  if (start === -1 && !readme.startsWith(`${title}\n`)) fail(`the README has no "${title}"`);
  const body = readme.slice(start + title.length + 2);
  return ofUsers(body.split(/^#{1,3} /m)[0]);
}

function ofUsers(text) {
  return text.replace(/ \(`(?:src|systemd)\/[^)]*\)/g, '').replace(/ by `systemd\/pathmanager.catalog`/g, '');
}

/** Its paragraphs, each in one line: no code, no tables, no comments. */
function paragraphs(title) {
  const text = section(title).replace(/^```[^]*?^```$/gm, '');
  const blocks = text.split(/\n{2,}/).map((block) => block.trim());
  return blocks.filter((block) => block !== '' && !/^[|<]/.test(block)).map((block) => block.replace(/\s*\n\s*/g, ' '));
}

function fences(title) {
  return [...section(title).matchAll(/^```\w*\n([^]*?)^```$/gm)].map(([, text]) => text);
}

/** Paragraphs and code as they come, without tables. */
function markdown(title) {
  return section(title)
    .split(/^(```[^]*?^```)$/m)
    .flatMap((part) => {
      if (part.startsWith('```')) return [verbatim(part.split('\n').slice(1, -1))];
      const blocks = part.split(/\n{2,}/).map((block) => block.trim());
      const texts = blocks.filter((block) => block !== '' && !/^[|<]/.test(block));
      return texts.map((block) => paragraph(inline(block.replace(/\s*\n\s*/g, ' '))));
    });
}

/** Cells of the README's table whose head begins so. */
function rows(head) {
  const start = readme.indexOf(`\n${head}`);
  if (start === -1) fail(`the README has no table "${head}"`);
  const [table] = readme.slice(start + 1).split('\n\n');
  const lines = table
    .split('\n')
    .slice(2)
    .filter((line) => line.startsWith('|'));
  return lines.map((line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => ofUsers(cell.trim()).replaceAll('\\|', '|')),
  );
}

function paragraphAfter(title) {
  return paragraphs(title)[0] ?? fail(`the README has nothing below "${title}"`);
}

function fail(text) {
  process.stderr.write(`man-pages.mjs: ${text}\n`);
  process.exit(1);
}

const pages = {
  'spscmd.1': await commandPage(),
  'mpathpersist.8': persistPage(),
  'pathmanager.yaml.5': configPage(),
};
for (const daemon of daemons()) pages[`${daemon.name}.8`] = daemonPage(daemon);
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
for (const [file, text] of Object.entries(pages)) writeFileSync(join(out, file), text);
