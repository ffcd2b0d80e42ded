import type { Report } from '../model/report.ts';
import { table } from './table.ts';

const DEFAULT = 'kubelet default';

/** What somebody set, and where; what nobody set is in the other forms of the report. */
export function configurationSection({ kubelet }: Report): string {
  const rows = kubelet.effective
    .filter(({ source }) => source !== DEFAULT && !source.startsWith('assumed'))
    .map(({ key, value, source }) => [key, value === null || value === '' ? '(none)' : value, source]);
  return rows.length === 0 ? '' : `Configuration (but for the kubelet's defaults)\n${table(rows)}`;
}
