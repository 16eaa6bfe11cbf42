"""A comprehension over a serializer, which asks through a helper: three functions lie between the loop and the query."""


def lines_of(connection, order_id):
    return connection.execute("SELECT count(*) FROM lines WHERE order_id = ?", (order_id,)).fetchone()[0]


def summary(connection, order):
    return {"id": order[0], "lines": lines_of(connection, order[0])}


def serialize(connection, order):
    return summary(connection, order)


def run(connection):
    orders = connection.execute("SELECT id FROM orders ORDER BY id").fetchall()
    return [serialize(connection, order) for order in orders]  # finding
