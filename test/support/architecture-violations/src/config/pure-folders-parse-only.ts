export { default } from 'memfs';
