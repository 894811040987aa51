/**
 * Lists of rows that the server updates by sending only the changed ones.
 */

/** Puts changed rows in the place of the old ones and new ones at the end.
 * @template {{id: string}} Row
 * @param {Row[]} rows
 * @param {Row[]} changes
 * @returns {Row[]} */
export function merged(rows, changes) {
  const byId = new Map(changes.map((row) => [row.id, row]));
  const kept = rows.map((row) => byId.get(row.id) ?? row);
  const known = new Set(rows.map((row) => row.id));
  return [...kept, ...changes.filter((row) => !known.has(row.id))];
}
