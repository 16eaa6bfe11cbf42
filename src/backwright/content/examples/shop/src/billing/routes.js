import { Router } from 'express';
import { pay } from './service.js';

export const billingRoutes = Router();

billingRoutes.post('/:orderId/payment', async (req, res) => {
  const paid = await pay(Number(req.params.orderId), req.body.card);
  res.status(paid ? 200 : 402).json({ paid });
});
