"""One query for the customer of each order, in the loop itself."""


def run(connection):
    orders = connection.execute("SELECT id, customer_id FROM orders ORDER BY id").fetchall()
    rows = []
    for order_id, customer_id in orders:
        (name,) = connection.execute("SELECT name FROM customers WHERE id = ?", (customer_id,)).fetchone()  # finding
        rows.append((order_id, name))
    return rows
