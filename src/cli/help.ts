import { OPTIONS } from './options.ts';
import type { Command } from './options.ts';

export const ABOUT: Readonly<Record<Command, string>> = {
  audit: 'say whether the kubelet would start on this host, what is missing, and what oneshot would do; writes nothing',
  oneshot: 'make the host ready for the kubelet, look again, exit',
  watch: 'make the host ready and keep it so, until SIGTERM or SIGINT; SIGHUP reads all settings again',
};

const STATUS = `Exit status:
  0   ready: the kubelet would start with this host and configuration
  1   not ready: the kubelet would refuse, or a finding reached --fail-on
  64 usage · 69 host unusable · 70 bug in cgprep · 71 the host rejected a change
  75 temporary, try again · 77 permission or read-only · 78 configuration invalid
`;

/** The text of `cgprep --help` (null) or `cgprep COMMAND --help`. */
export function helpText(command: Command | null): string {
  if (command === null) {
    const commands = (['audit', 'oneshot', 'watch'] as const)
      .map((name) => `  ${name.padEnd(9)}${ABOUT[name]}\n`)
      .join('');
    return `cgprep prepares the cgroups that the kubelet demands, before the kubelet starts.

Usage: cgprep COMMAND [OPTION ...]
       cgprep --version | --help | COMMAND --help

Commands:
${commands}
${STATUS}`;
  }
  const rows = OPTIONS.filter((option) => option.commands.includes(command)).map((option) => {
    const short = option.short === undefined ? '' : `-${option.short}, `;
    const left = `${short}--${option.name}${option.value === undefined ? '' : ` ${option.value}`}`;
    const choices = option.choices === undefined ? '' : `: ${option.choices.join(', ')}`;
    return `  ${left.padEnd(34)}${option.help.replace(/ \(default|$/, (tail) => `${choices}${tail}`)}\n`;
  });
  return `cgprep ${command}: ${ABOUT[command]}

Usage: cgprep ${command} [OPTION ...]

Options:
${rows.join('')}
${STATUS}`;
}
