"""The list is read once and joined in memory."""


def run(connection):
    orders = connection.execute("SELECT id, customer_id FROM orders ORDER BY id").fetchall()
    names = dict(connection.execute("SELECT id, name FROM customers").fetchall())
    rows = {}
    for at in range(len(orders)):
        rows[orders[at][0]] = names[orders[at][1]]
    return rows
