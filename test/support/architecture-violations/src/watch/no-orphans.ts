export { model } from '../model/ok.ts';
