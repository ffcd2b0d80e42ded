import { CgprepError, ERROR_CODES } from '../errors.ts';
import type { Report } from '../model/report.ts';
import { renderText } from '../report/text.ts';
import type { Settings } from '../model/settings.ts';
import type { Environment } from './environment.ts';

/** Prints a report on standard output in the form that was asked for. */
export async function printReport(report: Report, settings: Settings, environment: Environment): Promise<void> {
  environment.print(1, await render(report, settings, environment));
}

async function render(report: Report, { output, color }: Settings, environment: Environment): Promise<string> {
  if (output === 'json') return `${JSON.stringify(report, null, 2)}\n`;
  if (output === 'yaml') return (await import('../report/yaml.ts')).renderYaml(report);
  return renderText(report, color === 'always' || (color === 'auto' && wantsColour(environment)));
}

/** https://no-color.org: any non-empty value means no colours. */
function wantsColour({ variables, isTerminal }: Environment): boolean {
  return (variables['NO_COLOR'] ?? '') === '' && variables['TERM'] !== 'dumb' && isTerminal();
}

/** Prints a failure that prevents a report on standard error. @returns its exit status */
export async function printError(
  error: unknown,
  output: Settings['output'],
  environment: Environment,
): Promise<number> {
  const known = error instanceof CgprepError ? error : bug(error);
  const { errorObject, errorText } = await import('../report/error.ts');
  if (output === 'json') environment.print(2, `${JSON.stringify(errorObject(known))}\n`);
  else if (output === 'yaml') environment.print(2, (await import('../report/yaml.ts')).renderYaml(errorObject(known)));
  else environment.print(2, errorText(known));
  // A stack is of use for a bug only, and only then is it printed.
  if (known.code === 'CGP_INTERNAL' && output === 'text' && error instanceof Error)
    environment.print(2, `${error.stack ?? ''}\n`);
  return ERROR_CODES[known.code].status;
}

function bug(error: unknown): CgprepError {
  const text = error instanceof Error ? error.message : String(error);
  return new CgprepError(
    'CGP_INTERNAL',
    `bug in cgprep: ${text}`,
    'Please report it, with the command line and this output.',
  );
}
