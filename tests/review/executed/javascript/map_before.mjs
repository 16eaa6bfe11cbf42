// A mapping over a helper that asks.
import { DatabaseSync } from 'node:sqlite';

export const open = () => new DatabaseSync(':memory:');

function nameOf(db, id) {
  return db.prepare('SELECT name FROM customers WHERE id = ?').get(id).name;
}

export function run(db) {
  const orders = db.prepare('SELECT id, customer_id FROM orders ORDER BY id').all();
  return orders.map((order) => [order.id, nameOf(db, order.customer_id)]); // finding
}
