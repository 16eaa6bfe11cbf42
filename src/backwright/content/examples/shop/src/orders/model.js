import { DataTypes, Model } from 'sequelize';
import { Account } from '../accounts/model.js';
import { database } from '../database.js';

export class Order extends Model {}
Order.init({ total: DataTypes.DECIMAL, paidAt: DataTypes.DATE }, { sequelize: database, modelName: 'Order' });
Order.belongsTo(Account, { as: 'account' });
