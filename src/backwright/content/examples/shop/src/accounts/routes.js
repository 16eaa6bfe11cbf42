import { Router } from 'express';
import { login } from './login.js';

export const accountRoutes = Router();

accountRoutes.post('/login', async (req, res) => {
  const token = await login(req.body.email, req.body.password);
  if (token === null) {
    res.status(401).json({ error: 'no account with this address and password' });
    return;
  }
  res.json({ token });
});
