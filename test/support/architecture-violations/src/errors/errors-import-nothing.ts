export { model as reexported } from '../model/ok.ts';
