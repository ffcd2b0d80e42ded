/**
 * The rows of the first table below a heading of a markdown file, without its head.
 * @throws Error where there is none, so that a renamed heading is noticed
 */
export function tableBelow(markdown: string, heading: string): string[][] {
  const start = markdown.indexOf(`\n## ${heading}\n`);
  const section = start === -1 ? '' : (markdown.slice(start + 4).split('\n## ')[0] ?? '');
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  const cells = rows.slice(2).map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
  if (cells.length === 0) throw new Error(`no table below the heading "${heading}"`);
  return cells;
}
