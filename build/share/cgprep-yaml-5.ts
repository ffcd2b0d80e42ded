import { entries, heading, page, paragraphs, verbatim } from './roff.ts';
import type { Edition } from './roff.ts';
import { SETTINGS } from './settings.ts';

/** The manual page of the settings file. */
export function cgprepYaml5(edition: Edition): string {
  return page('cgprep.yaml', 5, edition, [
    heading('NAME', 'cgprep.yaml \\- settings of cgprep\n'),
    heading('SYNOPSIS', paragraphs('`/etc/cgprep/config.yaml`')),
    heading('DESCRIPTION', DESCRIPTION),
    heading(
      'KEYS',
      entries(
        SETTINGS.map(({ key, value, option, help, example }) => ({
          term: `**${key}:** *${value}*`,
          text: [
            `${option === null ? 'In this file alone' : `As \`--${option}\` of \`cgprep\`(8)`}: ${help}. For example \`${example}\`.`,
          ],
        })),
      ),
    ),
    heading('EXAMPLES', EXAMPLES),
    heading('SEE ALSO', '.BR cgprep (8)\n'),
  ]);
}

const DESCRIPTION = paragraphs(
  'A map in YAML. Every option of `cgprep`(8) but `--config` has a key here, with the same name in camelCase. All keys are optional, and an empty file is no settings. The command line outranks the file.',
  'The file is read from where `cgprep` runs, not from below `--root`. Without `--config` it need not exist. A key that is none, or a value of the wrong type, ends `cgprep` with status 78 and a message that names the line.',
  '`ignore` takes a list, or the codes in one string with commas between them. A key that a command has no use for is passed over by it.',
);

const EXAMPLES = [
  paragraphs('A host whose kubelet is configured in a place that is not looked at, and whose swap is meant to be on:'),
  verbatim('kubeletConfig: /opt/kubelet/config.yaml', 'ignore: [swap-on]'),
].join('');
