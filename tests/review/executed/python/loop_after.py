"""One query for all: the customers come with the orders."""


def run(connection):
    rows = connection.execute("SELECT o.id, c.name FROM orders o JOIN customers c ON c.id = o.customer_id ORDER BY o.id").fetchall()
    return [(order_id, name) for order_id, name in rows]
