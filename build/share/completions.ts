import { ABOUT } from '../../src/cli/help.ts';
import { OPTIONS } from '../../src/cli/options.ts';
import type { Command, Option } from '../../src/cli/options.ts';

const COMMANDS = Object.keys(ABOUT) as Command[];

/** What stands behind an option: one of its choices, a path, or a word that nobody can guess. */
type Operand = 'none' | 'choice' | 'file' | 'directory' | 'word';

function operandOf({ value, choices }: Option): Operand {
  if (value === undefined) return 'none';
  if (choices !== undefined) return 'choice';
  if (value.startsWith('FILE')) return 'file';
  return value === 'DIR' ? 'directory' : 'word';
}

function optionsOf(command: Command): Option[] {
  return OPTIONS.filter(({ commands }) => commands.includes(command));
}

function namesOf({ name, short }: Option): string[] {
  return short === undefined ? [`--${name}`] : [`-${short}`, `--${name}`];
}

/** A word of any shell, quoted. fish too takes '\'' for an apostrophe, and it needs a backslash doubled. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

const NOTE = '# Generated from the table of options: build/share.ts';

/** bash, without the functions of the package bash-completion, which need not be there when this is sourced. */
export function bashCompletion(): string {
  const takers = (operand: Operand): string[] => OPTIONS.filter((one) => operandOf(one) === operand).flatMap(namesOf);
  const arm = (patterns: readonly string[], action: string): string =>
    patterns.length === 0 ? '' : `    ${patterns.join(' | ')}) ${action} ;;\n`;
  const choices = OPTIONS.filter((one) => operandOf(one) === 'choice').map((one) =>
    arm(namesOf(one), `_cgprep_words "${(one.choices ?? []).join(' ')}"; return`),
  );
  const operands = OPTIONS.filter((one) => operandOf(one) !== 'none').flatMap(namesOf);
  const commands = COMMANDS.map((command) =>
    arm([command], `_cgprep_words "--help ${optionsOf(command).flatMap(namesOf).join(' ')}"`),
  );
  return `# bash completion for cgprep(8)                         -*- shell-script -*-
${NOTE}

_cgprep_words() { mapfile -t COMPREPLY < <(compgen -W "$1" -- "$current"); }
_cgprep_paths() { # -f or -d
  compopt -o filenames
  mapfile -t COMPREPLY < <(compgen "$1" -- "$current")
}

_cgprep() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]} command='' i
  # bash splits --name=value into three words.
  if [[ $current == = ]]; then
    current=''
  elif [[ $previous == = ]]; then
    previous=\${COMP_WORDS[COMP_CWORD - 2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case \${COMP_WORDS[i]} in
      ${operands.join(' | ')})
        [[ \${COMP_WORDS[i + 1]} != = ]] || i=$((i + 1))
        i=$((i + 1))
        ;;
      ${COMMANDS.join(' | ')}) command=\${COMP_WORDS[i]} ;;
    esac
  done
  case $previous in
${choices.join('')}${arm(takers('file'), '_cgprep_paths -f; return')}${arm(takers('directory'), '_cgprep_paths -d; return')}${arm(takers('word'), 'return')}  esac
  case $command in
${commands.join('')}    *) _cgprep_words "${COMMANDS.join(' ')} --help --version" ;;
  esac
}
complete -F _cgprep cgprep
`;
}

const ZSH_OPERANDS: Readonly<Record<Operand, (option: Option) => string>> = {
  none: () => '',
  choice: ({ value = '', choices = [] }) => `:${value}:(${choices.join(' ')})`,
  file: ({ value = '' }) => `:${value}:_files`,
  directory: ({ value = '' }) => `:${value}:_directories`,
  word: ({ value = '' }) => `:${value}: `,
};

/** zsh, by its own _arguments (zshcompsys(1)). */
export function zshCompletion(): string {
  const specs = (option: Option): string[] => {
    const operand = operandOf(option);
    const help = option.help.replace(/[\\[\]:]/g, String.raw`\$&`);
    const names = namesOf(option);
    const other = names.length > 1 ? `(${names.join(' ')})` : '';
    return names.map((name) => {
      const taking = operand === 'none' ? '' : name.startsWith('--') ? '=' : '+';
      return quoted(`${other}${name}${taking}[${help}]${ZSH_OPERANDS[operand](option)}`);
    });
  };
  const arms = COMMANDS.map((command) => {
    const lines = optionsOf(command).flatMap(specs);
    return `    ${command})\n      options+=(\n${lines.map((line) => `        ${line}\n`).join('')}      )\n      ;;\n`;
  });
  const about = COMMANDS.map((command) => `    ${quoted(`${command}:${ABOUT[command]}`)}\n`).join('');
  return `#compdef cgprep
${NOTE}

_cgprep_commands() {
  local -a commands=(
${about}  )
  _describe command commands
}

_cgprep() {
  local -a options=('(- :)'{-h,--help}'[print the commands or options]')
  case \${words[(r)(${COMMANDS.join('|')})]} in
${arms.join('')}    *)
      options+=('(- :)'{-V,--version}'[print the version]')
      ;;
  esac
  _arguments -s : $options '1: :_cgprep_commands'
}

_cgprep "$@"
`;
}

const FISH_OPERANDS: Readonly<Record<Operand, (option: Option) => string>> = {
  none: () => '',
  choice: ({ choices = [] }) => ` -x -a ${quoted(choices.join(' '))}`,
  file: () => ' -r -F',
  directory: () => ` -x -a '(__fish_complete_directories (commandline -ct))'`,
  word: () => ' -x',
};

export function fishCompletion(): string {
  const none = quoted(`not __fish_seen_subcommand_from ${COMMANDS.join(' ')}`);
  const commands = COMMANDS.map(
    (command) => `complete -c cgprep -n ${none} -a ${command} -d ${quoted(ABOUT[command])}\n`,
  );
  const options = OPTIONS.map((option) => {
    const seen = quoted(`__fish_seen_subcommand_from ${option.commands.join(' ')}`);
    const short = option.short === undefined ? '' : ` -s ${option.short}`;
    return `complete -c cgprep -n ${seen} -l ${option.name}${short} -d ${quoted(option.help)}${FISH_OPERANDS[operandOf(option)](option)}\n`;
  });
  return `# fish completion for cgprep(8)
${NOTE}
complete -c cgprep -f
complete -c cgprep -s h -l help -d 'print the commands or options'
complete -c cgprep -n ${none} -s V -l version -d 'print the version'
${commands.join('')}${options.join('')}`;
}
