/** Chance by seed: what is drawn under a name does not depend on what else is drawn, nor on when. */

export interface Chance {
  /** 0 <= n < 1: the next one of this name. */
  readonly draw: (name: string) => number;
  readonly happens: (rate: number, name: string) => boolean;
  /** least <= n < most */
  readonly between: (least: number, most: number, name: string) => number;
  readonly pick: <T>(from: readonly [T, ...T[]], name: string) => T;
}

/** FNV-1a, and MurmurHash3's last steps, so that neighbouring names are far apart. */
const hash = (text: string): number => {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
};

export const createChance = (seed: number): Chance => {
  const drawn = new Map<string, number>();
  const draw = (name: string): number => {
    const count = (drawn.get(name) ?? 0) + 1;
    drawn.set(name, count);
    return hash(`${seed}#${name}#${count}`) / 2 ** 32;
  };
  return {
    draw,
    happens: (rate, name) => draw(name) < rate,
    between: (least, most, name) => least + draw(name) * (most - least),
    pick: (from, name) => from[Math.floor(draw(name) * from.length)] ?? from[0],
  };
};
