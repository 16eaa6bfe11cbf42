"""A loop over positions of a list."""


def run(connection):
    orders = connection.execute("SELECT id, customer_id FROM orders ORDER BY id").fetchall()
    rows = {}
    for at in range(len(orders)):
        name = connection.execute("SELECT name FROM customers WHERE id = ?", (orders[at][1],)).fetchone()[0]  # finding
        rows[orders[at][0]] = name
    return rows
