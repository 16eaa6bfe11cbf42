import bcrypt from 'bcrypt';
import jwt from 'jsonwebtoken';
import { Account } from './model.js';

export async function login(email, password) {
  const account = await Account.findOne({ where: { email } });
  if (!account || !(await bcrypt.compare(password, account.passwordHash))) {
    return null;
  }
  return jwt.sign({ sub: account.id }, process.env.TOKEN_SECRET, { expiresIn: '15m' });
}

export function requireLogin(req, res, next) {
  try {
    const token = (req.headers.authorization || '').replace('Bearer ', '');
    req.account = jwt.verify(token, process.env.TOKEN_SECRET, { algorithms: ['HS256'] });
  } catch {
    res.status(401).json({ error: 'log in first' });
    return;
  }
  next();
}
