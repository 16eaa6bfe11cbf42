import { invoiceNumber } from '../billing/service.js';
import { Order } from './model.js';

export async function recentOrders(page) {
  const orders = await Order.findAll({ order: [['createdAt', 'DESC']], limit: 50, offset: 50 * page });
  const rows = [];
  for (const order of orders) {
    const account = await order.getAccount();
    rows.push({ id: order.id, total: order.total, email: account.email, invoice: invoiceNumber(order.id) });
  }
  return rows;
}

export async function markPaid(orderId) {
  await Order.update({ paidAt: new Date() }, { where: { id: orderId } });
}
