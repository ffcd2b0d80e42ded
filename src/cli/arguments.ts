import { DURATION_FORM, parseDuration } from '../config/duration.ts';
import { CgprepError } from '../errors.ts';
import { keyOf, OPTIONS } from './options.ts';
import type { Command, Option } from './options.ts';

/** What the command line says, before the settings file and the defaults are added. */
export type Parsed =
  | { readonly kind: 'version' }
  | { readonly kind: 'help'; readonly command: Command | null }
  | { readonly kind: 'run'; readonly command: Command; readonly given: Readonly<Record<string, string | boolean>> };

/**
 * Reads the command line: options may stand before or after the command, as
 * `--name value` or `--name=value`; the last of repeated ones wins.
 * @throws CgprepError CGP_USAGE
 */
export function parseArguments(argv: readonly string[]): Parsed {
  const { words, options, asked } = sort(argv);
  if (asked === 'version') return { kind: 'version' };
  const command = commandOf(words, asked === 'help');
  if (asked === 'help' || command === null) return { kind: 'help', command };
  for (const { option } of options) {
    if (!option.commands.includes(command))
      throw usage(`--${option.name} is not an option of cgprep ${command}`, command);
  }
  return {
    kind: 'run',
    command,
    given: Object.fromEntries(options.map(({ option, value }) => [keyOf(option.name), value])),
  };
}

interface Given {
  readonly option: Option;
  readonly value: string | true;
}

const ASKS: Readonly<Record<string, 'help' | 'version'>> = {
  '--help': 'help',
  '-h': 'help',
  '--version': 'version',
  '-V': 'version',
};

interface Sorted {
  readonly words: readonly string[];
  readonly options: readonly Given[];
  /** The first of --help and --version, which outranks everything else. */
  readonly asked: 'help' | 'version' | null;
}

/** Tells options, with their values, from the other words. */
function sort(argv: readonly string[]): Sorted {
  const words: string[] = [];
  const options: Given[] = [];
  let asked: Sorted['asked'] = null;
  const rest = [...argv];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const asks = ASKS[word];
    if (asks !== undefined) {
      asked ??= asks;
      continue;
    }
    if (!word.startsWith('-')) {
      words.push(word);
      continue;
    }
    const { option, inline } = optionFor(word);
    if (option.value !== undefined) options.push({ option, value: valueFor(option, inline ?? rest.shift()) });
    else if (inline === null) options.push({ option, value: true });
    else throw usage(`--${option.name} takes no value, and ${JSON.stringify(inline)} was given`);
  }
  return { words, options, asked };
}

function commandOf(words: readonly string[], help: boolean): Command | null {
  const [first, second] = words;
  if (first === undefined) {
    if (help) return null;
    throw usage('no command was given');
  }
  if (first !== 'audit' && first !== 'oneshot' && first !== 'watch')
    throw usage(`${JSON.stringify(first)} is not a command`);
  if (second !== undefined) throw usage(`${JSON.stringify(second)} was not expected after the command`, first);
  return first;
}

function optionFor(word: string): { option: Option; inline: string | null } {
  const equals = word.startsWith('--') ? word.indexOf('=') : -1;
  const name = equals === -1 ? word : word.slice(0, equals);
  const long = OPTIONS.find((one) => name === `--${one.name}`);
  if (long !== undefined) return { option: long, inline: equals === -1 ? null : word.slice(equals + 1) };
  // `-o json` and `-ojson`
  const short = word.startsWith('--')
    ? undefined
    : OPTIONS.find((one) => one.short !== undefined && word.startsWith(`-${one.short}`));
  if (short === undefined) throw usage(`there is no option ${JSON.stringify(name)}`);
  return { option: short, inline: word.length > 2 ? word.slice(2).replace(/^=/, '') : null };
}

function valueFor(option: Option, value: string | undefined): string {
  if (value === undefined) throw usage(`--${option.name} needs a value: ${option.value ?? ''}`);
  if (option.choices !== undefined && !option.choices.includes(value)) {
    throw usage(`--${option.name} ${JSON.stringify(value)}: must be one of ${option.choices.join(', ')}`);
  }
  if (option.duration === true && parseDuration(value) === null)
    throw usage(`--${option.name} ${JSON.stringify(value)}: must be ${DURATION_FORM}`);
  if (value === '' && option.name !== 'ignore' && option.name !== 'kubelet-args')
    throw usage(`--${option.name} needs a value, and an empty one was given`);
  return value;
}

function usage(message: string, command?: Command): CgprepError {
  return new CgprepError('CGP_USAGE', message, `See cgprep ${command === undefined ? '' : `${command} `}--help.`);
}
