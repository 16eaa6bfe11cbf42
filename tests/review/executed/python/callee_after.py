"""One query for all ids, then a look-up in a dictionary."""


class Customers:
    def __init__(self, connection):
        self.connection = connection

    def names_of(self, customer_ids):
        marks = ",".join("?" * len(customer_ids))
        rows = self.connection.execute(f"SELECT id, name FROM customers WHERE id IN ({marks})", customer_ids)
        return dict(rows.fetchall())


class Orders:
    def __init__(self, connection):
        self.connection = connection

    def everything(self):
        return self.connection.execute("SELECT id, customer_id FROM orders ORDER BY id").fetchall()


def run(connection):
    orders = Orders(connection).everything()
    names = Customers(connection).names_of(sorted({order[1] for order in orders}))
    rows = {}
    for order in orders:
        rows[order[0]] = names[order[1]]
    return rows
