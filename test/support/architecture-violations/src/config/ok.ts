export { parse } from 'yaml';
export { strictObject } from 'valibot';
export { model } from '../model/ok.ts';
