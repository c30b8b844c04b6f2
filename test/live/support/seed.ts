// The seed of a live test: new every time, printed in its title, and replayed by JAMBRIDGE_SEED.
export const SEED = Number(process.env.JAMBRIDGE_SEED ?? Math.floor(Math.random() * 2 ** 31));
