import type { CgprepError } from '../errors.ts';

/** The published form of a failure that prevents a report: cgprep.error/v1. */
export function errorObject({ code, message, hint }: CgprepError): object {
  return { schemaVersion: 'cgprep.error/v1', error: { code, message, hint } };
}

/** The same for people: one line, and what to do. */
export function errorText({ code, message, hint }: CgprepError): string {
  return `cgprep: ${message} (${code})\n  ${hint}\n`;
}
