// One query for all: the customers come with the orders.
import { DatabaseSync } from 'node:sqlite';

export const open = () => new DatabaseSync(':memory:');

export function run(db) {
  const orders = db.prepare('SELECT o.id, c.name FROM orders o JOIN customers c ON c.id = o.customer_id ORDER BY o.id').all();
  return orders.map((order) => [order.id, order.name]);
}
