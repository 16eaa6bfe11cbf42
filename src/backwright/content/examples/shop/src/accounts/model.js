import { DataTypes, Model } from 'sequelize';
import { database } from '../database.js';

export class Account extends Model {}
Account.init({ email: DataTypes.STRING, passwordHash: DataTypes.STRING }, { sequelize: database, modelName: 'Account' });
