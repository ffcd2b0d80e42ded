export { get } from 'node:http';
