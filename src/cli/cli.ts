import type { Log } from '../host/log.ts';
import type { Report } from '../model/report.ts';
import type { Settings } from '../model/settings.ts';
import { parseArguments } from './arguments.ts';
import { audit } from './audit.ts';
import type { Finished } from './audit.ts';
import type { Environment } from './environment.ts';
import { oneshot } from './oneshot.ts';
import { loadSettings } from './load-settings.ts';
import type { Command } from './options.ts';
import { printError, printReport } from './print.ts';
import { openSession } from './session.ts';

/**
 * The whole program: reads the command line, runs one command, prints its report.
 * @returns the exit status
 */
export async function cli(argv: readonly string[], environment: Environment): Promise<number> {
  let output = outputAskedFor(argv);
  try {
    const parsed = parseArguments(argv);
    if (parsed.kind === 'version') {
      environment.print(1, `cgprep ${environment.cgprepVersion}\n`);
      return 0;
    }
    if (parsed.kind === 'help') {
      environment.print(1, (await import('./help.ts')).helpText(parsed.command));
      return 0;
    }
    const settings = await loadSettings(parsed.given, environment);
    output = settings.output;
    if (parsed.command === 'watch') {
      const { watch } = await import('./watch/watch.ts');
      return await watch(settings, environment, () => loadSettings(parsed.given, environment));
    }
    const { report, status } = await perform(parsed.command, settings, environment);
    await printReport(report, settings, environment);
    await logOutcomes(report, environment.log(settings, 'patient'));
    return status;
  } catch (error) {
    return printError(error, output, environment);
  }
}

async function perform(
  command: Exclude<Command, 'watch'>,
  settings: Settings,
  environment: Environment,
): Promise<Finished> {
  const session = await openSession(settings, environment);
  if (command === 'audit') return audit(session);
  return oneshot(session);
}

async function logOutcomes({ plan }: Report, log: Log): Promise<void> {
  for (const { id, outcome, error } of plan) {
    if (outcome === 'failed') log.log('error', 'action failed', { id, error });
    else if (outcome !== 'planned') log.log('debug', `action ${outcome}`, { id });
  }
  await log.flush();
}

/** A wrong command line is reported in the form that it asks for too, as far as it can be told. */
function outputAskedFor(argv: readonly string[]): Settings['output'] {
  const text = argv.join(' ');
  const form = /(?:^| )(?:-o[ =]?|--output[ =])(json|yaml)(?= |$)/.exec(text)?.[1];
  return form === 'json' || form === 'yaml' ? form : 'text';
}
