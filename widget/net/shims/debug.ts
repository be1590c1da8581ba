/** Stands for npm `debug`: simple-peer's debug lines go nowhere. */
const silent = (): void => undefined;

export = (_namespace: string) => silent;
