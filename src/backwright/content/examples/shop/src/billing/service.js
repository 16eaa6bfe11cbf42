import axios from 'axios';
import { markPaid } from '../orders/service.js';

export function invoiceNumber(orderId) {
  return `I-${String(orderId).padStart(8, '0')}`;
}

export async function pay(orderId, card) {
  const answer = await axios.post(process.env.PAYMENT_URL, { invoice: invoiceNumber(orderId), card });
  if (answer.data.paid) {
    await markPaid(orderId);
  }
  return answer.data.paid;
}
