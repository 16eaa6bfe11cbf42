import { Router } from 'express';
import { recentOrders } from './service.js';

export const orderRoutes = Router();

orderRoutes.get('/', async (req, res) => {
  res.json(await recentOrders(Number(req.query.page || 0)));
});
