/** 48210 as 48,210. By hand, since the first of Intl's formats takes longer to make than all the rest of what is said. */
export function number(count: number): string {
  const [whole = '', rest] = String(Math.round(count * 1000) / 1000).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return rest === undefined ? grouped : `${grouped}.${rest}`;
}
