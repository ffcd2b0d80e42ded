import { ABOUT } from '../../src/cli/help.ts';
import { OPTIONS } from '../../src/cli/options.ts';
import type { Command, Option } from '../../src/cli/options.ts';
import { entries, heading, page, paragraphs, verbatim } from './roff.ts';
import type { Edition, Entry } from './roff.ts';
import { helpOf } from './settings.ts';
import { tableBelow } from './tables.ts';

/** More than the help has room for, by name; an option without an entry here has its help alone. */
const MORE: Readonly<Record<string, readonly string[]>> = {
  root: [
    'Mounts are read from *DIR*`/proc/1/mountinfo`, and every file of the host from below *DIR*. With another root than `/` systemd is not asked, so `oneshot` does not start slices there.',
  ],
  'kubelet-config': [
    'What is discovered: the command line of a running kubelet (`audit` only), else `kubelet.service` with its drop-ins and environment files as systemd reads them, else the places where distributions keep the file. The report lists all that was read. If there is nothing, `/kube.slice` and `/system.slice` are assumed, and the report says so.',
  ],
  'kubelet-args': ["One word of the shell: `--kubelet-args '--config=/a.yaml --cgroup-driver=systemd'`."],
  'dry-run': ['The exit status is the one that the host deserves as it is.'],
  'fail-on': ['Whatever is given here, a kubelet that would refuse gives 1, but for `never`.'],
  ignore: ['The codes are those of the report, one by one explained in `/usr/share/doc/cgprep/findings.md`.'],
  'log-format': ['`auto` is the journal’s where standard error leads there, else text.'],
};

/** The manual page of the program. @param errors docs/errors.md, which has the exit statuses, and why it may not run */
export function cgprep8(edition: Edition, errors: string): string {
  const commands = Object.keys(ABOUT) as Command[];
  return page('cgprep', 8, edition, [
    heading('NAME', 'cgprep \\- prepare the cgroups that the kubelet demands\n'),
    heading('SYNOPSIS', commands.map((name) => `.B cgprep ${name}\n.RI [ option \\ ...]\n.br\n`).join(''), ASKING),
    heading('DESCRIPTION', DESCRIPTION),
    heading('COMMANDS', entries(commands.map((name) => ({ term: `**${name}**`, text: [sentence(ABOUT[name])] })))),
    heading(
      'OPTIONS',
      paragraphs(
        'Options may stand before or after the command, as `--name value` or `--name=value`; the last of repeated ones wins. All but `--config` are keys of the settings file too, see `cgprep.yaml`(5).',
      ),
      entries(OPTIONS.map((option) => optionEntry(option, commands))),
      entries(OF_ALL),
    ),
    heading('EXIT STATUS', entries(statuses(errors))),
    heading('DIAGNOSTICS', entries(doesNotRun(errors))),
    heading('ENVIRONMENT', entries(ENVIRONMENT)),
    heading('FILES', entries(FILES)),
    heading('NOTES', NOTES),
    heading('EXAMPLES', EXAMPLES),
    heading('SEE ALSO', SEE_ALSO),
  ]);
}

function optionEntry(option: Option, all: readonly Command[]): Entry {
  const { name, short, value, commands } = option;
  const operand = value === undefined ? '' : ` *${value}*`;
  const term = `${short === undefined ? '' : `**-${short}**${operand}, `}**--${name}**${operand}`;
  const only = all.every((command) => commands.includes(command))
    ? ''
    : ` Only for ${commands.map((command) => `\`${command}\``).join(' and ')}.`;
  return { term, text: [`${sentence(helpOf(option))}${only}`, ...(MORE[name] ?? [])] };
}

/** A phrase of the help as a sentence; what is the name of a thing keeps its small letter. */
function sentence(phrase: string): string {
  const first = phrase.startsWith('cgprep') ? phrase : `${phrase.slice(0, 1).toUpperCase()}${phrase.slice(1)}`;
  return first.endsWith('.') ? first : `${first}.`;
}

function statuses(errors: string): Entry[] {
  return tableBelow(errors, 'Exit status').map(([status = '', , meaning = '']) => ({
    term: `**${status}**`,
    text: [sentence(meaning)],
  }));
}

function doesNotRun(errors: string): Entry[] {
  return tableBelow(errors, 'The executable does not run').map(([status = '', seen = '', why = '', remedy = '']) => ({
    term: `**${status}**`,
    text: [`${seen}: ${why}.`, sentence(remedy)],
  }));
}

const ASKING = `.B cgprep \\-\\-help
.br
.B cgprep \\-\\-version
.br
.B cgprep
.I command
.B \\-\\-help
`;

const DESCRIPTION = paragraphs(
  'With `enforceNodeAllocatable` set to `kube-reserved` or `system-reserved` the kubelet writes limits to the cgroups named in `kubeReservedCgroup` and `systemReservedCgroup`. It never makes them. If one is missing under one controller, it exits, and the node is down. `cgprep` looks at the host, reads what the kubelet will demand, makes exactly that, looks again, and only then says “ready”.',
  'Where systemd is PID 1, slices belong to systemd: `cgprep` asks for them with `systemctl`(1), and makes by hand only what systemd never makes.',
  'The report is on standard output; logs and errors are on standard error.',
);

const OF_ALL: readonly Entry[] = [
  { term: '**-h**, **--help**', text: ['Print the commands, or the options of the command that is named, and exit.'] },
  { term: '**-V**, **--version**', text: ['Print the version and exit.'] },
];

const ENVIRONMENT: readonly Entry[] = [
  { term: '`NO_COLOR`', text: ['If it is set and not empty, and `--color` is `auto`, the report has no colours.'] },
  { term: '`TERM`', text: ['`dumb` is a terminal without colours.'] },
  { term: '`JOURNAL_STREAM`', text: ['Tells that standard error leads to the journal (`systemd.exec`(5)).'] },
];

const FILES: readonly Entry[] = [
  { term: '`/etc/cgprep/config.yaml`', text: ['The settings, see `cgprep.yaml`(5). It need not exist.'] },
  {
    term: '`/usr/lib/systemd/system/cgprep.service`',
    text: ['Runs `cgprep oneshot` before each start of the kubelet, once it is enabled.'],
  },
  { term: '`/usr/share/doc/cgprep/examples/`', text: ['Drop-ins for the units of the kubelet and of the runtime.'] },
  { term: '`/usr/share/doc/cgprep/findings.md`', text: ['What each finding means, and what to do.'] },
];

const NOTES = paragraphs(
  '`cgprep` never remounts, moves a process, writes a limit, deletes anything, follows a link or `..` out of the tree, or writes outside the cgroup mounts. What it decides not to touch is in the report, with the reason.',
  'The cgroups that were made stay until the next boot, also when the package is removed: the daemons of the node run in them.',
  '`audit` needs no privileges. `oneshot` needs to be root, with `CAP_DAC_OVERRIDE`, and `CAP_SYS_NICE` where a cpuset is enabled for a tree with processes in it.',
);

const EXAMPLES = [
  paragraphs('Would the kubelet start on this host?'),
  verbatim('cgprep audit'),
  paragraphs('The same from within a container that has the host’s root on /host, for a program to read:'),
  verbatim('cgprep audit -o json --root /host'),
  paragraphs('What would be done on this host for a configuration that is not installed yet:'),
  verbatim('cgprep oneshot --dry-run --kubelet-config ./kubelet.yaml --kubelet-version 1.36'),
  paragraphs('Prepare the host before each start of the kubelet:'),
  verbatim('systemctl enable cgprep.service'),
].join('');

const SEE_ALSO = `.BR cgprep.yaml (5),
.BR cgroups (7),
.BR systemctl (1),
.BR systemd.slice (5)
`;
