export const log = async (): Promise<unknown> => import('pino');
