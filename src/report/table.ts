/** Rows of cells, each column as wide as its widest cell; colours do not count. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, at) => (widths[at] = Math.max(widths[at] ?? 0, width(cell))));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, at) => (at === row.length - 1 ? cell : cell + ' '.repeat((widths[at] ?? 0) - width(cell))))
      .join('  ');
  return rows.map((row) => `  ${line(row)}\n`).join('');
}

function width(cell: string): number {
  if (!cell.includes('\u001b')) return cell.length;
  // oxlint-disable-next-line no-control-regex -- an escape is what an ANSI colour begins with
  return cell.replace(/\u001b\[[0-9;]*m/g, '').length;
}
