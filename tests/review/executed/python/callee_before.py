"""The query stands in a repository; the loop only calls it."""


class Customers:
    def __init__(self, connection):
        self.connection = connection

    def name_of(self, customer_id):
        return self.connection.execute("SELECT name FROM customers WHERE id = ?", (customer_id,)).fetchone()[0]


class Orders:
    def __init__(self, connection):
        self.connection = connection

    def everything(self):
        return self.connection.execute("SELECT id, customer_id FROM orders ORDER BY id").fetchall()


def run(connection):
    orders, customers = Orders(connection), Customers(connection)
    rows = {}
    for order in orders.everything():
        rows[order[0]] = customers.name_of(order[1])  # finding
    return rows
