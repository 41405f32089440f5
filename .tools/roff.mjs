/** The few parts of man(7) that the manual pages are made of. */

/** Text as troff takes it: no escape of its own, no request at the beginning of a line. */
export function plain(text) {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(
      /[^\x00-\x7f]/gu,
      (character) => `\\[u${character.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}]`,
    )
    .replace(/^(?=[.'])/gm, '\\&');
}

/** Markdown of one paragraph: `code` bold, _words_ italic, links as their text. */
export function inline(text) {
  const parts = text.replace(/\[([^\]]+)\]\([^)]+\)/g, '$1').split(/(`[^`]*`|(?<!\w)_[^_]+_(?!\w))/);
  return parts.map(part).join('');
}

function part(text) {
  if (text.length > 1 && text.startsWith('`') && text.endsWith('`')) return bold(text.slice(1, -1));
  if (text.length > 1 && text.startsWith('_') && text.endsWith('_')) return italic(text.slice(1, -1));
  return plain(text);
}

export function italic(text) {
  return `\\fI${plain(text)}\\fR`;
}

export function bold(text) {
  return `\\fB${plain(text)}\\fR`;
}

/** `page`: { name, section, version, product, summary, parts }; parts as the functions below make them. */
export function manual({ name, section, version, product, summary, parts }) {
  return [
    '.\\" Made from the program and its documentation by .tools/man-pages.mjs.',
    `.TH ${quoted(name.toUpperCase())} ${section} "" ${quoted(`${product} ${version}`)} ${quoted(product)}`,
    // Long words, as paths are, must not be broken or spread.
    '.nh',
    '.ad l',
    heading('NAME'),
    `${plain(name)} \\- ${plain(summary)}`,
    ...parts,
    '',
  ].join('\n');
}

export function heading(title) {
  return `.SH ${quoted(title)}`;
}

export function subheading(title) {
  return `.SS ${quoted(title)}`;
}

export function paragraph(text) {
  return `.PP\n${text}`;
}

/** Lines as they are. */
export function verbatim(lines) {
  return ['.PP', '.nf', '.RS 4', ...lines.map(plain), '.RE', '.fi'].join('\n');
}

/** A term and what it means; both are roff already. */
export function item(term, text) {
  return `.TP\n${term}\n${text}`;
}

/** Paragraphs of a help text: lines that are set in stand as they are, others are text. */
export function prose(text, first = '.PP') {
  return text.split(/\n\n+/).flatMap((block, index) => {
    const lines = block.split('\n');
    const start = lines.findIndex((line) => line.startsWith('  '));
    const told = start === -1 ? lines : lines.slice(0, start);
    const shown = start === -1 ? [] : lines.slice(start).map((line) => line.slice(2));
    const begin = index === 0 ? first : '.PP';
    return [
      ...(told.length === 0 ? [] : [[...(begin === '' ? [] : [begin]), told.map(inline).join('\n.br\n')].join('\n')]),
      ...(shown.length === 0 ? [] : [verbatim(shown)]),
    ];
  });
}

function quoted(text) {
  return `"${plain(text).replaceAll('"', '\\(dq')}"`;
}
