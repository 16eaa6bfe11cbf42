import { Sequelize } from 'sequelize';

export const database = new Sequelize(process.env.DATABASE_URL, { pool: { max: 10, acquire: 2000 } });
