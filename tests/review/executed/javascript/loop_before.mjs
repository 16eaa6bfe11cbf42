// One query for the customer of each order, in the loop itself.
import { DatabaseSync } from 'node:sqlite';

export const open = () => new DatabaseSync(':memory:');

export function run(db) {
  const orders = db.prepare('SELECT id, customer_id FROM orders ORDER BY id').all();
  const rows = [];
  for (const order of orders) {
    const customer = db.prepare('SELECT name FROM customers WHERE id = ?').get(order.customer_id); // finding
    rows.push([order.id, customer.name]);
  }
  return rows;
}
