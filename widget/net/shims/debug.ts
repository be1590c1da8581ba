/** Stands for npm `debug`: simple-peer's debug lines go nowhere. */
const silent = (): void => undefined;

export default (_namespace: string) => silent;
