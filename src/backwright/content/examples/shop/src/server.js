import express from 'express';
import { accountRoutes } from './accounts/routes.js';
import { requireLogin } from './accounts/login.js';
import { billingRoutes } from './billing/routes.js';
import { orderRoutes } from './orders/routes.js';

const app = express();
app.use(express.json({ limit: '100kb' }));
app.use('/api/accounts', accountRoutes);
app.use('/api/orders', requireLogin, orderRoutes);
app.use('/api/invoices', requireLogin, billingRoutes);

const server = app.listen(process.env.PORT);
process.on('SIGTERM', () => server.close());
