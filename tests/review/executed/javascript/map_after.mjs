// One query for all customers, then look-ups in a map.
import { DatabaseSync } from 'node:sqlite';

export const open = () => new DatabaseSync(':memory:');

function names(db) {
  const found = db.prepare('SELECT id, name FROM customers').all();
  return new Map(found.map((customer) => [customer.id, customer.name]));
}

export function run(db) {
  const orders = db.prepare('SELECT id, customer_id FROM orders ORDER BY id').all();
  const known = names(db);
  return orders.map((order) => [order.id, known.get(order.customer_id)]);
}
